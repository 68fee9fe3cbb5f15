// A number that can take calls or messages, but nothing is set that would answer.
#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "connectors/services/twilio/checks/check.h"
#include "engine/base/text.h"

namespace apiops::twilio {

namespace {

bool in_a_service(const ConfigurationView& view, const std::string& number) {
  return view.services && std::any_of(view.services->begin(), view.services->end(),
                                      [&number](const MessagingService& s) { return s.has(number); });
}

}  // namespace

std::vector<Finding> check_no_webhook(const ConfigurationView& view) {
  std::vector<Finding> found;
  for (const auto& n : view.numbers) {
    const std::string shown = spaced_number(n.number);
    if (n.voice && n.voice_url.empty() && n.voice_application.empty() && n.trunk.empty())
      found.push_back(finding("no_webhook", "warning", n.number, fmt::format("{} has no voice webhook", shown),
                              "a call to it gets an error message", "set its voice webhook"));
    if (n.sms && n.sms_url.empty() && n.sms_application.empty() && !in_a_service(view, n.number))
      found.push_back(finding("no_webhook", "info", n.number, fmt::format("{} has no message webhook", shown),
                              "messages to it are stored at Twilio, but nobody is told", "set its message webhook"));
  }
  for (auto& f : found)
    f.remedy =
        ask("twilio.number.configure", Json{{"number", f.resource}}, "Set the webhook of " + spaced_number(f.resource));
  return found;
}

}  // namespace apiops::twilio
