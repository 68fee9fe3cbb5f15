// A brand or a campaign that was refused or suspended: its messages are blocked, or soon will be.
#include <fmt/format.h>

#include "connectors/services/twilio/checks/check.h"

namespace apiops::twilio {

std::vector<Finding> check_registration_failed(const ConfigurationView& view) {
  std::vector<Finding> found;
  for (const auto& r : view.registrations.value_or(std::vector<Registration>{})) {
    const bool refused = r.status == "FAILED" || r.status == "SUSPENDED" || r.status == "DELETION_FAILED";
    if (r.kind == Registration::Kind::kTollFree || !refused) continue;
    found.push_back(
        finding("registration_failed", "critical", r.sid,
                fmt::format("the A2P {} {} is {}{}", r.kind == Registration::Kind::kBrand ? "brand" : "campaign", r.sid,
                            r.status, r.reason.empty() ? "" : ": " + r.reason),
                "carriers block messages to US numbers that belong to it (30034)",
                "correct what was refused in the Twilio Console, and submit it again"));
  }
  return found;
}

}  // namespace apiops::twilio
