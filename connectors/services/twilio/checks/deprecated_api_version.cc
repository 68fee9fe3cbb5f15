// A number whose webhooks are still asked in the form of the interface of 2008.
#include <fmt/format.h>

#include "connectors/services/twilio/checks/check.h"
#include "engine/base/text.h"

namespace apiops::twilio {

std::vector<Finding> check_deprecated_api_version(const ConfigurationView& view) {
  std::vector<Finding> found;
  for (const auto& n : view.numbers)
    if (!n.api_version.empty() && n.api_version < "2010-04-01")
      found.push_back(finding("deprecated_api_version", "warning", n.number,
                              fmt::format("{} still uses the API version {}", spaced_number(n.number), n.api_version),
                              "its webhooks get old field names, and that version gets no new features",
                              "set ApiVersion to 2010-04-01, once what answers its webhooks knows the new names"));
  return found;
}

}  // namespace apiops::twilio
