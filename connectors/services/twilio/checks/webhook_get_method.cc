// A webhook that is asked with GET: phone numbers and message texts become part of the URL, and so of every access log.
#include "connectors/services/twilio/checks/check.h"

namespace apiops::twilio {

std::vector<Finding> check_webhook_get_method(const ConfigurationView& view) {
  std::vector<Finding> found;
  for (const Hook& hook : hooks_of(view))
    if (hook.method == "GET")
      found.push_back(
          hook_finding("webhook_get_method", "info", hook, "is asked with GET",
                       "numbers and texts of people land in the access logs, and most frameworks expect POST",
                       "set its method to POST, where what runs there allows it"));
  return found;
}

}  // namespace apiops::twilio
