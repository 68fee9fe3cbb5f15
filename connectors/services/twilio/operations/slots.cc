#include "connectors/services/twilio/operations/slots.h"

#include <nlohmann/json.hpp>

namespace apiops::twilio {

std::vector<std::string> slot_list(const Json& slots, std::string_view name) {
  std::vector<std::string> values;
  if (const std::string one = get_string(slots, name); !one.empty()) values.push_back(one);
  for (const Json& value : get_array(slots, name))
    if (value.is_string()) values.push_back(value.get<std::string>());
  return values;
}

std::optional<std::size_t> slot_count(const Json& slots, std::string_view name) {
  const auto n = get_integer(slots, name);
  return n && *n >= 1 ? std::optional(static_cast<std::size_t>(*n)) : std::nullopt;
}

}  // namespace apiops::twilio
