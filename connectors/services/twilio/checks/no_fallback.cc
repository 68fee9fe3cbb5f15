// No second address for the time when the voice webhook fails. One finding for all such numbers: it is one decision.
#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "connectors/services/twilio/checks/check.h"
#include "engine/base/text.h"

namespace apiops::twilio {

std::vector<Finding> check_no_fallback(const ConfigurationView& view) {
  std::vector<std::string> without;
  for (const auto& n : view.numbers)
    if (!n.voice_url.empty() && n.voice_fallback_url.empty() && n.voice_application.empty() && n.trunk.empty())
      without.push_back(n.number);
  if (without.empty()) return {};
  const bool one = without.size() == 1;
  return {finding("no_fallback", "info", one ? without.front() : "",
                  one ? fmt::format("{} has no voice fallback", spaced_number(without.front()))
                      : fmt::format("{} of {} numbers have no voice fallback", without.size(), view.numbers.size()),
                  "when the webhook fails, the caller hears an error", "set a fallback URL on another host")};
}

}  // namespace apiops::twilio
