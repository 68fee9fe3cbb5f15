#include "engine/plans/approvals.h"

#include <fmt/format.h>

#include <algorithm>

#include "engine/base/crash_point.h"
#include "engine/base/digest.h"
#include "engine/base/json.h"
#include "engine/base/text.h"
#include "engine/plans/autofix_rules.h"
#include "engine/plans/break_glass.h"
#include "engine/plans/interventions.h"
#include "engine/plans/plan_card.h"
#include "engine/plans/plan_life.h"
#include "engine/plans/spending.h"

namespace apiops {

namespace {

constexpr int kMaxRaces = 8;  // times that somebody else may be faster before the voter is asked to try again

bool same_fingerprint(const std::string& shown, const std::string& actual) {
  constexpr std::size_t kCodeLength = 4;  // the typed form carries the head only
  if (shown.size() < kCodeLength || shown.size() > actual.size()) return false;
  return equal_in_constant_time(shown, std::string_view(actual).substr(0, shown.size()));
}

PlanEvent event_of(const std::string& verdict, bool enough) {
  if (verdict == "reject") return PlanEvent::kReject;
  if (verdict == "cancel") return PlanEvent::kCancel;
  return enough ? PlanEvent::kApprove : PlanEvent::kPosted;
}

std::string_view as_participle(const std::string& verdict) {
  if (verdict == "reject") return "rejected";
  return verdict == "cancel" ? "cancelled" : "approved";
}

// The name in the policy that gives this person the right to vote, for the record.
std::string right_of(const Person& voter, const Requirement& requirement) {
  std::set<std::string> names;
  for (const auto& clause : requirement.clauses) {
    names.insert(clause.approvers.begin(), clause.approvers.end());
    names.insert(clause.one_of_each.begin(), clause.one_of_each.end());
    names.insert(clause.after_escalation.begin(), clause.after_escalation.end());
  }
  for (const auto& name : names)
    if (is_one_of(voter, {name})) return name;
  return "requester";
}

// Why nobody's ballot of that kind can count on the plan as it is; empty where one can.
std::string closed(const PlanView& view, const Ballot& ballot, const Policy& policy, Time now) {
  const bool said_of_what_ran = ballot.verdict == "done" || ballot.verdict == "retry" || ballot.verdict == "drop";
  if (said_of_what_ran || !takes_votes(view.plan.state)) return already_decided(view, policy, now, ballot.person->zone);
  if (now >= view.plan.opens_until)
    return fmt::format("Plan {} ran out at {}; nothing was done. Ask again for a new one.", view.plan.number,
                       clock_time(view.plan.opens_until, ballot.person->zone));
  if (!same_fingerprint(ballot.fingerprint, view.plan.fingerprint))
    return fmt::format(
        "That code does not belong to plan {}: it shows another one. Look at the plan's card and type the code it "
        "shows.",
        view.plan.number);
  return {};
}

// Why this person can't approve it; empty where they can.
std::string no_right(const PlanView& view, const Ballot& ballot, const Policy& policy, const Standing& standing) {
  if (view.plan.origin == kAutofixOrigin)
    return "This is an auto-fix: the policy decides on it. It can be undone when it is done.";
  const Person* requester = policy.person(view.plan.requester);
  if (!requester) return "Who asked for this is no longer in the policy.";
  const Requirement in_force = policy.requirement(*requester, facts_of(view));
  if (auto why = policy.refusal(*ballot.person, view.plan.requester, in_force, view.plan.risk,
                                view.plan.escalated_at.has_value());
      !why.empty())
    return why;
  if (ballot.person->id != requester->id &&
      !surely_apart(*ballot.person, ballot.identity, *requester, view.plan.requester_identity))
    return "This plan was asked for on another platform, and nobody has said who you are there: whoever runs me can "
           "link your accounts in the configuration.";
  if (!standing.why_not.empty()) return standing.why_not;
  if (ballot.verdict == "approve" && standing.requirement.typed_confirmation && !ballot.code_typed)
    return fmt::format("This one is approved by typing its code: “approve {} {}”.", view.plan.number,
                       plan_code(view.plan));
  return {};
}

// Why this ballot can't count on the plan as it is; empty where it can.
std::string objection(const PlanView& view, const Ballot& ballot, const Policy& policy, const Standing& standing,
                      Time now) {
  if (auto why = closed(view, ballot, policy, now); !why.empty()) return why;
  if (ballot.identity.kind != "member") return "Only people of this team can vote on plans.";
  for (const auto& vote : view.votes)
    if (vote.person == ballot.person->id)
      return fmt::format("You voted on plan {} already, and one person counts once.", view.plan.number);
  const bool own = ballot.person->id == view.plan.requester;
  if (ballot.verdict == "cancel") return own ? "" : "Only who asked for a plan can cancel it. You can reject it.";
  if (ballot.verdict == "reject" && own) return {};
  if (ballot.verdict == "break_glass") {
    if (auto why = break_glass_refusal(policy, *ballot.person, view.plan); !why.empty()) return why;
    if (length_in_characters(trim(ballot.reason)) < kLeastReason)
      return fmt::format("Break-glass needs a reason: “break glass {} {} because …”.", view.plan.number,
                         plan_code(view.plan));
    return ballot.code_typed ? "" : "Break-glass is typed with the plan's code.";
  }
  if (ballot.verdict != "approve" && ballot.verdict != "reject") return "That is no vote.";
  return no_right(view, ballot, policy, standing);
}

}  // namespace

std::string already_decided(const PlanView& view, const Policy& policy, Time now, const std::string& zone) {
  if (view.plan.state == PlanState::kExpired)
    return fmt::format("Plan {} ran out at {}; nothing was done. Ask again for a new one.", view.plan.number,
                       short_time(view.plan.opens_until, now, zone));
  const std::string state = std::string(in_words(view.plan.state));
  for (auto vote = view.votes.rbegin(); vote != view.votes.rend(); ++vote)
    if (vote->verdict == (view.plan.state == PlanState::kRejected ? "reject" : "approve"))
      return fmt::format(
          "Plan {} was already {} by {} at {}{}.", view.plan.number, as_participle(vote->verdict),
          policy.name_of(vote->person), short_time(vote->at, now, zone),
          view.plan.state == PlanState::kRejected || view.plan.state == PlanState::kApproved ? "" : " and is " + state);
  return fmt::format("Plan {} is {}.", view.plan.number, state);
}

asio::awaitable<Result<VoteReply>> Approvals::vote(std::string plan, Ballot ballot) {
  for (int race = 0; race < kMaxRaces; ++race) {
    auto view = co_await read_plan(desk_.store, plan);
    if (!view) co_return std::unexpected(view.error());
    if (!*view) co_return VoteReply{.text = "I don't know that plan: it is older than my records. Nothing was done."};
    if (is_intervention(ballot.verdict, (*view)->plan.state))
      co_return co_await intervene(desk_, std::move(**view), std::move(ballot));
    auto standing = co_await read_standing(desk_, **view);
    if (!standing) co_return std::unexpected(standing.error());
    if (std::string why = objection(**view, ballot, *desk_.policy, *standing, desk_.clock.now()); !why.empty())
      co_return co_await refuse(std::move(**view), std::move(ballot), std::move(why));
    auto reply = co_await try_once(**view, ballot);
    if (!reply && reply.error().kind == ErrorKind::kRejected)  // a limit of spending
      co_return co_await refuse(std::move(**view), std::move(ballot), reply.error().what);
    if (!reply) co_return std::unexpected(reply.error());
    if (*reply) co_return **reply;
  }
  co_return failure(ErrorKind::kUnavailable, "Too many people decide on this plan at this moment. Click once more.");
}

asio::awaitable<Result<VoteReply>> Approvals::refuse(PlanView view, Ballot ballot, std::string why) {
  Together together;
  together.audit.push_back(
      plan_record("refused_vote", view, ballot.person->id, ballot.verdict + " refused: " + why, "failed"));
  auto noted = co_await desk_.store.note(std::move(together));
  if (!noted) co_return std::unexpected(noted.error());
  co_return VoteReply{.text = std::move(why)};
}

asio::awaitable<Status> Approvals::note_refusal(std::string plan, std::string person, std::string verdict,
                                                std::string why) {
  auto view = co_await read_plan(desk_.store, std::move(plan));
  if (!view) co_return std::unexpected(view.error());
  if (!*view) co_return Status{};
  Together together;
  together.audit.push_back(
      plan_record("refused_vote", **view, std::move(person), verdict + " refused: " + why, "failed"));
  co_return co_await desk_.store.note(std::move(together));
}

// The move that this vote makes, with what an approved plan holds of the limits of spending.
asio::awaitable<Result<PlanChange>> Approvals::change_to(const PlanView& view, long long version) {
  PlanChange change{.plan = view.plan.id, .version = version, .to = view.plan.state, .drop_buttons = true};
  if (view.plan.state != PlanState::kApproved) co_return change;
  const PolicyBook& book = desk_.policy->book();
  Spending spending = spending_of(facts_of(view), view.plan.requester, book, desk_.clock.now());
  if (!spending.refusal.empty()) co_return failure(ErrorKind::kRejected, spending.refusal);
  auto over = co_await over_allowance(desk_.store, spending.holds, book);
  if (!over) co_return std::unexpected(over.error());
  if (!over->empty()) co_return failure(ErrorKind::kRejected, *over);
  change.holds = std::move(spending.holds);
  co_return change;
}

// Nothing: somebody else was faster.
asio::awaitable<Result<std::optional<VoteReply>>> Approvals::try_once(PlanView view, Ballot ballot) {
  const Time now = desk_.clock.now();
  const long long version = view.plan.version;
  const bool breaks_glass = ballot.verdict == "break_glass";
  const Requirement shown = requirement_from_json(view.plan.policy);
  VoteRow row{.plan = view.plan.id,
              .person = ballot.person->id,
              .verdict = breaks_glass ? "approve" : ballot.verdict,
              .fingerprint = view.plan.fingerprint,
              .reason = desk_.gate.mask(std::string_view(clean(ballot.reason))),
              .group = breaks_glass ? std::string(kByBreakGlass) : right_of(*ballot.person, shown),
              .inbox = ballot.inbox,
              .identity = ballot.identity,
              .at = now};
  view.votes.push_back(row);
  auto standing = co_await read_standing(desk_, view);
  if (!standing) co_return std::unexpected(standing.error());
  const PlanState before = view.plan.state;
  view.plan.state = next_state(before, event_of(row.verdict, standing->enough())).value_or(before);
  if (!takes_votes(view.plan.state)) view.plan.decided_at = now;
  auto change = co_await change_to(view, version);
  if (!change) co_return std::unexpected(change.error());
  auto together = co_await card_everywhere(desk_, view);
  if (!together) co_return std::unexpected(together.error());
  AuditEntry record = plan_record("vote", view, ballot.person->id, ballot.verdict, "success");
  if (breaks_glass) tell_break_glass(desk_, view, row, record, *together);
  together->audit.push_back(std::move(record));
  APIOPS_CRASH_POINT("approvals.before_vote");
  auto counted = co_await desk_.store.vote(std::move(row), std::move(*change), std::move(*together));
  if (!counted) co_return std::unexpected(counted.error());
  APIOPS_CRASH_POINT("approvals.voted");
  if (!*counted) co_return std::optional<VoteReply>{};
  if (view.plan.state == PlanState::kApproved) desk_.approved(view.plan.id);
  co_return std::optional(
      VoteReply{.counted = true,
                .text = takes_votes(view.plan.state)
                            ? fmt::format("Counted. Plan {} waits for {} more.", view.plan.number,
                                          count_of(standing->missing, "approval"))
                            : fmt::format("Plan {} is {}.", view.plan.number, in_words(view.plan.state))});
}

}  // namespace apiops
