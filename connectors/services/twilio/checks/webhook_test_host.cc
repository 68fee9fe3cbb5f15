// A webhook at a tunnel or a request catcher: somebody tried something and left it there.
#include <array>

#include "connectors/services/twilio/checks/check.h"

namespace apiops::twilio {

namespace {

bool is_test_host(const std::string& host) {
  constexpr std::array<std::string_view, 10> kHosts{
      "ngrok.io",       "ngrok.app",     "ngrok-free.app", "ngrok.dev",         "webhook.site",
      "requestbin.com", "pipedream.net", "beeceptor.com",  "trycloudflare.com", "loca.lt"};
  for (const auto known : kHosts)
    if (host == known || (host.ends_with(known) && host[host.size() - known.size() - 1] == '.')) return true;
  return host == "demo.twilio.com";
}

}  // namespace

std::vector<Finding> check_webhook_test_host(const ConfigurationView& view) {
  std::vector<Finding> found;
  for (const Hook& hook : hooks_of(view))
    if (is_test_host(host_of(hook.url)))
      found.push_back(hook_finding("webhook_test_host", "warning", hook, "points to a host for trying things out",
                                   "it ends without notice, and strangers may read what arrives there",
                                   "point it to a host of your own"));
  return found;
}

}  // namespace apiops::twilio
