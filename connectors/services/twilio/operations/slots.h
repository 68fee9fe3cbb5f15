// Reading slots, which hold one value or a list, and counts as text.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/json.h"

namespace apiops::twilio {

std::vector<std::string> slot_list(const Json& slots, std::string_view name);  // empty where it is missing
std::optional<std::size_t> slot_count(const Json& slots,
                                      std::string_view name);  // nothing where it is missing or below 1

}  // namespace apiops::twilio
