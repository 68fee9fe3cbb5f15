// A webhook that does not answer: calls and messages to the number fail.
#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "connectors/services/twilio/checks/check.h"
#include "engine/base/text.h"

namespace apiops::twilio {

namespace {

void look(std::vector<Finding>& found, const ConfigurationView& view, const OwnNumber& number, const std::string& url,
          std::string_view which, bool critical) {
  const auto probe = view.probes.find(url);
  if (url.empty() || probe == view.probes.end() || !probe->second.checked || probe->second.trouble.empty()) return;
  Finding f = finding("webhook_dead", critical ? "critical" : "warning", number.number,
                      fmt::format("{}'s {} does not work: {} ({}, checked just now)", spaced_number(number.number),
                                  which, probe->second.trouble, shown_url(url)),
                      critical ? "calls or messages to this number end with error 11200"
                               : "there is nothing to fall back on when the first webhook fails",
                      "point it to the URL that the other numbers use");
  if (critical)
    f.remedy = ask("twilio.webhook.fix", Json{{"number", number.number}},
                   "Fix the webhook of " + spaced_number(number.number));
  found.push_back(std::move(f));
}

}  // namespace

std::vector<Finding> check_webhook_dead(const ConfigurationView& view) {
  std::vector<Finding> found;
  for (const auto& number : view.numbers) {
    if (number.trunk.empty())
      look(found, view, number, answering_url(number, view.applications), "voice webhook", true);
    if (number.sms_application.empty()) look(found, view, number, number.sms_url, "message webhook", true);
    look(found, view, number, number.voice_fallback_url, "voice fallback", false);
  }
  return found;
}

}  // namespace apiops::twilio
