// What a message that nothing matched comes nearest to: the intents whose examples share its words, rare words counting
// more. Only ever offered, never done.
#pragma once

#include <string>
#include <unordered_map>
#include <vector>

#include "engine/intents/reduce.h"
#include "engine/intents/rule_set.h"

namespace apiops {

class Nearest {
 public:
  Nearest(const RuleSet& rules, const Lexicon& lexicon, std::string_view country);

  struct Near {
    std::size_t intent = 0;
    double likeness = 0;  // 0 to 1: how much of the message's weight the intent's examples hold
  };
  // At most `count`, the nearest first; none where nothing telling is shared.
  std::vector<Near> to(const Reduced& message, std::size_t count) const;

 private:
  static std::vector<std::string> words_of(const std::string& reduced);

  std::unordered_map<std::string, std::unordered_map<std::size_t, double>>
      intents_;  // by word: intent → share of examples
  std::size_t count_ = 0;
};

}  // namespace apiops
