#include "connectors/services/twilio/webhook_probe.h"

#include <fmt/format.h>

namespace apiops::twilio {

asio::awaitable<Probed> probe_webhook(net::UrlGuard& guard, std::string url) {
  const net::UrlGuard::Probe probe = co_await guard.probe(url);
  Probed probed;
  const bool unresolved = probe.trouble == "the name does not resolve";
  if (!probe.verdict.allowed && !unresolved) {  // the guard would not look: that says nothing about the webhook
    probed.trouble = "not checked: " + probe.verdict.reason;
    co_return probed;
  }
  if (probe.trouble == "was probed too often just now") {
    probed.trouble = "not checked: " + probe.trouble;
    co_return probed;
  }
  probed.checked = true;
  probed.trouble = probe.trouble;
  if (probed.trouble.empty() && (probe.status >= 500 || probe.status == 404 || probe.status == 410))
    probed.trouble = fmt::format("answers with status {}", probe.status);
  co_return probed;
}

asio::awaitable<std::map<std::string, Probed>> probe_webhooks(net::UrlGuard& guard, std::vector<std::string> urls) {
  std::map<std::string, Probed> all;
  for (const auto& url : urls) {
    if (url.empty() || all.contains(url)) continue;
    if (all.size() == kMaxProbes) break;
    Probed probed = co_await probe_webhook(guard, url);
    all.emplace(url, std::move(probed));
  }
  co_return all;
}

}  // namespace apiops::twilio
