// A US number that sends messages outside of any messaging service can't be in an A2P campaign's sender pool.
#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "connectors/services/twilio/checks/check.h"
#include "engine/base/text.h"

namespace apiops::twilio {

std::vector<Finding> check_number_without_service(const ConfigurationView& view) {
  if (view.services.empty()) return {};
  std::vector<Finding> found;
  for (const auto& n : view.numbers) {
    if (!n.sms || !n.number.starts_with("+1") || number_type_of(n.number) == "tollfree") continue;
    const bool member = std::any_of(view.services.begin(), view.services.end(), [&](const auto& s) {
      return std::find(s.numbers.begin(), s.numbers.end(), n.number) != s.numbers.end();
    });
    if (!member)
      found.push_back(finding("number_without_service", "warning", n.number,
                              fmt::format("{} is in no messaging service", spaced_number(n.number)),
                              "carriers block its messages to US numbers (30034): it is in no campaign's sender pool",
                              "add it to a messaging service with an approved campaign"));
  }
  return found;
}

}  // namespace apiops::twilio
