#include "engine/intents/needs.h"

#include <re2/filtered_re2.h>

#include <algorithm>
#include <numeric>
#include <set>
#include <tuple>

#include "engine/base/text.h"

namespace apiops {

namespace {

constexpr int kShortestLiteral = 2;  // "ok", "is": shorter ones are in every text

// One pattern, and whether it may match a text that holds some of its literals only.
class Question {
 public:
  explicit Question(const std::string& pattern) : filter_(kShortestLiteral) {
    RE2::Options quiet;
    quiet.set_log_errors(false);
    int number = 0;
    if (filter_.Add(pattern, quiet, &number) == RE2::NoError) filter_.Compile(&literals_);
  }
  const std::vector<std::string>& literals() const { return literals_; }
  bool may_match(const std::vector<bool>& held) const {
    std::vector<int> numbers, found;
    for (std::size_t i = 0; i < held.size(); ++i)
      if (held[i]) numbers.push_back(static_cast<int>(i));
    filter_.AllPotentials(numbers, &found);
    return !found.empty();
  }

 private:
  re2::FilteredRE2 filter_;
  std::vector<std::string> literals_;
};

// Literals without any of which nothing matches, and none of them to spare. Those of `known` are given up first, then
// the short ones, which are in more texts.
std::set<std::string> group_of(const Question& question, const std::set<std::string>& known) {
  const auto& literals = question.literals();
  std::vector<bool> held(literals.size());
  if (question.may_match(held)) return {};
  std::vector<std::size_t> order(literals.size());
  std::iota(order.begin(), order.end(), 0);
  std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
    const auto rank = [&](std::size_t i) { return std::tuple(!known.contains(literals[i]), literals[i].size(), i); };
    return rank(a) < rank(b);
  });
  std::set<std::string> group;
  for (const std::size_t i : order) {
    held[i] = true;
    if (!question.may_match(held)) continue;
    held[i] = false;
    group.insert(literals[i]);
  }
  return group;
}

}  // namespace

Needs needs_of(const std::string& pattern) {
  const Question question(pattern);
  Needs needs;
  std::set<std::string> known;
  while (needs.size() < kMostNeeds) {
    const std::set<std::string> group = group_of(question, known);
    const bool has_line_break =
        std::any_of(group.begin(), group.end(), [](const auto& literal) { return literal.contains('\n'); });
    if (group.empty() || has_line_break || group == known) break;
    needs.push_back(join({group.begin(), group.end()}, "\n"));
    known = group;
  }
  return needs;
}

}  // namespace apiops
