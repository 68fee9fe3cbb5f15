// Many patterns, of which a text is shown only the few that it may match: each pattern's literals say what a text must
// hold (RE2's FilteredRE2), and one pass over the text says which of them it does. The cost hardly grows with the
// number of patterns, and a text that was never seen costs no more than one that was (an RE2::Set builds its automaton
// as it reads: with 1,000 patterns over a millisecond for each new message). Filled once, then safe to use from any
// thread.
#pragma once

#include <re2/filtered_re2.h>
#include <re2/re2.h>

#include <memory>
#include <string>
#include <vector>

#include "engine/intents/literals.h"

namespace apiops {

class PatternFilter {
 public:
  PatternFilter();
  // Throws std::invalid_argument with `where` in its words where the pattern is none.
  std::size_t add(const std::string& pattern, const std::string& where);
  void close();  // after the last pattern

  // Numbers, as add() gave them, of the patterns that are worth a try on this text.
  std::vector<int> possible(const std::string& text) const;
  const RE2& at(std::size_t number) const { return patterns_.GetRE2(static_cast<int>(number)); }
  std::size_t size() const { return static_cast<std::size_t>(patterns_.NumRegexps()); }

 private:
  re2::FilteredRE2 patterns_;
  std::unique_ptr<const Literals> literals_;
};

}  // namespace apiops
