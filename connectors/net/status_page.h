// What a vendor says of itself on its status page, read tolerantly and without credentials. What can't be read is
// unknown, never down.
#pragma once

#include <asio/awaitable.hpp>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "connectors/net/http_client.h"
#include "engine/base/json.h"
#include "engine/ports/service_types.h"

namespace apiops::net {

inline constexpr Duration kStatusPageTimeout{10'000};
inline constexpr std::size_t kMaxIncidents = 10, kMaxComponents = 20;

// The JSON object at that URL, or nothing.
asio::awaitable<std::optional<Json>> ask_status_page(HttpClient& http, std::string url);

// An Atlassian Statuspage (https://metastatuspage.com/api): its open incidents, and of its parts those that `counts`
// accepts and that do not work. `page`: its URL for people.
asio::awaitable<VendorState> read_statuspage(
    HttpClient& http, std::string base_url, std::string page,
    std::function<bool(std::string_view)> counts = [](std::string_view) { return true; });

}  // namespace apiops::net
