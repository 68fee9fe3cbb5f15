// A webhook that can't be reached: what is called or written to its number ends with 11200.
#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "connectors/services/twilio/checks/check.h"
#include "engine/base/text.h"

namespace apiops::twilio {

std::vector<Finding> check_webhook_dead(const ConfigurationView& view) {
  std::vector<Finding> found;
  for (const Hook& hook : hooks_of(view)) {
    const auto probe = view.probes.find(hook.url);
    if (probe == view.probes.end() || !probe->second.checked || probe->second.trouble.empty() || probe->second.status)
      continue;
    const bool first = hook.answers && hook.which.find("fallback") == std::string::npos;
    Finding f = hook_finding("webhook_dead", first ? "critical" : "warning", hook,
                             "does not answer: " + probe->second.trouble + " (checked just now)",
                             first          ? "calls or messages to it end with error 11200"
                             : hook.answers ? "there is nothing to fall back on when the first webhook fails"
                                            : "what it should be told is lost",
                             "point it to the URL that the others use");
    if (first && hook.resource.starts_with("+"))
      f.remedy = ask("twilio.webhook.fix", Json{{"number", hook.resource}},
                     "Fix the webhook of " + spaced_number(hook.resource));
    found.push_back(std::move(f));
  }
  return found;
}

}  // namespace apiops::twilio
