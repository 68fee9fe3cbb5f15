#include "engine/plans/standing.h"

#include <algorithm>

#include "engine/plans/autofix_rules.h"

namespace apiops {

namespace {

PlanFacts::Part part_of(const StepDraft& step) {
  PlanFacts::Part part{.operation = step.operation,
                       .service = step.service,
                       .environment = step.environment,
                       .risk = step.risk,
                       .cost = step.ceiling};
  if (!part.cost && step.cost && step.monthly_cost && step.cost->currency == step.monthly_cost->currency)
    part.cost = *step.cost + *step.monthly_cost;
  if (!part.cost && step.cost.has_value() != step.monthly_cost.has_value())
    part.cost = step.cost ? step.cost : step.monthly_cost;
  return part;
}

bool escalated(const PlanView& view) { return view.plan.escalated_at.has_value(); }

// A vote counts that was given on this very plan by somebody who has the right now, and is surely not who asked.
bool counts(const VoteRow& vote, const PlanView& view, const Policy& policy, const Person& requester,
            const Requirement& now) {
  if (vote.verdict != "approve" || vote.fingerprint != view.plan.fingerprint) return false;
  const Person* voter = policy.person(vote.person);
  if (!voter || !policy.refusal(*voter, requester.id, now, view.plan.risk, escalated(view)).empty()) return false;
  return voter->id == requester.id || surely_apart(*voter, vote.identity, requester, view.plan.requester_identity);
}

bool broke_the_glass(const PlanView& view, const Policy& policy) {
  return std::any_of(view.votes.begin(), view.votes.end(), [&](const VoteRow& vote) {
    const Person* voter = policy.person(vote.person);
    return vote.verdict == "approve" && vote.group == kByBreakGlass && vote.fingerprint == view.plan.fingerprint &&
           voter && break_glass_refusal(policy, *voter, view.plan).empty();
  });
}

Standing of_autofix(const PlanView& view, const Policy& policy, bool autofix_on) {
  Standing s;
  s.requirement = requirement_from_json(view.plan.policy);
  s.why_not = autofix_on ? autofix_objection(policy.book(), facts_of(view), autofix_category(view.plan.policy))
                         : "This kind of auto-fix is switched off.";
  for (const auto& vote : view.votes)
    if (vote.person == kPolicyVoter && vote.verdict == "approve" && vote.fingerprint == view.plan.fingerprint)
      s.counted.push_back(vote);
  s.missing = s.counted.empty() ? 1 : 0;
  return s;
}

}  // namespace

PlanFacts facts_of(const PlanDraft& draft, Place place, Time asked_at) {
  PlanFacts facts{.parts = {}, .place = std::move(place), .at = asked_at};
  for (const auto& step : draft.steps) facts.parts.push_back(part_of(step));
  return facts;
}

PlanFacts facts_of(const PlanView& view) {
  PlanFacts facts{.parts = {}, .place = view.plan.place, .at = view.plan.created_at};
  for (const auto& step : view.steps) facts.parts.push_back(part_of(step.draft));
  return facts;
}

std::string break_glass_refusal(const Policy& policy, const Person& person, const PlanRow& plan) {
  const std::string& role = policy.book().break_glass.role;
  if (role.empty()) return "Break-glass is switched off here: the configuration names no role for it.";
  if (!person.active || !is_one_of(person, {role})) return "Break-glass is for “" + role + "” only.";
  if (person.id == plan.requester && is_grave(plan.risk))
    return "You asked for this plan yourself, and it spends, deletes or touches credentials: not even break-glass lets "
           "you approve it alone.";
  return {};
}

int missing_as_shown(const Policy& policy, const PlanRow& plan, const std::vector<VoteRow>& votes) {
  std::vector<const Person*> voters;
  for (const auto& vote : votes)
    if (const Person* voter = policy.person(vote.person); voter && vote.verdict == "approve") voters.push_back(voter);
  return std::max(1, policy.missing(requirement_from_json(plan.policy), voters, plan.requester, plan.risk,
                                    plan.escalated_at.has_value()));
}

Standing standing_of(const PlanView& view, const Policy& policy, Time now, bool autofix_on) {
  if (view.plan.origin == kAutofixOrigin) return of_autofix(view, policy, autofix_on);
  Standing s;
  const Person* requester = policy.person(view.plan.requester);
  if (!requester || !requester->active) {
    s.why_not = "Who asked for this is no longer in the policy.";
    return s;
  }
  const PlanFacts facts = facts_of(view);
  s.requirement = policy.requirement(*requester, facts);
  s.why_not = s.requirement.why_not;
  std::vector<const Person*> voters;
  for (const auto& vote : view.votes)
    if (counts(vote, view, policy, *requester, s.requirement))
      s.counted.push_back(vote), voters.push_back(policy.person(vote.person));
  const auto able = policy.approvers(s.requirement, requester->id, view.plan.risk, true);
  add_demands(s.requirement, requirement_from_json(view.plan.policy));
  s.missing = policy.missing(s.requirement, voters, requester->id, view.plan.risk, escalated(view));
  if (s.why_not.empty() && policy.missing(s.requirement, able, requester->id, view.plan.risk, true) > 0)
    s.why_not = "The policy has changed since this plan was shown, and nobody can approve it any more. Ask again.";
  if (s.why_not.empty()) s.why_not = policy.freeze(facts, now);
  if (broke_the_glass(view, policy)) s.missing = 0, s.why_not.clear();
  return s;
}

asio::awaitable<Result<Standing>> read_standing(const PlanDesk& desk, const PlanView& view) {
  bool autofix_on = false;
  if (view.plan.origin == kAutofixOrigin) {
    auto on = co_await autofix_is_on(desk.store, autofix_category(view.plan.policy));
    if (!on) co_return std::unexpected(on.error());
    autofix_on = *on;
  }
  co_return standing_of(view, *desk.policy, desk.clock.now(), autofix_on);
}

}  // namespace apiops
