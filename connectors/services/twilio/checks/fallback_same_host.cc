// A fallback on the host that it should stand in for: when that host is down, both are.
#include <fmt/format.h>

#include "connectors/services/twilio/checks/check.h"
#include "engine/base/text.h"

namespace apiops::twilio {

std::vector<Finding> check_fallback_same_host(const ConfigurationView& view) {
  std::vector<std::string> same;
  for (const auto& n : view.numbers)
    if (!n.voice_url.empty() && !n.voice_fallback_url.empty() && host_of(n.voice_url) == host_of(n.voice_fallback_url))
      same.push_back(n.number);
  if (same.empty()) return {};
  const bool one = same.size() == 1;
  return {finding("fallback_same_host", "info", one ? same.front() : "",
                  one ? fmt::format("{}'s voice fallback is on the host of its webhook", spaced_number(same.front()))
                      : fmt::format("{} numbers have their voice fallback on the host of their webhook", same.size()),
                  "when that host is down, the fallback is down with it", "set a fallback on another host")};
}

}  // namespace apiops::twilio
