// A messaging service whose inbound webhook has no second address for the time when it fails.
#include <fmt/format.h>

#include "connectors/services/twilio/checks/check.h"

namespace apiops::twilio {

std::vector<Finding> check_service_without_fallback(const ConfigurationView& view) {
  std::vector<Finding> found;
  for (const auto& s : view.services.value_or(std::vector<MessagingService>{}))
    if (!s.inbound_url.empty() && s.fallback_url.empty())
      found.push_back(finding(
          "service_without_fallback", "info", s.sid, fmt::format("the messaging service “{}” has no fallback", s.name),
          "when its webhook fails, incoming messages are lost to your programs", "set a fallback URL on another host"));
  return found;
}

}  // namespace apiops::twilio
