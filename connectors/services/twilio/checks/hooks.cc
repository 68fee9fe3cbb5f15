// Every URL that Twilio asks for this account, in one list.
#include <fmt/format.h>

#include "connectors/services/twilio/checks/check.h"
#include "engine/base/text.h"

namespace apiops::twilio {

namespace {

// What wins over a number's own URLs is a hook of its own (an application), so that it is not told for each number.
void add_number(std::vector<Hook>& hooks, const OwnNumber& n) {
  const std::string owner = spaced_number(n.number);
  const auto add = [&](std::string which, const std::string& url, const std::string& method, bool answers = true) {
    if (!url.empty()) hooks.push_back({n.number, owner, std::move(which), url, method, answers});
  };
  if (n.trunk.empty() && n.voice_application.empty()) {
    add("voice webhook", n.voice_url, n.voice_method);
    add("voice fallback", n.voice_fallback_url, "");
  }
  if (n.sms_application.empty()) {
    add("message webhook", n.sms_url, n.sms_method);
    add("message fallback", n.sms_fallback_url, "");
  }
  add("status callback", n.status_callback, "", false);
}

}  // namespace

std::vector<Hook> hooks_of(const ConfigurationView& view) {
  std::vector<Hook> hooks;
  for (const auto& n : view.numbers) add_number(hooks, n);
  if (view.applications)
    for (const auto& a : *view.applications) {
      const std::string owner = fmt::format("the application “{}”", a.name);
      if (!a.voice_url.empty()) hooks.push_back({a.sid, owner, "voice webhook", a.voice_url, a.voice_method, true});
      if (!a.sms_url.empty()) hooks.push_back({a.sid, owner, "message webhook", a.sms_url, a.sms_method, true});
    }
  if (view.services)
    for (const auto& s : *view.services) {
      const std::string owner = fmt::format("the messaging service “{}”", s.name);
      if (!s.inbound_url.empty())
        hooks.push_back({s.sid, owner, "inbound webhook", s.inbound_url, s.inbound_method, true});
      if (!s.fallback_url.empty()) hooks.push_back({s.sid, owner, "fallback", s.fallback_url, "", true});
      if (!s.status_callback.empty()) hooks.push_back({s.sid, owner, "status callback", s.status_callback, "", false});
    }
  if (view.triggers)
    for (const auto& t : *view.triggers)
      if (!t.callback.empty())
        hooks.push_back({t.sid, fmt::format("the usage trigger “{}”", t.name), "callback", t.callback, "", false});
  return hooks;
}

std::string words_of(const Hook& hook) {
  return fmt::format("{}'s {} ({})", hook.owner, hook.which, shown_url(hook.url));
}

Finding finding(std::string_view check, std::string severity, std::string resource, std::string what, std::string why,
                std::string fix) {
  Finding f;
  f.check = check;
  f.severity = std::move(severity);
  f.resource = std::move(resource);
  f.what = std::move(what);
  f.why = std::move(why);
  f.fix = std::move(fix);
  return f;
}

Finding hook_finding(std::string_view check, std::string severity, const Hook& hook, std::string_view trouble,
                     std::string why, std::string fix) {
  return finding(check, std::move(severity), hook.resource, fmt::format("{} {}", words_of(hook), trouble),
                 std::move(why), std::move(fix));
}

}  // namespace apiops::twilio
