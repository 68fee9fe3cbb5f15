// Which checks there are: one line each, in the order in which findings of one severity are told.
#include <array>

#include "connectors/services/twilio/checks/check.h"

namespace apiops::twilio {

std::vector<Finding> check_webhook_dead(const ConfigurationView& view);
std::vector<Finding> check_webhook_error(const ConfigurationView& view);
std::vector<Finding> check_webhook_not_public(const ConfigurationView& view);
std::vector<Finding> check_webhook_errors_many(const ConfigurationView& view);
std::vector<Finding> check_webhook_redirects(const ConfigurationView& view);
std::vector<Finding> check_webhook_not_https(const ConfigurationView& view);
std::vector<Finding> check_webhook_secret_in_url(const ConfigurationView& view);
std::vector<Finding> check_webhook_test_host(const ConfigurationView& view);
std::vector<Finding> check_webhook_ignored(const ConfigurationView& view);
std::vector<Finding> check_application_missing(const ConfigurationView& view);
std::vector<Finding> check_no_webhook(const ConfigurationView& view);
std::vector<Finding> check_service_without_inbound(const ConfigurationView& view);
std::vector<Finding> check_unregistered(const ConfigurationView& view);
std::vector<Finding> check_unverified_tollfree(const ConfigurationView& view);
std::vector<Finding> check_registration_failed(const ConfigurationView& view);
std::vector<Finding> check_service_without_senders(const ConfigurationView& view);
std::vector<Finding> check_number_without_service(const ConfigurationView& view);
std::vector<Finding> check_no_fallback(const ConfigurationView& view);
std::vector<Finding> check_fallback_same_host(const ConfigurationView& view);
std::vector<Finding> check_service_without_fallback(const ConfigurationView& view);
std::vector<Finding> check_no_status_callback(const ConfigurationView& view);
std::vector<Finding> check_webhook_get_method(const ConfigurationView& view);
std::vector<Finding> check_deprecated_api_version(const ConfigurationView& view);
std::vector<Finding> check_deprecated_region_host(const ConfigurationView& view);
std::vector<Finding> check_old_key(const ConfigurationView& view);
std::vector<Finding> check_main_credential(const ConfigurationView& view);
std::vector<Finding> check_geo_wide_open(const ConfigurationView& view);
std::vector<Finding> check_no_usage_trigger(const ConfigurationView& view);
std::vector<Finding> check_subaccount_suspended(const ConfigurationView& view);
std::vector<Finding> check_regulatory_missing(const ConfigurationView& view);
std::vector<Finding> check_no_emergency_address(const ConfigurationView& view);
std::vector<Finding> check_paid_caller_lookup(const ConfigurationView& view);
std::vector<Finding> check_duplicate_names(const ConfigurationView& view);
std::vector<Finding> check_unused_application(const ConfigurationView& view);
std::vector<Finding> check_idle_number(const ConfigurationView& view);
std::vector<Finding> check_unread(const ConfigurationView& view);

std::span<const NamedCheck> all_checks() {
  static constexpr std::array<NamedCheck, 36> kChecks{
      {{"webhook_dead", "webhooks", check_webhook_dead},
       {"webhook_error", "webhooks", check_webhook_error},
       {"webhook_not_public", "webhooks", check_webhook_not_public},
       {"webhook_errors_many", "webhooks", check_webhook_errors_many},
       {"webhook_redirects", "webhooks", check_webhook_redirects},
       {"webhook_not_https", "webhooks", check_webhook_not_https},
       {"webhook_secret_in_url", "webhooks", check_webhook_secret_in_url},
       {"webhook_test_host", "webhooks", check_webhook_test_host},
       {"webhook_ignored", "webhooks", check_webhook_ignored},
       {"application_missing", "webhooks", check_application_missing},
       {"no_webhook", "webhooks", check_no_webhook},
       {"service_without_inbound", "services", check_service_without_inbound},
       {"unregistered_a2p", "services", check_unregistered},
       {"unverified_tollfree", "numbers", check_unverified_tollfree},
       {"registration_failed", "services", check_registration_failed},
       {"service_without_senders", "services", check_service_without_senders},
       {"number_without_service", "services", check_number_without_service},
       {"no_fallback", "webhooks", check_no_fallback},
       {"fallback_same_host", "webhooks", check_fallback_same_host},
       {"service_without_fallback", "services", check_service_without_fallback},
       {"no_status_callback", "webhooks", check_no_status_callback},
       {"webhook_get_method", "webhooks", check_webhook_get_method},
       {"deprecated_api_version", "numbers", check_deprecated_api_version},
       {"deprecated_region_host", "webhooks", check_deprecated_region_host},
       {"old_key", "keys", check_old_key},
       {"main_credential", "keys", check_main_credential},
       {"geo_wide_open", "permissions", check_geo_wide_open},
       {"no_usage_trigger", "triggers", check_no_usage_trigger},
       {"subaccount_suspended", "accounts", check_subaccount_suspended},
       {"regulatory_missing", "numbers", check_regulatory_missing},
       {"no_emergency_address", "numbers", check_no_emergency_address},
       {"paid_caller_lookup", "numbers", check_paid_caller_lookup},
       {"duplicate_names", "names", check_duplicate_names},
       {"unused_application", "webhooks", check_unused_application},
       {"idle_number", "numbers", check_idle_number},
       {"unread", "", check_unread}}};
  return kChecks;
}

}  // namespace apiops::twilio
