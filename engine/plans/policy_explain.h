// The policy in words: who can approve one thing, what holds for everything, and where it is weaker than it looks.
#pragma once

#include "engine/base/document.h"
#include "engine/plans/policy.h"

namespace apiops {

// "A refund of $200.00, asked by Ana": who may approve it, how many, why, and what is in the way.
Document explain_policy(const Policy& policy, const Person& asker, const PlanFacts& plan, const std::string& what,
                        Time now);

// One row for each rule: what it is for, who may ask, who approves.
Document policy_overview(const Policy& policy);

// What an operator should know before the night: one person alone in a group, a rule that can't be satisfied, a rule
// that never decides because an earlier one fits all that it fits. Empty where there is none.
std::vector<std::string> weak_spots(const Policy& policy);

}  // namespace apiops
