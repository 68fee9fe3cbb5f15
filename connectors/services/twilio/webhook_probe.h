// Asks webhooks whether they answer, through the guard and without credentials. What the answer says is not judged
// beyond its status: a webhook that wants Twilio's signature may well refuse us.
#pragma once

#include <asio/awaitable.hpp>
#include <map>
#include <string>
#include <vector>

#include "connectors/net/url_guard.h"

namespace apiops::twilio {

inline constexpr std::size_t kMaxProbes = 20;

struct Probed {
  bool checked = false;  // false: the guard would not touch it, see `trouble`
  std::string trouble;   // "the name does not resolve"; empty where it answers
};
asio::awaitable<Probed> probe_webhook(net::UrlGuard& guard, std::string url);
// Distinct URLs, kMaxProbes at most; those beyond are missing from the result.
asio::awaitable<std::map<std::string, Probed>> probe_webhooks(net::UrlGuard& guard, std::vector<std::string> urls);

}  // namespace apiops::twilio
