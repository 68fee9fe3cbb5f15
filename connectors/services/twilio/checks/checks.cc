// Which checks there are: one line each.
#include <array>

#include "connectors/services/twilio/checks/check.h"

namespace apiops::twilio {

std::vector<Finding> check_unread(const ConfigurationView& view);
std::vector<Finding> check_webhook_dead(const ConfigurationView& view);
std::vector<Finding> check_webhook_not_https(const ConfigurationView& view);
std::vector<Finding> check_no_webhook(const ConfigurationView& view);
std::vector<Finding> check_webhook_ignored(const ConfigurationView& view);
std::vector<Finding> check_no_fallback(const ConfigurationView& view);
std::vector<Finding> check_no_status_callback(const ConfigurationView& view);
std::vector<Finding> check_service_without_inbound(const ConfigurationView& view);
std::vector<Finding> check_number_without_service(const ConfigurationView& view);
std::vector<Finding> check_unregistered(const ConfigurationView& view);
std::vector<Finding> check_old_key(const ConfigurationView& view);
std::vector<Finding> check_idle_number(const ConfigurationView& view);

std::span<const NamedCheck> all_checks() {
  static constexpr std::array<NamedCheck, 12> kChecks{
      {{"webhook_dead", "webhooks", check_webhook_dead},
       {"webhook_not_https", "webhooks", check_webhook_not_https},
       {"webhook_ignored", "webhooks", check_webhook_ignored},
       {"no_webhook", "webhooks", check_no_webhook},
       {"service_without_inbound", "services", check_service_without_inbound},
       {"unregistered_a2p", "services", check_unregistered},
       {"number_without_service", "services", check_number_without_service},
       {"no_fallback", "webhooks", check_no_fallback},
       {"no_status_callback", "webhooks", check_no_status_callback},
       {"old_key", "keys", check_old_key},
       {"idle_number", "numbers", check_idle_number},
       {"unread", "", check_unread}}};
  return kChecks;
}

Finding finding(std::string_view check, std::string severity, std::string resource, std::string what, std::string why,
                std::string fix) {
  Finding f;
  f.check = check;
  f.severity = std::move(severity);
  f.resource = std::move(resource);
  f.what = std::move(what);
  f.why = std::move(why);
  f.fix = std::move(fix);
  return f;
}

}  // namespace apiops::twilio
