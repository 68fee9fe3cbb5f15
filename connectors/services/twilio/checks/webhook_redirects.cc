// A webhook that answers with a redirect: Twilio follows it with GET, and what it wanted to tell is not sent along.
#include <fmt/format.h>

#include "connectors/services/twilio/checks/check.h"

namespace apiops::twilio {

std::vector<Finding> check_webhook_redirects(const ConfigurationView& view) {
  std::vector<Finding> found;
  for (const Hook& hook : hooks_of(view))
    if (const auto probe = view.probes.find(hook.url); probe != view.probes.end() && probe->second.redirects > 0)
      found.push_back(hook_finding("webhook_redirects", "warning", hook, "redirects to another address",
                                   "Twilio follows with GET and without the form fields, and each call waits longer",
                                   "set the address that it leads to"));
  return found;
}

}  // namespace apiops::twilio
