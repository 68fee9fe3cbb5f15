// A webhook at an address that Twilio can't reach from outside: a private network, or the computer of a developer.
#include <array>

#include "connectors/services/twilio/checks/check.h"

namespace apiops::twilio {

namespace {

bool is_inside(const std::string& host) {
  constexpr std::array<std::string_view, 8> kHeads{"127.",    "10.",   "192.168.", "169.254.",
                                                   "0.0.0.0", "[::1]", "[fd",      "[fe80"};
  if (host == "localhost" || host.ends_with(".local") || host.ends_with(".internal") || host.ends_with(".localhost"))
    return true;
  for (const auto head : kHeads)
    if (host.starts_with(head)) return true;
  return false;
}

}  // namespace

std::vector<Finding> check_webhook_not_public(const ConfigurationView& view) {
  std::vector<Finding> found;
  for (const Hook& hook : hooks_of(view)) {
    const auto probe = view.probes.find(hook.url);
    const bool inside = probe != view.probes.end() && probe->second.inside;
    if (inside || is_inside(host_of(hook.url)))
      found.push_back(hook_finding("webhook_not_public", "critical", hook, "is not reachable from the internet",
                                   "Twilio can't ask it: every call or message ends with 11200 or 11205",
                                   "give it a public https:// address"));
  }
  return found;
}

}  // namespace apiops::twilio
