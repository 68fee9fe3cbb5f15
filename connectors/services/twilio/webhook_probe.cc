#include "connectors/services/twilio/webhook_probe.h"

#include <fmt/format.h>

#include <array>
#include <set>

#include "connectors/net/together.h"
#include "connectors/services/twilio/numbers.h"

namespace apiops::twilio {

namespace {

bool is_inside(std::string_view reason) {
  constexpr std::array<std::string_view, 4> kKinds{"private", "loopback", "link-local", "unique-local"};
  for (const auto kind : kKinds)
    if (reason.find(kind) != std::string_view::npos) return true;
  return false;
}

// A webhook that only takes POST, or wants Twilio's signature, is well.
bool is_trouble(int status) { return status >= 500 || status == 404 || status == 410; }

using ByUrl = std::map<std::string, Probed>;

asio::awaitable<ByUrl> probe_host(net::UrlGuard& guard, std::vector<std::string> urls) {
  ByUrl all;
  for (const auto& url : urls) {
    Probed probed = co_await probe_webhook(guard, url);
    all.emplace(url, std::move(probed));
  }
  co_return all;
}

}  // namespace

asio::awaitable<Probed> probe_webhook(net::UrlGuard& guard, std::string url) {
  const net::UrlGuard::Probe probe = co_await guard.probe(url);
  Probed probed;
  probed.redirects = probe.redirects;
  const bool unresolved = probe.trouble == "the name does not resolve";
  if (!probe.verdict.allowed && !unresolved) {  // the guard would not look: that says nothing about the webhook
    probed.trouble = "not checked: " + probe.verdict.reason;
    probed.inside = is_inside(probe.verdict.reason);
    co_return probed;
  }
  if (probe.trouble == "was probed too often just now") {
    probed.trouble = "not checked: " + probe.trouble;
    co_return probed;
  }
  probed.checked = true;
  probed.trouble = probe.trouble;
  probed.status = probe.status;
  if (probed.trouble.empty() && is_trouble(probe.status))
    probed.trouble = fmt::format("answers with status {}", probe.status);
  co_return probed;
}

asio::awaitable<ByUrl> probe_webhooks(net::UrlGuard& guard, std::vector<std::string> urls) {
  std::map<std::string, std::vector<std::string>> by_host;
  std::set<std::string> distinct;
  for (const auto& url : urls) {
    auto& of_host = by_host[host_of(url)];
    if (url.empty() || of_host.size() == kMaxProbesOfAHost || distinct.size() == kMaxProbes) continue;
    if (distinct.insert(url).second) of_host.push_back(url);
  }
  std::vector<asio::awaitable<ByUrl>> hosts;
  for (auto& [host, of_host] : by_host) hosts.push_back(probe_host(guard, std::move(of_host)));
  ByUrl all;
  for (auto& some : co_await net::together(std::move(hosts))) all.merge(some);
  co_return all;
}

}  // namespace apiops::twilio
