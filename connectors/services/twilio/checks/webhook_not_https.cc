// Webhooks that are asked without encryption: the content of calls and messages, and the signature, travel in the open.
#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "connectors/services/twilio/checks/check.h"
#include "engine/base/text.h"

namespace apiops::twilio {

std::vector<Finding> check_webhook_not_https(const ConfigurationView& view) {
  std::vector<Finding> found;
  for (const auto& number : view.numbers) {
    const std::pair<std::string_view, const std::string&> urls[] = {{"voice webhook", number.voice_url},
                                                                    {"message webhook", number.sms_url},
                                                                    {"status callback", number.status_callback}};
    for (const auto& [which, url] : urls)
      if (url.starts_with("http://"))
        found.push_back(
            finding("webhook_not_https", "warning", number.number,
                    fmt::format("{}'s {} uses http:// ({})", spaced_number(number.number), which, shown_url(url)),
                    "the content of calls and messages crosses the network in the open, and anybody can fake it",
                    "use the same address with https://"));
  }
  return found;
}

}  // namespace apiops::twilio
