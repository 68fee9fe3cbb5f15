#include "engine/plans/policy.h"

#include <fmt/format.h>

#include <algorithm>

#include "engine/base/text.h"
#include "engine/plans/autofix_rules.h"

namespace apiops {

namespace {

Requirement impossible(std::string why) { return {.possible = false, .why_not = std::move(why)}; }

// Whoever asked never approves what is grave: decided here for every caller, before anything that is written.
bool may_approve(const Person& voter, const std::string& requester, const Clause& clause, Risk risk, bool escalated) {
  if (!voter.active) return false;
  if (voter.id == requester) return clause.requester_may_confirm && !is_grave(risk);
  return is_one_of(voter, clause.approvers) ||
         is_one_of(voter, {clause.one_of_each.begin(), clause.one_of_each.end()}) ||
         (escalated && is_one_of(voter, clause.after_escalation));
}

// Gives group number `group` a voter of its own, moving others where they have a choice (augmenting path).
bool seat(std::size_t group, const std::vector<std::string>& groups, const std::vector<const Person*>& voters,
          std::vector<int>& holder, std::vector<bool>& tried) {
  for (std::size_t v = 0; v < voters.size(); ++v) {
    if (tried[v] || !is_one_of(*voters[v], {groups[group]})) continue;
    tried[v] = true;
    if (holder[v] >= 0 && !seat(static_cast<std::size_t>(holder[v]), groups, voters, holder, tried)) continue;
    holder[v] = static_cast<int>(group);
    return true;
  }
  return false;
}

// How many of these groups have nobody of their own among the voters: one person never stands for two.
int unseated(const std::vector<std::string>& groups, const std::vector<const Person*>& voters) {
  std::vector<int> holder(voters.size(), -1);
  int missing = 0;
  for (std::size_t g = 0; g < groups.size(); ++g) {
    std::vector<bool> tried(voters.size(), false);
    if (!seat(g, groups, voters, holder, tried)) ++missing;
  }
  return missing;
}

int missing_of(const Clause& clause, const std::vector<const Person*>& voters, const std::string& requester, Risk risk,
               bool escalated) {
  std::vector<const Person*> able;
  for (const Person* voter : voters)
    if (may_approve(*voter, requester, clause, risk, escalated) &&
        std::find(able.begin(), able.end(), voter) == able.end())
      able.push_back(voter);
  const int more = std::max(1, clause.votes) - static_cast<int>(able.size());
  return std::max({0, more, unseated(clause.one_of_each, able)});
}

Requirement demanded_by(const PolicyRule& rule, Risk risk) {
  Requirement r{.possible = true};
  Clause clause = rule.demand;
  clause.requester_may_confirm = clause.requester_may_confirm && !is_grave(risk);
  clause.votes = std::max({1, clause.votes, static_cast<int>(clause.one_of_each.size())});
  r.clauses.push_back(std::move(clause));
  r.typed_confirmation = rule.typed_confirmation;
  r.open_for = rule.open_for.value_or(is_grave(risk) ? kOpenForGrave : kOpenForOthers);
  r.remind_before = rule.remind_before.value_or(r.open_for / 6);
  r.escalate_after = rule.escalate_after;
  return r;
}

std::string as_alternatives(std::vector<std::string> names) {
  if (names.empty()) return "nobody";
  const std::string last = names.back();
  names.pop_back();
  return names.empty() ? last : join(names, ", ") + " or " + last;
}

}  // namespace

std::string Policy::name_of(std::string_view id) const {
  return id == kPolicyVoter ? "the policy" : people_.name_of(id);
}

const PolicyRule* Policy::rule_for(const PlanFacts::Part& part, const PlanFacts& plan) const {
  for (const auto& rule : book_.rules)
    if (rule.fits(part, plan)) return &rule;
  return nullptr;
}

Requirement Policy::requirement(const Person& requester, const PlanFacts& plan) const {
  const Risk risk = plan.gravest();
  Requirement all;
  for (const auto& part : plan.parts) {
    const PolicyRule* rule = rule_for(part, plan);
    if (!rule)
      return impossible(fmt::format("The policy has no rule for this (risk: {}), and what it does not name is refused.",
                                    to_string(part.risk)));
    if (!rule->never.empty()) return impossible("The policy never lets this be done from chat: " + rule->never + ".");
    if (!rule->may_ask.empty() && !is_one_of(requester, rule->may_ask))
      return impossible("The policy lets only " + join({rule->may_ask.begin(), rule->may_ask.end()}, ", ") +
                        " ask for this.");
    const Requirement demand = demanded_by(*rule, risk);
    if (all.clauses.empty())
      all = demand;
    else
      add_demands(all, demand);
  }
  if (all.clauses.empty()) return impossible("There is nothing to do.");
  const auto able = approvers(all, requester.id, risk, true);
  if (able.empty())
    return impossible("Nobody whom the policy names could approve this besides you, so it can't be done from here.");
  if (missing(all, able, requester.id, risk, true) > 0)
    return impossible("The policy asks for more approvals than there are people who may give one.");
  return all;
}

std::string Policy::freeze(const PlanFacts& plan, Time now) const {
  for (const auto& freeze : book_.freezes) {
    const bool covered = std::any_of(plan.parts.begin(), plan.parts.end(),
                                     [&](const auto& part) { return freeze.scope.covers(part, plan.place); });
    if (!covered || !freeze.holds(now)) continue;
    std::string until;
    if (freeze.weekly) until = " (" + to_text(*freeze.weekly) + ")";
    if (!freeze.weekly && freeze.to) until = " until " + short_time(*freeze.to, now, book_.zone);
    return fmt::format("Changes of this kind are frozen{}{}.", until,
                       freeze.because.empty() ? "" : ": " + freeze.because);
  }
  return {};
}

std::string Policy::refusal(const Person& voter, const std::string& requester, const Requirement& r, Risk risk,
                            bool escalated) const {
  if (!voter.active) return "Your account is switched off in the policy.";
  if (!r.possible) return r.why_not;
  for (const auto& clause : r.clauses)
    if (may_approve(voter, requester, clause, risk, escalated)) return {};
  const std::string who = approvers_in_words(r, requester, escalated);
  if (voter.id == requester) return "You asked for this plan yourself, so someone else has to approve it: " + who + ".";
  return "You can't approve this: it takes " + who + ".";
}

int Policy::missing(const Requirement& r, const std::vector<const Person*>& voters, const std::string& requester,
                    Risk risk, bool escalated) const {
  int most = r.possible && !r.clauses.empty() ? 0 : 1;
  for (const auto& clause : r.clauses) most = std::max(most, missing_of(clause, voters, requester, risk, escalated));
  return most;
}

std::vector<const Person*> Policy::approvers(const Requirement& r, const std::string& requester, Risk risk,
                                             bool escalated) const {
  std::vector<const Person*> able;
  for (const auto& p : people())
    if (std::any_of(r.clauses.begin(), r.clauses.end(),
                    [&](const Clause& c) { return may_approve(p, requester, c, risk, escalated); }))
      able.push_back(&p);
  return able;
}

std::string Policy::approvers_in_words(const Requirement& r, const std::string& requester, bool escalated) const {
  std::vector<std::string> names;
  for (const Person* p : approvers(r, requester, Risk::kAuth, escalated)) names.push_back(p->name);
  return as_alternatives(std::move(names));
}

std::string in_words(const Requirement& r) {
  std::vector<std::string> demands;
  for (const auto& clause : r.clauses) {
    if (clause.votes > 1) demands.push_back(count_of(clause.votes, "approval"));
    if (!clause.one_of_each.empty()) demands.push_back("one of each of " + join(clause.one_of_each, " and "));
  }
  if (r.typed_confirmation) demands.emplace_back("the plan's code typed");
  return join(demands, ", ");
}

}  // namespace apiops
