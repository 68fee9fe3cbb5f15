// An application that no number uses: it may still be dialled from an app, so it is told, not proposed for deletion.
#include <fmt/format.h>

#include <algorithm>

#include "connectors/services/twilio/checks/check.h"

namespace apiops::twilio {

std::vector<Finding> check_unused_application(const ConfigurationView& view) {
  if (!view.applications) return {};
  std::vector<Finding> found;
  for (const auto& a : *view.applications) {
    const bool used = std::any_of(view.numbers.begin(), view.numbers.end(), [&a](const OwnNumber& n) {
      return n.voice_application == a.sid || n.sms_application == a.sid;
    });
    if (!used)
      found.push_back(finding(
          "unused_application", "info", a.sid, fmt::format("no number uses the application “{}”", a.name),
          "an old address may be behind it; programs can still dial it", "remove it where no program names it"));
  }
  return found;
}

}  // namespace apiops::twilio
