#include "connectors/net/retry_after.h"

#include <algorithm>

#include "engine/base/text.h"

namespace apiops::net {

namespace {

constexpr std::size_t kMostDigits = 9;  // of whole seconds or milliseconds: 31 years, and no overflow

std::string_view value_of(const Headers& headers, std::string_view name) {
  const auto found = std::find_if(headers.begin(), headers.end(), [&](const auto& h) { return h.first == name; });
  return found == headers.end() ? std::string_view() : trim(found->second);
}

// "12" or "0.25" of a unit, in milliseconds.
std::optional<Duration> read_number(std::string_view text, long long unit_in_ms) {
  const auto dot = text.find('.');
  const auto whole = text.substr(0, dot);
  const auto fraction = dot == std::string_view::npos ? std::string_view() : text.substr(dot + 1);
  const auto digits = [](std::string_view t) { return t.find_first_not_of("0123456789") == std::string_view::npos; };
  if (whole.empty() || whole.size() > kMostDigits || !digits(whole) || !digits(fraction)) return std::nullopt;
  long long ms = 0;
  for (const char c : whole) ms = ms * 10 + (c - '0');
  ms *= unit_in_ms;
  long long part = unit_in_ms;
  for (const char c : fraction.substr(0, 3)) {
    part /= 10;
    ms += part * (c - '0');
  }
  return Duration(ms);
}

}  // namespace

std::optional<Time> parse_http_date(std::string_view text) {
  std::string date(trim(text));
  if (date.ends_with("GMT")) date.replace(date.size() - 3, 3, "+0000");
  return parse_rfc2822(date);
}

std::optional<Duration> retry_after(const Headers& headers, Time now) {
  if (const auto ms = read_number(value_of(headers, "retry-after-ms"), 1)) return ms;
  const auto text = value_of(headers, "retry-after");
  if (text.empty()) return std::nullopt;
  if (const auto seconds = read_number(text, 1000)) return seconds;
  const auto until = parse_http_date(text);
  if (!until) return std::nullopt;
  const Time from = parse_http_date(value_of(headers, "date")).value_or(now);
  return *until >= from ? std::optional(*until - from) : std::nullopt;
}

}  // namespace apiops::net
