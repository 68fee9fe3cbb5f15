// How long a service asked to wait, read from its headers. Pure functions.
#pragma once

#include <optional>
#include <string_view>

#include "connectors/net/http_client.h"

namespace apiops::net {

inline constexpr Duration kLongestRetryAfter = std::chrono::minutes(15);  // more than this is never waited for at once

// "Sun, 06 Nov 1994 08:49:37 GMT".
std::optional<Time> parse_http_date(std::string_view text);

// From `retry-after-ms` or `retry-after` (seconds, also with a fraction, or a date). A date counts from the answer's
// own Date where it has one, so that a service's wrong clock does no harm. Nothing for a negative or unreadable value.
// As asked: not yet capped by kLongestRetryAfter.
std::optional<Duration> retry_after(const Headers& headers, Time now);

}  // namespace apiops::net
