#include "engine/plans/mentions.h"

#include <algorithm>
#include <set>

#include "engine/plans/autofix_rules.h"

namespace apiops {

namespace {

// Groups or people, in the policy's words.
std::set<std::string> named_by(const Requirement& requirement, bool escalated) {
  std::set<std::string> names;
  for (const auto& clause : requirement.clauses) {
    names.insert(clause.approvers.begin(), clause.approvers.end());
    names.insert(clause.one_of_each.begin(), clause.one_of_each.end());
    if (escalated) names.insert(clause.after_escalation.begin(), clause.after_escalation.end());
  }
  return names;
}

void add_accounts(Mention& mention, const Person& person) {
  for (const auto& identity : person.identities)
    mention.accounts.push_back({.platform = identity.platform, .workspace = identity.workspace, .user = identity.user});
}

}  // namespace

std::optional<Mentions> approvers_mentioned(const Policy& policy, const PlanView& view) {
  if (!policy.book().hearing.mention || view.plan.origin == kAutofixOrigin) return std::nullopt;
  const Requirement requirement = requirement_from_json(view.plan.policy);
  const bool escalated = view.plan.escalated_at.has_value();
  const auto able = policy.approvers(requirement, view.plan.requester, view.plan.risk, escalated);
  Mentions mentions;
  for (const auto& name : named_by(requirement, escalated)) {
    Mention mention{.name = name, .group = policy.person(name) == nullptr, .accounts = {}};
    for (const Person* person : able) {
      const bool meant =
          mention.group ? std::ranges::find(person->groups, name) != person->groups.end() : person->id == name;
      if (!meant) continue;
      if (!mention.group) mention.name = person->name;
      add_accounts(mention, *person);
    }
    if (!mention.accounts.empty()) mentions.who.push_back(std::move(mention));
  }
  return mentions.who.empty() ? std::nullopt : std::optional(std::move(mentions));
}

}  // namespace apiops
