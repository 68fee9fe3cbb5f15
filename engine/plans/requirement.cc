#include "engine/plans/requirement.h"

#include <algorithm>
#include <nlohmann/json.hpp>

namespace apiops {

namespace {

Json to_json(const Clause& c) {
  return {{"votes", c.votes},
          {"approvers", c.approvers},
          {"one_of_each", c.one_of_each},
          {"after_escalation", c.after_escalation},
          {"requester_may_confirm", c.requester_may_confirm}};
}

template <typename Names>
void read_names(const Json& json, const char* key, Names& into) {
  for (const auto& name : get_array(json, key))
    if (name.is_string()) into.insert(into.end(), name.get<std::string>());
}

Clause clause_from_json(const Json& json) {
  Clause c;
  c.votes = static_cast<int>(std::max<std::int64_t>(1, get_integer(json, "votes").value_or(1)));
  read_names(json, "approvers", c.approvers);
  read_names(json, "one_of_each", c.one_of_each);
  read_names(json, "after_escalation", c.after_escalation);
  c.requester_may_confirm = get_bool(json, "requester_may_confirm").value_or(false);
  return c;
}

}  // namespace

Json to_json(const Requirement& r) {
  Json clauses = Json::array();
  for (const auto& clause : r.clauses) clauses.push_back(to_json(clause));
  Json json = {{"possible", r.possible},
               {"why_not", r.why_not},
               {"clauses", std::move(clauses)},
               {"typed_confirmation", r.typed_confirmation},
               {"open_for_ms", r.open_for.count()},
               {"remind_before_ms", r.remind_before.count()}};
  if (r.escalate_after) json["escalate_after_ms"] = r.escalate_after->count();
  return json;
}

// What can't be read is not possible: a requirement without clauses approves nothing.
Requirement requirement_from_json(const Json& json) {
  Requirement r;
  for (const auto& clause : get_array(json, "clauses")) r.clauses.push_back(clause_from_json(clause));
  r.possible = get_bool(json, "possible").value_or(false) && !r.clauses.empty();
  r.why_not = get_string(json, "why_not");
  r.typed_confirmation = get_bool(json, "typed_confirmation").value_or(false);
  r.open_for = Duration(get_integer(json, "open_for_ms").value_or(0));
  r.remind_before = Duration(get_integer(json, "remind_before_ms").value_or(0));
  if (const auto after = get_integer(json, "escalate_after_ms")) r.escalate_after = Duration(*after);
  return r;
}

void add_demands(Requirement& r, const Requirement& more) {
  if (!more.possible && r.possible) r.possible = false, r.why_not = more.why_not;
  for (const auto& clause : more.clauses)
    if (std::find(r.clauses.begin(), r.clauses.end(), clause) == r.clauses.end()) r.clauses.push_back(clause);
  r.typed_confirmation = r.typed_confirmation || more.typed_confirmation;
  r.open_for = std::min(r.open_for, more.open_for);
  r.remind_before = std::max(r.remind_before, more.remind_before);
  if (more.escalate_after)
    r.escalate_after = r.escalate_after ? std::min(*r.escalate_after, *more.escalate_after) : more.escalate_after;
}

}  // namespace apiops
