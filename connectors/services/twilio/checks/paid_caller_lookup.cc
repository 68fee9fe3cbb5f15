// A number that looks up the name of each caller: a paid lookup for every incoming call.
#include <fmt/format.h>

#include "connectors/services/twilio/checks/check.h"
#include "engine/base/text.h"

namespace apiops::twilio {

std::vector<Finding> check_paid_caller_lookup(const ConfigurationView& view) {
  std::vector<Finding> found;
  for (const auto& n : view.numbers)
    if (n.caller_lookup)
      found.push_back(finding("paid_caller_lookup", "info", n.number,
                              fmt::format("{} looks up the name of every caller", spaced_number(n.number)),
                              "each lookup is charged, robocalls too",
                              "switch VoiceCallerIdLookup off where nobody reads it"));
  return found;
}

}  // namespace apiops::twilio
