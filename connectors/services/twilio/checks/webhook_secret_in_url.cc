// A password or token inside of a webhook's URL: it is shown in the console, in logs and in every debugger entry.
#include <array>

#include "connectors/services/twilio/checks/check.h"
#include "engine/base/text.h"

namespace apiops::twilio {

namespace {

bool holds_a_secret(const std::string& url) {
  constexpr std::array<std::string_view, 6> kNames{"token=", "secret=", "password=", "api_key=", "apikey=", "auth="};
  const auto scheme = url.find("://");
  const std::string_view rest =
      scheme == std::string::npos ? std::string_view(url) : std::string_view(url).substr(scheme + 3);
  const std::string_view authority = rest.substr(0, rest.find_first_of("/?#"));
  if (authority.find(':') < authority.find('@') && authority.find('@') != std::string_view::npos) return true;
  const auto query = url.find('?');
  if (query == std::string::npos) return false;
  const std::string asked = lower_ascii(url.substr(query));
  for (const auto name : kNames)
    if (asked.find(name) != std::string::npos) return true;
  return false;
}

}  // namespace

std::vector<Finding> check_webhook_secret_in_url(const ConfigurationView& view) {
  std::vector<Finding> found;
  for (const Hook& hook : hooks_of(view))
    if (holds_a_secret(hook.url))
      found.push_back(hook_finding("webhook_secret_in_url", "warning", hook, "has a password or token in its URL",
                                   "it is readable in the console, in logs and in each debugger entry",
                                   "check Twilio's signature (X-Twilio-Signature) instead, then replace the secret"));
  return found;
}

}  // namespace apiops::twilio
