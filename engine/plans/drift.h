// What has moved since a plan was shown, for people. Pure.
#pragma once

#include <nlohmann/json.hpp>
#include <string>

#include "engine/base/json.h"

namespace apiops {

inline constexpr std::size_t kShownDifferences = 5;
inline constexpr std::size_t kShownValue = 80;  // characters of each

// "voice_url: https://a.example → https://b.example; price: 1.15 → 1.50", raw: mask it. Empty where nothing moved.
std::string difference(const Json& expected, const Json& now);

}  // namespace apiops
