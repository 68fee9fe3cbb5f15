// What a text must hold so that a pattern can match it: a few groups of literals, one of each group is in every text
// that matches. So most patterns are never tried on a text, nor even compiled. RE2's FilteredRE2 knows it; finding it
// out takes half a millisecond a pattern, so the build does it for the product's own rules.
#pragma once

#include <string>
#include <vector>

namespace apiops {

// A text for each group: its literals, a line each. No group: any text may match.
using Needs = std::vector<std::string>;
inline constexpr std::size_t kMostNeeds = 2;  // groups: a third one would spare hardly a pattern more

// Of a pattern that compiles.
Needs needs_of(const std::string& pattern);

}  // namespace apiops
