// Asks webhooks whether they answer, through the guard and without credentials. What the answer says is not judged
// beyond its status: a webhook that wants Twilio's signature may well refuse us.
#pragma once

#include <asio/awaitable.hpp>
#include <map>
#include <string>
#include <vector>

#include "connectors/net/url_guard.h"

namespace apiops::twilio {

inline constexpr std::size_t kMaxProbes = 40;
inline constexpr std::size_t kMaxProbesOfAHost = 8;  // the guard lets a second pass between two of them

struct Probed {
  bool checked = false;  // false: the guard would not touch it, see `trouble`
  std::string trouble;   // "the name does not resolve", "answers with status 500"; empty where it answers
  int status = 0;        // 0: no answer
  int redirects = 0;
  bool inside = false;  // its address is not one of the internet
};
asio::awaitable<Probed> probe_webhook(net::UrlGuard& guard, std::string url);
// Distinct URLs, hosts side by side; those beyond the bounds are missing from the result.
asio::awaitable<std::map<std::string, Probed>> probe_webhooks(net::UrlGuard& guard, std::vector<std::string> urls);

}  // namespace apiops::twilio
