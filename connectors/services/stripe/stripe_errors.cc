#include "connectors/services/stripe/stripe_errors.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "engine/base/json.h"
#include "engine/base/text.h"

namespace apiops::stripe {

namespace {

constexpr std::size_t kShownCharacters = 300;

ErrorKind kind_of(const std::string& code, int status) {
  switch (status) {
    case 400:
      return code == "rate_limit" ? ErrorKind::kRateLimited : ErrorKind::kInvalid;
    case 401:
    case 403:
      return ErrorKind::kUnauthorized;
    case 402:
      return ErrorKind::kRejected;
    case 404:
      return ErrorKind::kNotFound;
    case 409:
    case 424:
      return ErrorKind::kTransient;
    case 429:
      if (code == "lock_timeout") return ErrorKind::kTransient;
      return code == "card_decline_rate_limit_exceeded" ? ErrorKind::kRejected : ErrorKind::kRateLimited;
    default:
      return status >= 500 ? ErrorKind::kTransient : ErrorKind::kInvalid;
  }
}

}  // namespace

Error error_of(const net::ServiceReply& reply) {
  Error error;
  error.http_status = reply.status;
  error.request_id = reply.header("request-id");
  error.retry_after = reply.retry_after;
  if (!reply.body.is_object() || reply.body.empty()) {
    error.kind = kind_of({}, reply.status);
    error.what =
        fmt::format("Stripe answered {}{}{}", reply.status, reply.text.empty() ? "" : ": ", clean_line(reply.text));
    return error;
  }
  const Json& body = get_object(reply.body, "error");
  const auto type = get_string(body, "type");
  const auto param = get_string(body, "param");
  error.code = get_string(body, "code");
  if (error.code.empty() && type == "idempotency_error") error.code = type;
  error.kind = kind_of(error.code, reply.status);
  const auto decline = get_string(body, "decline_code");
  const auto message = clean_line(clip(get_string(body, "message"), kShownCharacters));
  error.what = fmt::format("Stripe answered {}{}{}{}{}{}{}", reply.status, error.code.empty() ? "" : " ", error.code,
                           decline.empty() ? "" : fmt::format(" ({})", decline), message.empty() ? "" : ": ", message,
                           param.empty() ? "" : fmt::format(" [{}]", clean_line(param)));
  if (const auto reason = reply.header("stripe-rate-limited-reason"); !reason.empty())
    error.what += " [" + clean_line(reason) + "]";
  return error;
}

std::optional<bool> should_retry(const net::ServiceReply& reply) {
  const auto text = lower_ascii(reply.header("stripe-should-retry"));
  if (text == "true") return true;
  if (text == "false") return false;
  return std::nullopt;
}

std::string missing_permission(const std::string& message) {
  const auto at = message.find("rak_");
  if (at == std::string::npos) return {};
  const auto end = message.find_first_not_of("abcdefghijklmnopqrstuvwxyz_", at);
  return message.substr(at, end == std::string::npos ? std::string::npos : end - at);
}

}  // namespace apiops::stripe
