// Hosts like api.ie1.twilio.com (a region without an edge): Twilio announced that they stop working on 2026-04-28.
#include <fmt/format.h>

#include <array>

#include "connectors/services/twilio/checks/check.h"

namespace apiops::twilio {

namespace {

// "ie1" of api.ie1.twilio.com; empty where the host has an edge, or no region.
std::string region_without_edge(const std::string& host) {
  constexpr std::array<std::string_view, 8> kRegions{"ie1", "au1", "br1", "de1", "jp1", "jp2", "sg1", "us2"};
  for (const auto region : kRegions)
    if (host.ends_with(fmt::format(".{}.twilio.com", region)) &&
        host.find('.') == host.size() - std::string_view(".twilio.com").size() - region.size() - 1)
      return std::string(region);
  return {};
}

}  // namespace

std::vector<Finding> check_deprecated_region_host(const ConfigurationView& view) {
  std::vector<Finding> found;
  if (const auto region = region_without_edge(view.api_host); !region.empty())
    found.push_back(
        finding("deprecated_region_host", "critical", view.api_host,
                fmt::format("I am set up to use {}, a host that Twilio retired on 2026-04-28", view.api_host),
                "calls to it fail, or will", "set TWILIO_REGION (and TWILIO_EDGE) instead of TWILIO_BASE_URL"));
  for (const Hook& hook : hooks_of(view))
    if (!region_without_edge(host_of(hook.url)).empty())
      found.push_back(hook_finding("deprecated_region_host", "warning", hook, "uses a host that Twilio retired",
                                   "calls to it fail, or will",
                                   "use the host with an edge, such as api.dublin.ie1.twilio.com"));
  return found;
}

}  // namespace apiops::twilio
