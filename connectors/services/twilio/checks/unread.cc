// What could not be read is named, so that a short list is not taken for a clean bill.
#include "connectors/services/twilio/checks/check.h"

namespace apiops::twilio {

std::vector<Finding> check_unread(const ConfigurationView& view) {
  std::vector<Finding> found;
  for (const auto& what : view.unread)
    found.push_back(finding("unread", "info", "", what, "the checks that need it did not run",
                            "try again, or give the credential the right to read it"));
  return found;
}

}  // namespace apiops::twilio
