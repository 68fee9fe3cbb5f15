// A messaging service without a number: what is sent through it fails with 21704.
#include <fmt/format.h>

#include "connectors/services/twilio/checks/check.h"

namespace apiops::twilio {

std::vector<Finding> check_service_without_senders(const ConfigurationView& view) {
  std::vector<Finding> found;
  for (const auto& s : view.services.value_or(std::vector<MessagingService>{}))
    if (s.numbers.empty() && !s.other_senders)
      found.push_back(finding(
          "service_without_senders", "warning", s.sid, fmt::format("the messaging service “{}” has no sender", s.name),
          "messages sent through it are refused (21704)", "add a number to it, or delete it where nothing uses it"));
  return found;
}

}  // namespace apiops::twilio
