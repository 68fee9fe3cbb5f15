#include "engine/intents/pattern_filter.h"

#include <stdexcept>

namespace apiops {

namespace {

constexpr int kShortestLiteral = 2;  // "ok", "is": shorter ones are in every text

RE2::Options options() {
  RE2::Options o;
  o.set_log_errors(false);
  return o;
}

}  // namespace

PatternFilter::PatternFilter() : patterns_(kShortestLiteral) {}

std::size_t PatternFilter::add(const std::string& pattern, const std::string& where) {
  int number = 0;
  if (patterns_.Add(pattern, options(), &number) != RE2::NoError)
    throw std::invalid_argument(where + ": " + RE2(pattern, options()).error());
  return static_cast<std::size_t>(number);
}

void PatternFilter::close() {
  std::vector<std::string> literals;
  if (size() > 0) patterns_.Compile(&literals);
  literals_ = std::make_unique<const Literals>(literals);
}

std::vector<int> PatternFilter::possible(const std::string& text) const {
  std::vector<int> numbers;
  if (size() > 0) patterns_.AllPotentials(literals_->in(text), &numbers);
  return numbers;
}

}  // namespace apiops
