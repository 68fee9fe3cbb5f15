// What it takes to approve one plan: clauses that must all be satisfied. Stored with the plan as its snapshot.
#pragma once

#include <optional>
#include <set>
#include <string>
#include <vector>

#include "engine/base/json.h"
#include "engine/base/time.h"

namespace apiops {

// One rule's demand. A plan whose steps fall under several rules has several clauses; one vote may serve them all.
struct Clause {
  int votes = 1;
  std::set<std::string> approvers;         // groups or people
  std::vector<std::string> one_of_each;    // groups: somebody of each, nobody for two of them
  std::set<std::string> after_escalation;  // may approve as well, once the plan was escalated
  bool requester_may_confirm = false;      // never for spend, delete and auth, whatever is written
  friend bool operator==(const Clause&, const Clause&) = default;
};

struct Requirement {
  bool possible = false;
  std::string why_not;  // where not possible: one sentence
  std::vector<Clause> clauses;
  bool typed_confirmation = false;  // a click is not enough: the plan's code is typed
  Duration open_for{};
  Duration remind_before{};                // before it runs out; 0: never
  std::optional<Duration> escalate_after;  // without a decision
};

Json to_json(const Requirement& requirement);
Requirement requirement_from_json(const Json& json);

// Takes over what `more` demands besides; never asks for less than before.
void add_demands(Requirement& requirement, const Requirement& more);

}  // namespace apiops
