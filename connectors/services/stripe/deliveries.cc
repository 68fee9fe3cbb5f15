#include "connectors/services/stripe/deliveries.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "engine/base/text.h"

namespace apiops::stripe {

bool Endpoint::wants(const std::string& type) const {
  return std::ranges::any_of(events, [&](const std::string& wanted) {
    if (wanted == "*" || wanted == type) return true;
    return wanted.ends_with(".*") && type.starts_with(wanted.substr(0, wanted.size() - 1));
  });
}

Endpoint endpoint_of(const Json& row) {
  Endpoint endpoint;
  endpoint.id = get_string(row, "id");
  endpoint.url = get_string(row, "url");
  endpoint.status = get_string(row, "status", "unknown");
  endpoint.api_version = get_string(row, "api_version");
  endpoint.description = clean_line(get_string(row, "description"));
  for (const auto& event : get_array(row, "enabled_events")) {
    if (event.is_string()) endpoint.events.push_back(event.get<std::string>());
  }
  if (const auto created = get_integer(row, "created")) endpoint.created = from_seconds(*created);
  return endpoint;
}

asio::awaitable<Result<std::vector<Endpoint>>> endpoints(StripeApi& api) {
  auto listed = co_await api.list("/v1/webhook_endpoints");
  if (!listed) co_return std::unexpected(listed.error());
  std::vector<Endpoint> found;
  for (const auto& row : listed->rows) found.push_back(endpoint_of(row));
  co_return found;
}

asio::awaitable<Result<UndeliveredEvents>> undelivered(StripeApi& api, Period period, std::size_t at_most_pages) {
  net::Headers query = created_in(period);
  query.emplace_back("delivery_success", "false");
  auto listed = co_await api.list("/v1/events", std::move(query), at_most_pages);
  if (!listed) co_return std::unexpected(listed.error());
  UndeliveredEvents found;
  found.more = listed->more;
  for (const auto& row : listed->rows) {
    found.events.push_back({get_string(row, "id"), get_string(row, "type", "unknown"),
                            from_seconds(get_integer(row, "created").value_or(0)),
                            get_integer(row, "pending_webhooks").value_or(0)});
  }
  co_return found;
}

std::vector<const Endpoint*> waiting_endpoints(const std::vector<Endpoint>& all, const Undelivered& event) {
  std::vector<const Endpoint*> found;
  for (const bool enabled : {false, true}) {
    for (const auto& endpoint : all) {
      if (endpoint.enabled() == enabled && endpoint.wants(event.type) &&
          (!endpoint.created || *endpoint.created <= event.at)) {
        found.push_back(&endpoint);
      }
    }
  }
  return found;
}

asio::awaitable<Look> look_at(net::UrlGuard& guard, std::string url) {
  const auto probe = co_await guard.probe(std::move(url));
  constexpr std::string_view kNoName = "the name does not resolve";
  Look look;
  look.status = probe.status;
  if (probe.trouble == kNoName || probe.verdict.reason == kNoName) {
    look.trouble = "has a host name that does not resolve";
  } else if (!probe.verdict.allowed) {
    look.not_seen = "was not probed: " + probe.verdict.reason;
  } else if (probe.status == 0 && probe.trouble.find("too often") != std::string::npos) {
    look.not_seen = "was not probed: it was looked at a moment ago";
  } else if (probe.status == 0) {
    look.trouble = probe.trouble.empty() ? "does not answer" : probe.trouble;
  } else if (probe.status >= 500) {
    look.trouble = fmt::format("answers {}", probe.status);
  } else if (probe.redirects > 0) {
    look.trouble = "redirects, which Stripe counts as a failure";
  }
  co_return look;
}

std::string host_of(const std::string& url) {
  const auto start = url.find("://");
  if (start == std::string::npos) return url;
  const auto rest = url.substr(start + 3);
  return rest.substr(0, rest.find_first_of("/?#"));
}

}  // namespace apiops::stripe
