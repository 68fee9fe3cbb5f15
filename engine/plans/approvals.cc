#include "engine/plans/approvals.h"

#include <fmt/format.h>

#include <algorithm>

#include "engine/base/digest.h"
#include "engine/base/json.h"
#include "engine/base/text.h"
#include "engine/plans/plan_card.h"
#include "engine/plans/plan_life.h"

namespace apiops {

namespace {

constexpr int kMaxRaces = 8;  // times that somebody else may be faster before the voter is asked to try again

bool same_fingerprint(const std::string& shown, const std::string& actual) {
  constexpr std::size_t kCodeLength = 4;  // the typed form carries the head only
  if (shown.size() < kCodeLength || shown.size() > actual.size()) return false;
  return equal_in_constant_time(shown, std::string_view(actual).substr(0, shown.size()));
}

std::string name_of(const Policy& policy, const std::string& id) {
  const Person* person = policy.person(id);
  return person ? person->name : id;
}

PlanEvent event_of(const std::string& verdict, bool enough) {
  if (verdict == "reject") return PlanEvent::kReject;
  if (verdict == "cancel") return PlanEvent::kCancel;
  return enough ? PlanEvent::kApprove : PlanEvent::kPosted;
}

// Why this ballot can't count on the plan as it is; empty where it can.
std::string objection(const PlanView& view, const Ballot& ballot, const Policy& policy, Time now) {
  if (!takes_votes(view.plan.state)) return already_decided(view, policy, now);
  if (now >= view.plan.opens_until)
    return fmt::format("Plan {} ran out at {}; nothing was done. Ask again for a new one.", view.plan.number,
                       clock_time(view.plan.opens_until, ballot.person->zone));
  if (!same_fingerprint(ballot.fingerprint, view.plan.fingerprint))
    return fmt::format(
        "That code does not belong to plan {}: it shows another one. Look at the plan's card and type the code it "
        "shows.",
        view.plan.number);
  if (ballot.identity.kind != "member") return "Only people of this team can vote on plans.";
  for (const auto& vote : view.votes)
    if (vote.person == ballot.person->id)
      return fmt::format("You voted on plan {} already, and one person counts once.", view.plan.number);
  const bool own = ballot.person->id == view.plan.requester;
  if (ballot.verdict == "cancel") return own ? "" : "Only who asked for a plan can cancel it. You can reject it.";
  if (ballot.verdict == "reject" && own) return {};
  return policy.refusal(*ballot.person, view.plan.requester, present_requirement(view, policy), view.plan.risk);
}

}  // namespace

Requirement present_requirement(const PlanView& view, const Policy& policy) {
  const Requirement shown = requirement_from_json(view.plan.policy);
  const Person* requester = policy.person(view.plan.requester);
  if (!requester || !requester->active) return {.why_not = "Who asked for this is no longer in the policy."};
  std::set<std::string> operations, services;
  for (const auto& step : view.steps) operations.insert(step.draft.operation), services.insert(step.draft.service);
  Requirement now = policy.requirement(*requester, view.plan.risk, operations, services, view.plan.environment);
  now.votes = std::max(now.votes, shown.votes);
  now.requester_may_confirm = now.requester_may_confirm && shown.requester_may_confirm;
  return now;
}

std::vector<VoteRow> valid_approvals(const PlanView& view, const Policy& policy, const Requirement& requirement) {
  std::vector<VoteRow> valid;
  for (const auto& vote : view.votes) {
    const Person* voter = policy.person(vote.person);
    if (vote.verdict == "approve" && vote.fingerprint == view.plan.fingerprint && voter &&
        policy.refusal(*voter, view.plan.requester, requirement, view.plan.risk).empty())
      valid.push_back(vote);
  }
  return valid;
}

std::string already_decided(const PlanView& view, const Policy& policy, Time now) {
  const std::string state = std::string(in_words(view.plan.state));
  for (auto vote = view.votes.rbegin(); vote != view.votes.rend(); ++vote)
    if (vote->verdict == (view.plan.state == PlanState::kRejected ? "reject" : "approve"))
      return fmt::format(
          "Plan {} was already {} by {} at {}{}.", view.plan.number,
          vote->verdict == "reject" ? "rejected" : "approved", name_of(policy, vote->person),
          short_time(vote->at, now, "UTC"),
          view.plan.state == PlanState::kRejected || view.plan.state == PlanState::kApproved ? "" : " and is " + state);
  return fmt::format("Plan {} is {}.", view.plan.number, state);
}

asio::awaitable<Result<VoteReply>> Approvals::vote(std::string plan, Ballot ballot) {
  for (int race = 0; race < kMaxRaces; ++race) {
    auto view = co_await read_plan(desk_.store, plan);
    if (!view) co_return std::unexpected(view.error());
    if (!*view) co_return VoteReply{.text = "I don't know that plan: it is older than my records. Nothing was done."};
    if (std::string why = objection(**view, ballot, *desk_.policy, desk_.clock.now()); !why.empty())
      co_return co_await refuse(std::move(**view), std::move(ballot), std::move(why));
    auto reply = co_await try_once(std::move(**view), ballot);
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

asio::awaitable<Result<std::optional<VoteReply>>> Approvals::try_once(PlanView view, Ballot ballot) {
  const Time now = desk_.clock.now();
  const long long version = view.plan.version;
  VoteRow row{.plan = view.plan.id,
              .person = ballot.person->id,
              .verdict = ballot.verdict,
              .fingerprint = view.plan.fingerprint,
              .reason = desk_.gate.mask(std::string_view(clean(ballot.reason))),
              .inbox = ballot.inbox,
              .identity = ballot.identity,
              .at = now};
  view.votes.push_back(row);
  const Requirement requirement = present_requirement(view, *desk_.policy);
  const auto count = valid_approvals(view, *desk_.policy, requirement).size();
  const bool enough = count >= static_cast<std::size_t>(requirement.votes);
  const PlanState before = view.plan.state;
  view.plan.state = next_state(before, event_of(ballot.verdict, enough)).value_or(before);
  if (!takes_votes(view.plan.state)) view.plan.decided_at = now;
  auto together = co_await card_everywhere(desk_, view);
  if (!together) co_return std::unexpected(together.error());
  together->audit.push_back(plan_record("vote", view, ballot.person->id, ballot.verdict, "success"));
  const PlanChange change{.plan = view.plan.id, .version = version, .to = view.plan.state, .drop_buttons = true};
  auto counted = co_await desk_.store.vote(std::move(row), change, std::move(*together));
  if (!counted) co_return std::unexpected(counted.error());
  if (!*counted) co_return std::optional<VoteReply>{};
  desk_.outbox_changed();
  if (view.plan.state == PlanState::kApproved) desk_.approved(view.plan.id);
  const int missing = requirement.votes - static_cast<int>(count);
  co_return std::optional(VoteReply{
      .counted = true,
      .text = takes_votes(view.plan.state)
                  ? fmt::format("Counted. Plan {} waits for {} more.", view.plan.number, count_of(missing, "approval"))
                  : fmt::format("Plan {} is {}.", view.plan.number, in_words(view.plan.state))});
}

}  // namespace apiops
