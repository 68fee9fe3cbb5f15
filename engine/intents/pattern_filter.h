// Many patterns, of which a text is shown only the few that it may match: one pass over the text says what it holds of
// all that they need (needs.h). The cost hardly grows with the number of patterns, and a text that was never seen costs
// no more than one that was (an RE2::Set builds its automaton as it reads: with 1,000 patterns over a millisecond for
// each new message). Filled once, then safe to use from any thread.
#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <string>
#include <vector>

#include "engine/intents/lazy_pattern.h"
#include "engine/intents/literals.h"
#include "engine/intents/needs.h"

namespace apiops {

class PatternFilter {
 public:
  // `needs`: as needs_of() finds them, here for a part of the pattern that is in all that it matches.
  std::size_t add(std::string pattern, const Needs& needs);
  void close();  // after the last pattern

  // Numbers, as add() gave them, of the patterns that are worth a try on this text, in their order.
  std::vector<std::size_t> possible(const std::string& text) const;
  const RE2& at(std::size_t number) const { return *patterns_[number]; }
  std::size_t size() const { return patterns_.size(); }

 private:
  // A literal, and whose it is: number of the pattern and of its group.
  struct Needed {
    std::string literal;
    std::uint32_t pattern, group;
  };
  std::deque<LazyPattern> patterns_;
  std::vector<std::uint8_t> groups_;  // of a pattern: a bit for each
  std::vector<Needed> added_;         // until close()
  std::unique_ptr<const Literals> literals_;
  std::vector<std::uint32_t> owners_;  // pattern * kMostNeeds + group
  std::vector<std::uint32_t> owned_;   // of literal i: owners_ from owned_[i] up to owned_[i + 1]
};

}  // namespace apiops
