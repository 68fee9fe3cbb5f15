#include "connectors/services/openai/openai_errors.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <nlohmann/json.hpp>

#include "connectors/services/openai/rate_headers.h"
#include "engine/base/json.h"
#include "engine/base/text.h"

namespace apiops::openai {

namespace {

constexpr std::size_t kShownCharacters = 300;

constexpr std::array<std::string_view, 7> kMoneyCodes{
    "insufficient_quota",           "credit_balance_exhausted",          "organization_spend_limit_exceeded",
    "project_spend_limit_exceeded", "organization_usage_limit_exceeded", "billing_not_active",
    "billing_hard_limit_reached"};

bool is_money(std::string_view code) { return std::ranges::find(kMoneyCodes, code) != kMoneyCodes.end(); }

struct Body {
  std::string code, type, message;
};

// All the spellings that were seen: an object, a plain string, a bare {"code","message"}, no JSON at all.
Body read_body(const net::ServiceReply& reply) {
  if (!reply.body.is_object() || reply.body.empty()) return {{}, {}, clean_line(reply.text)};
  if (const auto plain = get_string(reply.body, "error"); !plain.empty()) return {{}, {}, clean_line(plain)};
  const Json& inner = get_object(reply.body, "error");
  const Json& error = inner.empty() ? reply.body : inner;
  return {get_string(error, "code"), get_string(error, "type"), clean_line(get_string(error, "message"))};
}

std::string code_of(const Body& body, int status) {
  if (!body.code.empty()) return body.code;
  if (body.type == "insufficient_quota") return body.type;
  if (body.message.find("issing scopes") != std::string::npos) return "missing_scopes";
  if (status >= 500 && body.type == "service_unavailable_error") return "server_is_overloaded";
  if (status >= 500) return "server_error";
  return {};
}

ErrorKind kind_of(const Body& body, const std::string& code, int status) {
  if (is_money(code) || body.type == "insufficient_quota") return ErrorKind::kRejected;
  switch (status) {
    case 401:
    case 403:
      return code == "model_not_found" ? ErrorKind::kRejected : ErrorKind::kUnauthorized;
    case 404:
      return ErrorKind::kNotFound;
    case 408:
    case 409:
      return ErrorKind::kTransient;
    case 429:
      if (body.message.starts_with("Request too large")) return ErrorKind::kInvalid;
      if (body.message.find("overloaded") != std::string::npos) return ErrorKind::kTransient;
      return ErrorKind::kRateLimited;
    default:
      return status >= 500 ? ErrorKind::kTransient : ErrorKind::kInvalid;
  }
}

std::optional<long long> number_after(std::string_view message, std::string_view word) {
  const auto at = message.find(word);
  if (at == std::string_view::npos) return std::nullopt;
  auto rest = message.substr(at + word.size());
  while (!rest.empty() && (rest.front() == ' ' || rest.front() == ':')) rest.remove_prefix(1);
  long long value = 0;
  const auto parsed = std::from_chars(rest.data(), rest.data() + rest.size(), value);
  if (parsed.ec != std::errc()) return std::nullopt;
  return value;
}

}  // namespace

Error error_of(const net::ServiceReply& reply) {
  const Body body = read_body(reply);
  Error error;
  error.http_status = reply.status;
  error.code = code_of(body, reply.status);
  error.kind = kind_of(body, error.code, reply.status);
  error.request_id = reply.header("x-request-id");
  error.retry_after = reply.retry_after;
  if (!error.retry_after && error.kind == ErrorKind::kRateLimited)
    error.retry_after = read_rate_text(body.message).wait;
  error.what = fmt::format("OpenAI answered {}{}{}{}{}", reply.status, error.code.empty() ? "" : " ", error.code,
                           body.message.empty() ? "" : ": ", clip(body.message, kShownCharacters));
  return error;
}

Trouble trouble_of(const Error& error) {
  if (error.http_status == 0) return error.kind == ErrorKind::kRateLimited ? Trouble::kRate : Trouble::kNetwork;
  if (error.http_status < 400) return Trouble::kOverload;  // an answer that makes no sense
  if (is_money(error.code) || (error.http_status == 429 && error.kind == ErrorKind::kRejected)) return Trouble::kMoney;
  if (error.code == "unsupported_country_region_territory") return Trouble::kRegion;
  if (error.code == "model_not_found") return Trouble::kModel;
  if (error.code == "missing_scopes") return Trouble::kScope;
  if (error.http_status == 401) return Trouble::kKey;
  if (error.http_status == 403) return Trouble::kScope;
  if (error.http_status >= 500) return Trouble::kOverload;
  if (error.http_status != 429) return Trouble::kRequest;
  if (error.kind == ErrorKind::kInvalid) return Trouble::kTooLarge;
  if (error.kind == ErrorKind::kTransient) return Trouble::kOverload;
  return error.code == "slow_down" ? Trouble::kRamp : Trouble::kRate;
}

RateText read_rate_text(std::string_view message) {
  RateText read{
      number_after(message, "Limit "), number_after(message, "Used "), number_after(message, "Requested "), {}, {}};
  for (const std::string_view unit : {"TPM", "RPM", "TPD", "RPD"}) {
    if (message.find(fmt::format("({})", unit)) != std::string_view::npos) read.unit = unit;
  }
  constexpr std::string_view kAgain = "try again in ";
  if (const auto at = message.find(kAgain); at != std::string_view::npos) {
    auto rest = message.substr(at + kAgain.size());
    rest = rest.substr(0, rest.find_first_of(" ,"));
    while (rest.ends_with('.')) rest.remove_suffix(1);
    if (const auto wait = parse_go_duration(rest)) read.wait = std::chrono::ceil<Duration>(*wait);
  }
  return read;
}

}  // namespace apiops::openai
