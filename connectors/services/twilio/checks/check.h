// The checks of Twilio's configuration. Each looks at what was read once and gives its findings; it asks nobody by
// itself. A new check is one file here and one line in checks.cc.
#pragma once

#include <map>
#include <span>
#include <string>
#include <vector>

#include "connectors/services/twilio/numbers.h"
#include "connectors/services/twilio/webhook_probe.h"
#include "engine/ports/service_types.h"

namespace apiops::twilio {

struct ApiKey {
  std::string sid, name;
  std::optional<Time> created;
};

struct ConfigurationView {
  Time now{};
  std::vector<OwnNumber> numbers;
  std::vector<Application> applications;
  std::vector<MessagingService> services;
  std::vector<ApiKey> keys;
  std::vector<OwnNumber> idle;
  std::map<std::string, Probed> probes;  // by URL
  std::map<std::string, NumberPrices> prices;
  std::vector<std::string> unread;  // what could not be read: told as findings of their own
};

using Check = std::vector<Finding> (*)(const ConfigurationView& view);
struct NamedCheck {
  std::string_view name;
  std::string_view kind;  // of operations.md: numbers, webhooks, keys, services
  Check run;
};
std::span<const NamedCheck> all_checks();

Finding finding(std::string_view check, std::string severity, std::string resource, std::string what, std::string why,
                std::string fix);

}  // namespace apiops::twilio
