// Rules by the thousand, as a team with many components would write them, and messages for them: what the benchmark
// runs on. The same every time.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "engine/intents/rule_set.h"

namespace apiops::bench {

// The product's own rules and as many of a team's as make `patterns` patterns in all.
RuleSet many_rules(std::size_t patterns);
// As the engine anchors them: a change at the head of a clause, a question at a word's beginning.
std::vector<std::string> anchored_patterns(const RuleSet& rules);
// The train corpus, and after each tenth message one that asks for something of the team's.
std::vector<std::string> messages(const std::string& corpus);

}  // namespace apiops::bench
