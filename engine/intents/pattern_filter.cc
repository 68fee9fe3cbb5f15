#include "engine/intents/pattern_filter.h"

#include <algorithm>
#include <tuple>

#include "engine/base/text.h"

namespace apiops {

std::size_t PatternFilter::add(std::string pattern, const Needs& needs) {
  const auto number = static_cast<std::uint32_t>(patterns_.size());
  patterns_.emplace_back(std::move(pattern));
  groups_.push_back(static_cast<std::uint8_t>((1u << needs.size()) - 1));
  for (std::uint32_t group = 0; group < needs.size(); ++group)
    for (const auto literal : split(needs[group], '\n')) added_.push_back({std::string(literal), number, group});
  return number;
}

void PatternFilter::close() {
  std::sort(added_.begin(), added_.end(), [](const Needed& a, const Needed& b) {
    return std::tie(a.literal, a.pattern, a.group) < std::tie(b.literal, b.pattern, b.group);
  });
  std::vector<std::string> literals;
  for (auto& needed : added_) {
    if (literals.empty() || literals.back() != needed.literal) {
      literals.push_back(std::move(needed.literal));
      owned_.push_back(static_cast<std::uint32_t>(owners_.size()));
    }
    owners_.push_back(needed.pattern * kMostNeeds + needed.group);
  }
  owned_.push_back(static_cast<std::uint32_t>(owners_.size()));
  added_ = {};
  literals_ = std::make_unique<const Literals>(literals);
}

std::vector<std::size_t> PatternFilter::possible(const std::string& text) const {
  std::vector<std::uint8_t> missing = groups_;
  for (const int literal : literals_->in(text)) {
    const auto i = static_cast<std::size_t>(literal);
    for (std::uint32_t at = owned_[i]; at < owned_[i + 1]; ++at)
      missing[owners_[at] / kMostNeeds] &= static_cast<std::uint8_t>(~(1u << owners_[at] % kMostNeeds));
  }
  std::vector<std::size_t> numbers;
  for (std::size_t i = 0; i < missing.size(); ++i)
    if (missing[i] == 0) numbers.push_back(i);
  return numbers;
}

}  // namespace apiops
