// The words that rules know, and how people write them: an alias ("errs"), or a slip of the keyboard ("recieve"). Ids,
// numbers and words that are right in English ("form", next to "from") are never touched. Immutable once built.
#pragma once

#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "engine/intents/rule_set.h"

namespace apiops {

class Lexicon {
 public:
  explicit Lexicon(const RuleSet& rules);

  // The word that patterns use, or `word` itself. In lower case, without look-alike letters.
  bool knows(std::string_view word) const { return aliases_.contains(word) || known_.contains(word); }
  std::string mended(std::string_view word) const;
  // Aliases of more than one word ("open ai"), put into a whole text in lower case.
  void put_in_phrases(std::string& text) const;
  // "canceling" and "canceled" as a request has it: "cancel". The word itself where no such verb is known.
  std::string as_request(const std::string& verb) const;

 private:
  void learn(const std::string& word);
  const std::string* nearest(const std::string& word) const;

  struct Hash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>{}(text); }
  };
  std::unordered_map<std::string, std::string, Hash, std::equal_to<>> aliases_;
  std::vector<std::pair<std::string, std::string>> phrases_;
  std::unordered_map<std::string, bool, Hash, std::equal_to<>> known_;  // true: a slip is led back to it
  // A word with one or two letters left out → the words that it may have been (symmetric deletion).
  std::unordered_map<std::string, std::vector<std::string>, Hash, std::equal_to<>> shortened_;
};

}  // namespace apiops
