// A subaccount that is suspended: everything in it stands still, and its numbers are still paid for.
#include <fmt/format.h>

#include "connectors/services/twilio/checks/check.h"

namespace apiops::twilio {

std::vector<Finding> check_subaccount_suspended(const ConfigurationView& view) {
  std::vector<Finding> found;
  for (const auto& account : view.subaccounts.value_or(std::vector<Subaccount>{}))
    if (account.status == "suspended")
      found.push_back(finding("subaccount_suspended", "warning", account.sid,
                              fmt::format("the subaccount “{}” is suspended", account.name),
                              "its calls and messages are refused, and its numbers are still paid for",
                              "activate it, or release its numbers and close it"));
  return found;
}

}  // namespace apiops::twilio
