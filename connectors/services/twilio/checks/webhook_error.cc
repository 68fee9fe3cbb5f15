// A webhook that answers, but with an error: Twilio counts that as no answer.
#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "connectors/services/twilio/checks/check.h"
#include "engine/base/text.h"

namespace apiops::twilio {

std::vector<Finding> check_webhook_error(const ConfigurationView& view) {
  std::vector<Finding> found;
  for (const Hook& hook : hooks_of(view)) {
    const auto probe = view.probes.find(hook.url);
    if (probe == view.probes.end() || probe->second.trouble.empty() || !probe->second.status) continue;
    Finding f = hook_finding(
        "webhook_error", hook.answers ? "critical" : "warning", hook, probe->second.trouble + " (checked just now)",
        hook.answers ? "Twilio takes such an answer for a failure (11200)" : "what it should be told is lost",
        "repair what runs there, or point it to an address that works");
    if (hook.answers && hook.resource.starts_with("+"))
      f.remedy = ask("twilio.webhook.fix", Json{{"number", hook.resource}},
                     "Fix the webhook of " + spaced_number(hook.resource));
    found.push_back(std::move(f));
  }
  return found;
}

}  // namespace apiops::twilio
