// A toll-free number that sends messages without an approved verification: carriers block all of them (30032).
#include <fmt/format.h>

#include "connectors/services/twilio/checks/check.h"
#include "engine/base/text.h"

namespace apiops::twilio {

std::vector<Finding> check_unverified_tollfree(const ConfigurationView& view) {
  if (!view.registrations) return {};
  std::vector<Finding> found;
  for (const auto& n : view.numbers) {
    if (!n.sms || !n.number.starts_with("+1") || number_type_of(n.number) != "tollfree") continue;
    std::string state = "it was never asked for";
    bool approved = false;
    for (const auto& r : *view.registrations) {
      if (r.kind != Registration::Kind::kTollFree || r.subject != n.sid) continue;
      approved = approved || r.status == "TWILIO_APPROVED";
      state = fmt::format("its state is {}{}", r.status, r.reason.empty() ? "" : " (" + r.reason + ")");
    }
    if (!approved)
      found.push_back(
          finding("unverified_tollfree", "critical", n.number,
                  fmt::format("{} has no approved toll-free verification: {}", spaced_number(n.number), state),
                  "carriers block what it sends to the US and Canada (30032)",
                  "submit the verification in the Twilio Console; a review takes 3 to 5 business days"));
  }
  return found;
}

}  // namespace apiops::twilio
