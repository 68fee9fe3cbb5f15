// A URL that is set but never asked, because a trunk, an application or a messaging service wins.
#include <fmt/format.h>

#include <algorithm>

#include "connectors/services/twilio/checks/check.h"
#include "engine/base/text.h"

namespace apiops::twilio {

std::vector<Finding> check_webhook_ignored(const ConfigurationView& view) {
  std::vector<Finding> found;
  const auto add = [&](const OwnNumber& n, std::string_view which, const std::string& winner) {
    found.push_back(finding("webhook_ignored", "warning", n.number,
                            fmt::format("{}'s {} is ignored: {} wins", spaced_number(n.number), which, winner),
                            "a change of this URL changes nothing", "take the URL away, or detach what wins"));
  };
  for (const auto& n : view.numbers) {
    if (!n.voice_url.empty() && !n.trunk.empty())
      add(n, "voice webhook", "the trunk " + n.trunk);
    else if (!n.voice_url.empty() && !n.voice_application.empty())
      add(n, "voice webhook", "the application " + n.voice_application);
    if (!n.sms_url.empty() && !n.sms_application.empty())
      add(n, "message webhook", "the application " + n.sms_application);
    for (const auto& s : view.services.value_or(std::vector<MessagingService>{}))
      if (!n.sms_url.empty() && s.uses_number_webhook == false && s.has(n.number))
        add(n, "message webhook", fmt::format("the messaging service “{}” ({})", s.name, s.sid));
  }
  return found;
}

}  // namespace apiops::twilio
