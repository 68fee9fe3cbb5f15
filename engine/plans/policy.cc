#include "engine/plans/policy.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "engine/base/text.h"

namespace apiops {

namespace {

bool covers(const std::set<std::string>& allowed, const std::set<std::string>& actual) {
  return allowed.empty() || std::includes(allowed.begin(), allowed.end(), actual.begin(), actual.end());
}

bool fits(const PolicyRule& rule, Risk risk, const std::set<std::string>& operations,
          const std::set<std::string>& services, const std::string& environment) {
  return (rule.risks.empty() || rule.risks.contains(risk)) && covers(rule.operations, operations) &&
         covers(rule.services, services) && (rule.environments.empty() || rule.environments.contains(environment));
}

Requirement impossible(std::string why) { return {.possible = false, .why_not = std::move(why)}; }

}  // namespace

Json to_json(const Requirement& r) {
  return {{"possible", r.possible},
          {"why_not", r.why_not},
          {"votes", r.votes},
          {"approvers", r.approvers},
          {"requester_may_confirm", r.requester_may_confirm},
          {"open_for_ms", r.open_for.count()}};
}

Requirement requirement_from_json(const Json& json) {
  Requirement r;
  r.possible = get_bool(json, "possible").value_or(false);
  r.why_not = get_string(json, "why_not");
  r.votes = static_cast<int>(std::max<std::int64_t>(1, get_integer(json, "votes").value_or(1)));
  for (const auto& name : get_array(json, "approvers"))
    if (name.is_string()) r.approvers.insert(name.get<std::string>());
  r.requester_may_confirm = get_bool(json, "requester_may_confirm").value_or(false);
  r.open_for = Duration(get_integer(json, "open_for_ms").value_or(0));
  return r;
}

const Person* Policy::person(std::string_view id) const {
  for (const auto& p : people_)
    if (p.id == id) return &p;
  return nullptr;
}

const Person* Policy::person_of(const Identity& identity) const {
  if (identity.kind != "member") return nullptr;
  for (const auto& p : people_)
    for (const auto& known : p.identities)
      if (p.active && known.platform == identity.platform && known.workspace == identity.workspace &&
          known.user == identity.user)
        return &p;
  return nullptr;
}

bool Policy::in_any(const Person& p, const std::set<std::string>& names) const {
  return names.contains(p.id) ||
         std::any_of(p.groups.begin(), p.groups.end(), [&](const auto& g) { return names.contains(g); });
}

Requirement Policy::requirement(const Person& requester, Risk risk, const std::set<std::string>& operations,
                                const std::set<std::string>& services, const std::string& environment) const {
  for (const auto& rule : rules_) {
    if (!fits(rule, risk, operations, services, environment)) continue;
    if (!rule.may_ask.empty() && !in_any(requester, rule.may_ask))
      return impossible("The policy lets only " + join({rule.may_ask.begin(), rule.may_ask.end()}, ", ") +
                        " ask for this.");
    Requirement r;
    r.votes = std::max(1, rule.votes);
    r.approvers = rule.approvers;
    r.requester_may_confirm = rule.requester_may_confirm && !is_grave(risk);
    r.open_for = rule.open_for.value_or(is_grave(risk) ? kOpenForGrave : kOpenForOthers);
    r.possible = true;
    const auto able = approvers(r, requester.id, risk).size();
    if (able < static_cast<std::size_t>(r.votes))
      return impossible(
          able == 0 ? "Nobody whom the policy names could approve this besides you, so it can't be done from here."
                    : "The policy asks for more approvals than there are people who may give one.");
    return r;
  }
  return impossible("The policy has no rule for this (risk: " + std::string(to_string(risk)) +
                    "), and what it does not name is refused.");
}

std::string Policy::refusal(const Person& voter, const std::string& requester, const Requirement& r, Risk risk) const {
  if (!voter.active) return "Your account is switched off in the policy.";
  if (!r.possible) return r.why_not;
  if (voter.id == requester) {
    if (r.requester_may_confirm && !is_grave(risk)) return {};
    return "You asked for this plan yourself, so someone else has to approve it: " + approvers_in_words(r, requester) +
           ".";
  }
  if (r.approvers.empty() || in_any(voter, r.approvers)) return {};
  return "You can't approve this: it takes " + approvers_in_words(r, requester) + ".";
}

std::vector<const Person*> Policy::approvers(const Requirement& r, const std::string& requester, Risk risk) const {
  std::vector<const Person*> able;
  for (const auto& p : people_) {
    if (!p.active) continue;
    const bool own = p.id == requester;
    if (own ? (r.requester_may_confirm && !is_grave(risk))
            : (in_any(p, r.approvers) || (r.approvers.empty() && !is_grave(risk))))
      able.push_back(&p);
  }
  return able;
}

std::string Policy::approvers_in_words(const Requirement& r, const std::string& requester) const {
  std::vector<std::string> names;
  for (const auto& p : people_)
    if (p.active && p.id != requester && (in_any(p, r.approvers) || r.approvers.empty())) names.push_back(p.name);
  if (names.empty()) return "nobody";
  if (names.size() == 1) return names.front();
  const std::string last = names.back();
  names.pop_back();
  return join(names, ", ") + " or " + last;
}

}  // namespace apiops
