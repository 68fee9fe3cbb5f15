// OpenAI's rate limit headers. They come with answers to model calls and speak for one model only.
#pragma once

#include <chrono>
#include <optional>
#include <string_view>

#include "connectors/net/service_client.h"

namespace apiops::openai {

// "6m0s", "1m30.5s", "20ms", "500us": Go's spelling. Anything else (also "5" and "-1s") is nothing.
std::optional<std::chrono::microseconds> parse_go_duration(std::string_view text);

struct RateBucket {
  std::optional<long long> limit, left;
  std::optional<Duration> reset;  // until the bucket is full again, not until one more call is allowed
  bool known() const { return limit.has_value() && left.has_value(); }
};
struct RateHeaders {
  RateBucket requests, tokens, project_tokens;
};
RateHeaders read_rate_headers(const net::ServiceReply& reply);

}  // namespace apiops::openai
