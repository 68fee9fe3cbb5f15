// A messaging service that drops what comes in: no inbound URL, and the numbers' own webhooks are not used.
#include <fmt/format.h>

#include "connectors/services/twilio/checks/check.h"
#include "engine/base/text.h"

namespace apiops::twilio {

std::vector<Finding> check_service_without_inbound(const ConfigurationView& view) {
  std::vector<Finding> found;
  for (const auto& s : view.services.value_or(std::vector<MessagingService>{}))
    if (s.inbound_url.empty() && s.uses_number_webhook == false && !s.numbers.empty())
      found.push_back(finding(
          "service_without_inbound", "critical", s.sid,
          fmt::format("the messaging service “{}” has no inbound URL and does not use its numbers' webhooks", s.name),
          fmt::format("messages to its {} are neither received nor logged, also the replies STOP and HELP of people",
                      count_of(static_cast<long long>(s.numbers.size()), "number")),
          "set its inbound URL, or let it use the numbers' webhooks"));
  return found;
}

}  // namespace apiops::twilio
