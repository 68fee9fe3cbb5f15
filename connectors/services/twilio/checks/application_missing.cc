// A number that is answered by an application that is not there any more.
#include <fmt/format.h>

#include <algorithm>

#include "connectors/services/twilio/checks/check.h"
#include "engine/base/text.h"

namespace apiops::twilio {

std::vector<Finding> check_application_missing(const ConfigurationView& view) {
  if (!view.applications) return {};
  std::vector<Finding> found;
  for (const auto& n : view.numbers)
    for (const auto& [which, sid] :
         {std::pair{"calls", n.voice_application}, std::pair{"messages", n.sms_application}}) {
      const bool there = std::any_of(view.applications->begin(), view.applications->end(),
                                     [&sid](const Application& a) { return a.sid == sid; });
      if (!sid.empty() && !there)
        found.push_back(finding(
            "application_missing", "critical", n.number,
            fmt::format("{}'s {} go to the application {}, which is not there", spaced_number(n.number), which, sid),
            "nothing answers them", "detach the application, then set a webhook"));
    }
  return found;
}

}  // namespace apiops::twilio
