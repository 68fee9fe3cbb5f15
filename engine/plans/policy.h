// Who may ask for what, and whose approval it takes. Fails closed: an unknown person, no rule, or no approver means no.
// Immutable after construction: a reload makes a new one.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "engine/plans/people.h"
#include "engine/plans/policy_rule.h"

namespace apiops {

class Policy {
 public:
  Policy(std::vector<Person> people, PolicyBook book) : people_(std::move(people)), book_(std::move(book)) {}

  const PolicyBook& book() const { return book_; }
  const std::vector<Person>& people() const { return people_.all(); }
  const Person* person(std::string_view id) const { return people_.by_id(id); }
  const Person* person_of(const Identity& identity) const { return people_.of(identity); }
  // "Ben"; the id of who is no longer there; "the policy" for the agent's own vote.
  std::string name_of(std::string_view id) const;

  // The rule that decides on a part, or null.
  const PolicyRule* rule_for(const PlanFacts::Part& part, const PlanFacts& plan) const;
  // For a plan asked by `requester`: the demands of every part's rule together.
  Requirement requirement(const Person& requester, const PlanFacts& plan) const;
  // Why nothing of this kind is changed now; empty where it may be.
  std::string freeze(const PlanFacts& plan, Time now) const;

  // May this person approve under that requirement a plan that `requester` asked for? Empty: yes; else the reason, for
  // people.
  std::string refusal(const Person& voter, const std::string& requester, const Requirement& requirement, Risk risk,
                      bool escalated = false) const;
  // How many approvals are missing at least; 0: it is approved.
  int missing(const Requirement& requirement, const std::vector<const Person*>& voters, const std::string& requester,
              Risk risk, bool escalated = false) const;

  // "Ben, Chris or Dana": those who could approve, without the requester.
  std::string approvers_in_words(const Requirement& requirement, const std::string& requester,
                                 bool escalated = false) const;
  std::vector<const Person*> approvers(const Requirement& requirement, const std::string& requester, Risk risk,
                                       bool escalated = false) const;

 private:
  People people_;
  PolicyBook book_;
};

// A requirement's demand beyond "one approval", in words: "2 approvals, one of each of ops and finance, typed".
std::string in_words(const Requirement& requirement);

}  // namespace apiops
