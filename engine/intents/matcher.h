// All patterns of all rules: one pass over the text names the few that may match (pattern_filter.h), and these are
// looked at one by one. Built once, immutable, safe to use from any thread.
#pragma once

#include <deque>
#include <memory>
#include <string>
#include <vector>

#include "engine/intents/concepts.h"
#include "engine/intents/lazy_pattern.h"
#include "engine/intents/pattern_filter.h"
#include "engine/intents/reduce.h"
#include "engine/intents/rule_set.h"

namespace apiops {

// One intent that a message may mean, and why.
struct Reading {
  std::size_t intent = 0;                        // index in RuleSet::intents
  std::size_t clause = 0;                        // of a change: the clause that asks for it
  std::size_t at = 0;                            // of a question: where in the text its pattern matched
  double score = 0;                              // what is left after the evidence against it
  double found = 0;                              // before it
  bool held = false;                             // evidence says that it is spoken of, not asked for
  const IntentRule::Pattern* pattern = nullptr;  // null: read from the concepts that are named
  std::string matched;                           // the words that did, or the concepts
  std::vector<std::string> against;              // names of the evidence
};

class Matcher {
 public:
  // `rules` outlives the matcher.
  explicit Matcher(const RuleSet& rules);

  // The likeliest first; a change once for each clause that asks for it.
  std::vector<Reading> read(const Reduced& message) const;
  double foreign_in(std::string_view text) const { return concepts_.foreign_in(text); }
  const ConsoleSetting* console_setting(const Reduced& message) const;
  // Every pattern that matches the text, for `rules lint`: pairs of intent and pattern.
  std::vector<std::pair<std::size_t, std::size_t>> hits(const Reduced& message) const;

 private:
  struct Pattern {
    std::size_t intent = 0, number = 0;  // number: in the intent's list
  };
  struct Against {
    const Evidence* evidence = nullptr;
    std::unique_ptr<const LazyPattern> pattern, unless;
    bool speaks(std::string_view text, const std::string& message) const;
  };
  void look(std::size_t number, const Reduced& message, std::vector<Reading>& readings) const;
  void look_at_concepts(const Reduced& message, std::vector<Reading>& readings) const;
  // `scope`: the part of the text that is about this reading.
  void weigh(Reading& reading, const Reduced& message, std::string_view scope) const;

  const RuleSet& rules_;
  Concepts concepts_;
  PatternFilter filter_;  // of patterns_, by their places
  std::vector<Pattern> patterns_;
  std::vector<std::deque<LazyPattern>> against_;  // by intent
  std::vector<Against> evidence_;
  PatternFilter console_;  // of RuleSet::console, by their places
};

}  // namespace apiops
