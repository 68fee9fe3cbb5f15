// Who may ask for what, and whose approval it takes. Fails closed: an unknown person, no rule, or no approver means no.
// Immutable after construction: a reload makes a new one. People are found by the identity that a platform vouches for,
// never by a display name.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "engine/base/json.h"
#include "engine/base/time.h"
#include "engine/ports/chat_port.h"
#include "engine/ports/operation.h"

namespace apiops {

struct Person {
  std::string id;    // "ana"
  std::string name;  // "Ana"
  std::string role;  // for people: "support lead"
  std::string zone = "UTC";
  std::vector<std::string> groups;
  std::vector<Identity> identities;
  bool active = true;
};

// One line of the policy: for these risks (or operations), who may ask, who may approve, how many. The first rule that
// fits decides.
struct PolicyRule {
  std::set<Risk> risks;                // empty: any
  std::set<std::string> operations;    // empty: any
  std::set<std::string> services;      // empty: any
  std::set<std::string> environments;  // empty: any
  std::set<std::string> may_ask;       // groups or people; empty: everyone whom the policy knows
  std::set<std::string> approvers;     // groups or people; empty: see requester_may_confirm
  int votes = 1;
  bool requester_may_confirm = false;  // never for spend, delete and auth, whatever is written
  std::optional<Duration> open_for;
};

// What it takes to approve one plan. Stored with the plan as its snapshot.
struct Requirement {
  bool possible = false;
  std::string why_not;  // where not possible: one sentence
  int votes = 1;
  std::set<std::string> approvers;  // as written: groups or people
  bool requester_may_confirm = false;
  Duration open_for{};
};
Json to_json(const Requirement& requirement);
Requirement requirement_from_json(const Json& json);

class Policy {
 public:
  Policy(std::vector<Person> people, std::vector<PolicyRule> rules)
      : people_(std::move(people)), rules_(std::move(rules)) {}

  const std::vector<Person>& people() const { return people_; }
  const Person* person(std::string_view id) const;
  const Person* person_of(const Identity& identity) const;  // active members only

  // For a change of this risk asked by `requester`; `operations` and `services` of all steps.
  Requirement requirement(const Person& requester, Risk risk, const std::set<std::string>& operations,
                          const std::set<std::string>& services, const std::string& environment) const;

  // May this person approve under that requirement a plan that `requester` asked for? Empty: yes; else the reason, for
  // people.
  std::string refusal(const Person& voter, const std::string& requester, const Requirement& requirement,
                      Risk risk) const;

  // "Ben, Chris or anyone in ops-leads": those who could approve, without the requester.
  std::string approvers_in_words(const Requirement& requirement, const std::string& requester) const;
  std::vector<const Person*> approvers(const Requirement& requirement, const std::string& requester, Risk risk) const;

 private:
  bool in_any(const Person& person, const std::set<std::string>& names) const;
  std::vector<Person> people_;
  std::vector<PolicyRule> rules_;
};

// spend, delete and auth are never confirmed by who asked for them, nor by the agent itself: the rule is in code.
inline bool is_grave(Risk risk) { return risk == Risk::kSpend || risk == Risk::kDelete || risk == Risk::kAuth; }

inline constexpr Duration kOpenForGrave = std::chrono::minutes(30);
inline constexpr Duration kOpenForOthers = std::chrono::hours(4);

}  // namespace apiops
