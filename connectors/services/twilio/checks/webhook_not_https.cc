// Webhooks that are asked without encryption: the content of calls and messages, and the signature, travel in the open.
#include "connectors/services/twilio/checks/check.h"

namespace apiops::twilio {

std::vector<Finding> check_webhook_not_https(const ConfigurationView& view) {
  std::vector<Finding> found;
  for (const Hook& hook : hooks_of(view))
    if (hook.url.starts_with("http://"))
      found.push_back(hook_finding("webhook_not_https", "warning", hook, "uses http://",
                                   "the content crosses the network in the open, and anybody can fake it",
                                   "use the same address with https://"));
  return found;
}

}  // namespace apiops::twilio
