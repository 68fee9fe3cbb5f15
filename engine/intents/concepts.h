// What a message is about, read from the things it names (intents/concepts.yaml): "any texts lost since noon?" names
// messages, failing and a time, and these together mean “List failed messages”, though no pattern knows the wording.
// Endings and order do not matter; words that belong to nothing speak against. Finds questions only: a sentence that
// begins like an order is left to the patterns. Built once, immutable, safe to use from any thread.
#pragma once

#include <bitset>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "engine/intents/reduce.h"
#include "engine/intents/rule_set.h"

namespace apiops {

inline constexpr std::size_t kMostConcepts = 128;

class Concepts {
 public:
  // `rules` outlives this. Throws std::invalid_argument where a sense names an intent or concept that is not there.
  explicit Concepts(const RuleSet& rules);

  struct Meaning {
    std::size_t intent = 0;  // index in RuleSet::intents
    double score = 0;        // the weight of its sense, less what the sentence names beside it
    std::string named;       // the concepts that it was known by: "messages, failing, recent"
  };
  // What is to be taken from the score of a reading of this text for the words that belong to no concept: more where
  // nothing stands beside them that only this work has ("how much did the new chairs cost").
  double foreign_in(std::string_view text) const { return foreign(named_in(text)); }
  // Of the sentence that is understood best, each intent once, the likeliest first.
  std::vector<Meaning> read(const Reduced& message) const;

 private:
  using Set = std::bitset<kMostConcepts>;
  struct Phrase {
    std::vector<std::string> words;  // without their endings
    std::size_t concept_number = 0;
  };
  struct Known {
    std::size_t intent = 0;
    std::vector<Set> of;  // one concept of each
    Set without;
    double weight = 0;
  };
  struct Named {
    Set concepts;
    std::size_t words = 0, unknown = 0;
  };
  double foreign(const Named& named) const;
  Named named_in(std::string_view sentence) const;
  std::vector<Meaning> meanings_of(std::string_view sentence) const;
  bool orders(const Reduced& message, std::size_t begin, std::size_t end) const;
  std::string names_of(const Known& sense, const Set& named) const;

  const RuleSet& rules_;
  std::unordered_map<std::string, std::vector<Phrase>> phrases_;  // by their first word
  std::unordered_set<std::string> plain_;
  Set anchors_;  // concepts that only this work has
  std::vector<Known> senses_;
};

// A word without its ending: fail of fails, failed, failing.
std::string without_ending(std::string_view word);

}  // namespace apiops
