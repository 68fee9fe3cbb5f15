// What OpenAI's refusals mean. The status alone decides nothing: 429 has five families, one of which is money.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "connectors/net/service_client.h"
#include "engine/base/result.h"

namespace apiops::openai {

enum class Trouble : std::uint8_t {
  kMoney,     // no credit, or a spend limit is reached: waiting does not help
  kRate,      // a limit by minute or day is used up: wait
  kTooLarge,  // one request alone is above the limit: waiting does not help
  kRamp,      // grew too fast (slow_down)
  kOverload,  // OpenAI's side has no capacity or fails
  kKey,       // the key itself is refused
  kScope,     // the key is good but may not do this
  kRegion,    // this host's address is in a region that is not served
  kModel,     // the model is unknown or not allowed for the project
  kNetwork,   // there was no answer
  kRequest,   // the request was wrong
};

// The error of an answer with a status of 400 or above: kind, OpenAI's code, OpenAI's words (clipped, not yet masked).
Error error_of(const net::ServiceReply& reply);

Trouble trouble_of(const Error& error);

// The figures in a rate limit's text: "Limit 30000, Used 29937, Requested 385. Please try again in 644ms."
struct RateText {
  std::optional<long long> limit, used, requested;
  std::string unit;  // TPM, RPM, TPD, RPD, or empty
  std::optional<Duration> wait;
};
RateText read_rate_text(std::string_view message);

}  // namespace apiops::openai
