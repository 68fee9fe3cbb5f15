// A number of a country that asks for an address or documents, and none are attached: the regulator can have it taken.
#include <fmt/format.h>

#include "connectors/services/twilio/checks/check.h"
#include "engine/base/text.h"

namespace apiops::twilio {

std::vector<Finding> check_regulatory_missing(const ConfigurationView& view) {
  std::vector<Finding> found;
  for (const auto& n : view.numbers)
    if (!n.address_requirement.empty() && n.address_requirement != "none" && n.address.empty() && n.bundle.empty())
      found.push_back(finding("regulatory_missing", "warning", n.number,
                              fmt::format("{} needs a registered address ({}), and none is attached",
                                          spaced_number(n.number), n.address_requirement),
                              "the number can be suspended or taken away by the regulator",
                              "attach an address or a regulatory bundle in the Twilio Console"));
  return found;
}

}  // namespace apiops::twilio
