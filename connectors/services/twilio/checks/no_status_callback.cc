// Nobody is told how a call or a message ended.
#include <fmt/format.h>

#include "connectors/services/twilio/checks/check.h"
#include "engine/base/text.h"

namespace apiops::twilio {

std::vector<Finding> check_no_status_callback(const ConfigurationView& view) {
  std::vector<Finding> found;
  for (const auto& s : view.services.value_or(std::vector<MessagingService>{}))
    if (s.status_callback.empty())
      found.push_back(finding("no_status_callback", "info", s.sid,
                              fmt::format("the messaging service “{}” has no status callback", s.name),
                              "failed deliveries are seen only by asking for them", "set a status callback URL"));
  std::size_t without = 0;
  for (const auto& n : view.numbers) without += n.voice && n.status_callback.empty() ? 1 : 0;
  if (without > 0)
    found.push_back(finding("no_status_callback", "info", "",
                            fmt::format("{} of {} have no status callback for calls", without,
                                        count_of(static_cast<long long>(view.numbers.size()), "number")),
                            "ended and failed calls are seen only by asking for them", "set a status callback URL"));
  return found;
}

}  // namespace apiops::twilio
