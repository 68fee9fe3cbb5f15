#include "engine/plans/policy_explain.h"

#include <fmt/format.h>

#include <algorithm>

#include "engine/base/text.h"

namespace apiops {

namespace {

using Names = std::set<std::string>;

std::string listed(const Names& names) { return join({names.begin(), names.end()}, ", "); }

std::string in_words(const Scope& scope, const PolicyRule* rule) {
  std::vector<std::string> parts;
  Names risks;
  for (const Risk risk : scope.risks) risks.insert(std::string(to_string(risk)));
  if (!scope.operations.empty()) parts.push_back(listed(scope.operations));
  if (!risks.empty()) parts.push_back("risk " + listed(risks));
  if (!scope.services.empty()) parts.push_back("at " + listed(scope.services));
  if (!scope.environments.empty()) parts.push_back("in " + listed(scope.environments));
  if (!scope.channels.empty()) parts.push_back("asked in " + listed(scope.channels));
  if (rule && rule->above) parts.push_back("above " + to_text(*rule->above));
  if (rule && rule->up_to) parts.push_back("up to " + to_text(*rule->up_to));
  if (rule && rule->hours) parts.push_back(to_text(*rule->hours));
  return parts.empty() ? "everything" : join(parts, ", ");
}

// "Ben or Chris", the people behind the names of one clause.
std::string people_of(const Policy& policy, const Clause& clause) {
  Requirement r{.possible = true, .clauses = {clause}};
  return policy.approvers_in_words(r, {});
}

void add_demands_of(Document& d, const Policy& policy, const Requirement& r, const Person& asker, Risk risk) {
  Fields fields;
  for (const auto& clause : r.clauses) {
    const Requirement one{.possible = true, .clauses = {clause}};
    std::string who = policy.approvers_in_words(one, asker.id);
    if (clause.requester_may_confirm && !is_grave(risk)) who = asker.name + " alone, or " + who;
    fields.fields.push_back(
        {.name = clause.votes > 1 ? std::to_string(clause.votes) + " of" : "Approved by", .value = who});
    if (!clause.one_of_each.empty())
      fields.fields.push_back({.name = "One of each of", .value = join(clause.one_of_each, " and ")});
    if (!clause.after_escalation.empty())
      fields.fields.push_back({.name = "After the escalation", .value = "also " + listed(clause.after_escalation)});
  }
  if (r.typed_confirmation) fields.fields.push_back({.name = "Typed", .value = "the plan's code, not only a click"});
  fields.fields.push_back({.name = "Open for", .value = human_duration(r.open_for)});
  if (r.remind_before > Duration::zero())
    fields.fields.push_back({.name = "Reminder", .value = human_duration(r.remind_before) + " before it runs out"});
  if (r.escalate_after)
    fields.fields.push_back({.name = "Escalation", .value = "after " + human_duration(*r.escalate_after)});
  d.blocks.push_back(std::move(fields));
}

void add_reasons(Document& d, const Policy& policy, const PlanFacts& plan) {
  Lines reasons;
  for (const auto& part : plan.parts) {
    const PolicyRule* rule = policy.rule_for(part, plan);
    const std::string what = part.operation.empty() ? fmt::format("risk {}", to_string(part.risk))
                                                    : fmt::format("{} ({})", part.operation, to_string(part.risk));
    reasons.lines.push_back(
        {.mark = "·",
         .label = {},
         .text = rule ? fmt::format("{} falls under the rule {}: {}", what, rule->name, in_words(rule->scope, rule))
                      : "no rule fits " + what});
  }
  if (is_grave(plan.gravest()))
    reasons.lines.push_back({.mark = "·",
                             .label = {},
                             .text = "who asked never approves what spends, deletes or touches credentials: the rule "
                                     "is in code"});
  for (const auto& limit : policy.book().spending)
    for (const auto& part : plan.parts)
      if (limit.scope.covers(part, plan.place) && (part.cost || part.risk == Risk::kSpend))
        reasons.lines.push_back(
            {.mark = "·",
             .label = {},
             .text = fmt::format("limit “{}”: {} a {}, for {}", limit.name, to_text(limit.most), limit.window,
                                 limit.each == "team" ? "everyone together" : "each " + limit.each)});
  d.blocks.push_back(std::move(reasons));
}

// Everything that `later` fits, `earlier` fits as well: then `later` never decides. Amounts and hours narrow a rule.
bool hides(const PolicyRule& earlier, const PolicyRule& later) {
  const auto wider = [](const auto& a, const auto& b) {
    return a.empty() || (!b.empty() && std::includes(a.begin(), a.end(), b.begin(), b.end()));
  };
  return !earlier.hours && !earlier.above && !earlier.up_to && wider(earlier.scope.risks, later.scope.risks) &&
         wider(earlier.scope.operations, later.scope.operations) &&
         wider(earlier.scope.services, later.scope.services) &&
         wider(earlier.scope.environments, later.scope.environments) &&
         wider(earlier.scope.channels, later.scope.channels);
}

void add_weak_clauses(std::vector<std::string>& spots, const Policy& policy, const PolicyRule& rule) {
  Requirement r{.possible = true, .clauses = {rule.demand}};
  const auto able = policy.approvers(r, {}, Risk::kAuth, true);
  if (policy.missing(r, able, {}, Risk::kAuth, true) > 0 && !rule.demand.requester_may_confirm)
    spots.push_back(rule.name + ": more approvals are asked for than there are people who may give one");
  else if (able.size() == 1)
    spots.push_back(fmt::format("{}: {} is the only one who can approve; what they ask for themselves can't be done",
                                rule.name, able.front()->name));
}

}  // namespace

Document explain_policy(const Policy& policy, const Person& asker, const PlanFacts& plan, const std::string& what,
                        Time now) {
  const Requirement r = policy.requirement(asker, plan);
  const std::string freeze = policy.freeze(plan, now);
  Document d;
  if (!r.possible || !freeze.empty()) {
    d.title = fmt::format("{}, asked by {}: can't be done. {}", what, asker.name, r.possible ? freeze : r.why_not);
    d.tone = Tone::kWarning;
  } else {
    const int votes = policy.missing(r, {}, asker.id, plan.gravest());
    const std::string who = policy.approvers_in_words(r, asker.id);
    d.title = fmt::format("{}, asked by {}, takes {} by {}", what, asker.name, count_of(votes, "approval"), who);
    add_demands_of(d, policy, r, asker, plan.gravest());
  }
  add_reasons(d, policy, plan);
  return d;
}

Document policy_overview(const Policy& policy) {
  Document d;
  d.title = count_of(static_cast<long long>(policy.book().rules.size()), "rule") +
            "; the first that fits decides, and what none names is refused";
  Table t{.columns = {{"Rule"}, {"For"}, {"May ask"}, {"Approved by"}, {"Also"}}};
  for (const auto& rule : policy.book().rules) {
    std::string who = rule.never.empty() ? people_of(policy, rule.demand) : "never: " + rule.never;
    if (rule.demand.requester_may_confirm) who = "who asks, or " + who;
    Requirement r{.possible = true, .clauses = {rule.demand}, .typed_confirmation = rule.typed_confirmation};
    t.rows.push_back({{rule.name},
                      {in_words(rule.scope, &rule)},
                      {rule.may_ask.empty() ? "everyone known" : listed(rule.may_ask)},
                      {std::move(who)},
                      {in_words(r)}});
  }
  t.total_rows = t.rows.size();
  d.blocks.push_back(std::move(t));
  return d;
}

std::vector<std::string> weak_spots(const Policy& policy) {
  std::vector<std::string> spots;
  const auto& rules = policy.book().rules;
  if (rules.empty()) spots.emplace_back("the policy has no rule: nothing can be approved");
  for (std::size_t i = 0; i < rules.size(); ++i) {
    if (rules[i].never.empty()) add_weak_clauses(spots, policy, rules[i]);
    for (std::size_t j = 0; j < i; ++j)
      if (hides(rules[j], rules[i])) {
        spots.push_back(fmt::format("{} never decides: {} fits all that it fits", rules[i].name, rules[j].name));
        break;
      }
  }
  return spots;
}

}  // namespace apiops
