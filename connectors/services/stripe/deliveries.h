// Webhook endpoints and the events that did not arrive. Stripe's API tells neither delivery attempts nor the endpoint's
// answers (those exist in its dashboard only): what is known is which events are still undelivered, and which endpoints
// want them.
#pragma once

#include <asio/awaitable.hpp>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "connectors/net/url_guard.h"
#include "connectors/services/stripe/stripe_api.h"
#include "engine/base/time.h"

namespace apiops::stripe {

struct Endpoint {
  std::string id, url, status, api_version, description;
  std::vector<std::string> events;
  std::optional<Time> created;
  bool enabled() const { return status != "disabled"; }
  bool wants(const std::string& type) const;  // "*" and "charge.*" count
};
Endpoint endpoint_of(const Json& row);
asio::awaitable<Result<std::vector<Endpoint>>> endpoints(StripeApi& api);

struct Undelivered {
  std::string event, type;
  Time at{};
  long long pending = 0;
};
struct UndeliveredEvents {
  std::vector<Undelivered> events;  // newest first
  bool more = false;
};
asio::awaitable<Result<UndeliveredEvents>> undelivered(StripeApi& api, Period period,
                                                       std::size_t at_most_pages = kMaxListPages);

// Which endpoints an undelivered event may be waiting for. A disabled one that wants it comes first.
std::vector<const Endpoint*> waiting_endpoints(const std::vector<Endpoint>& all, const Undelivered& event);

// What a look at an endpoint's URL said. An answer of 4xx is fine: an endpoint may well refuse a request without a
// signature.
struct Look {
  std::string trouble;   // "answers 500", "has a host name that does not resolve"; empty: nothing wrong was seen
  std::string not_seen;  // why it could not be looked at, or empty
  int status = 0;
};
asio::awaitable<Look> look_at(net::UrlGuard& guard, std::string url);

std::string host_of(const std::string& url);

}  // namespace apiops::stripe
