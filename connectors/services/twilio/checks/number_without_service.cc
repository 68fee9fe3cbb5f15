// A US number that sends messages outside of any messaging service can't be in an A2P campaign's sender pool.
#include <fmt/format.h>

#include <algorithm>

#include "connectors/services/twilio/checks/check.h"
#include "engine/base/text.h"

namespace apiops::twilio {

std::vector<Finding> check_number_without_service(const ConfigurationView& view) {
  if (!view.services || view.services->empty()) return {};
  std::vector<Finding> found;
  for (const auto& n : view.numbers) {
    if (!n.sms || !is_us_long_code(n.number)) continue;
    if (std::none_of(view.services->begin(), view.services->end(), [&n](const auto& s) { return s.has(n.number); }))
      found.push_back(finding("number_without_service", "warning", n.number,
                              fmt::format("{} is in no messaging service", spaced_number(n.number)),
                              "carriers block its messages to US numbers (30034): it is in no campaign's sender pool",
                              "add it to a messaging service with an approved campaign"));
  }
  return found;
}

}  // namespace apiops::twilio
