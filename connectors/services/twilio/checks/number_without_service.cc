// US numbers that send messages outside of any messaging service can't be in an A2P campaign's sender pool. One finding
// for all such numbers: it is one decision.
#include <fmt/format.h>

#include <algorithm>

#include "connectors/services/twilio/checks/check.h"
#include "engine/base/text.h"

namespace apiops::twilio {

std::vector<Finding> check_number_without_service(const ConfigurationView& view) {
  if (!view.services || view.services->empty()) return {};
  std::vector<std::string> without;
  for (const auto& n : view.numbers) {
    if (!n.sms || !is_us_long_code(n.number)) continue;
    if (std::none_of(view.services->begin(), view.services->end(), [&n](const auto& s) { return s.has(n.number); }))
      without.push_back(spaced_number(n.number));
  }
  if (without.empty()) return {};
  const bool one = without.size() == 1;
  return {
      finding("number_without_service", "warning", one ? without.front() : "",
              one ? fmt::format("{} is in no messaging service", without.front())
                  : fmt::format("{} US numbers are in no messaging service: {}", without.size(), join(without, ", ")),
              "carriers block their messages to US numbers (30034): they are in no campaign's sender pool",
              "add those that send to a messaging service with an approved campaign")};
}

}  // namespace apiops::twilio
