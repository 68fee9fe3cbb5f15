// A number that can call 911 without a registered address: Twilio charges a fee for each such call, and nobody comes to
// the right place.
#include <fmt/format.h>

#include "connectors/services/twilio/checks/check.h"
#include "engine/base/text.h"

namespace apiops::twilio {

std::vector<Finding> check_no_emergency_address(const ConfigurationView& view) {
  std::vector<std::string> without;
  for (const auto& n : view.numbers)
    if (n.voice && is_us_long_code(n.number) && n.emergency_active && n.emergency_address.empty())
      without.push_back(n.number);
  if (without.empty()) return {};
  const bool one = without.size() == 1;
  return {finding("no_emergency_address", "info", one ? without.front() : "",
                  one ? fmt::format("{} has no emergency address", spaced_number(without.front()))
                      : fmt::format("{} numbers have no emergency address", without.size()),
                  "a 911 call from it reaches a national centre without an address, and costs a fee",
                  "register an emergency address, or switch emergency calling off for numbers that nobody calls from")};
}

}  // namespace apiops::twilio
