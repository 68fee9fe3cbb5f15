// US numbers in a messaging service that is not registered for A2P 10DLC: carriers block what they send (30034).
#include <fmt/format.h>

#include <algorithm>

#include "connectors/services/twilio/checks/check.h"
#include "engine/base/text.h"

namespace apiops::twilio {

std::vector<Finding> check_unregistered(const ConfigurationView& view) {
  std::vector<Finding> found;
  for (const auto& s : view.services.value_or(std::vector<MessagingService>{})) {
    const auto us = std::count_if(s.numbers.begin(), s.numbers.end(), is_us_long_code);
    if (s.registered == false && us > 0)
      found.push_back(
          finding("unregistered_a2p", "critical", s.sid,
                  fmt::format("the messaging service “{}” is not registered for A2P 10DLC", s.name),
                  fmt::format("carriers block messages of its {} to US numbers (30034)", count_of(us, "US number")),
                  "register a brand and a campaign in the Twilio Console; a review takes 10 to 15 business days"));
  }
  return found;
}

}  // namespace apiops::twilio
