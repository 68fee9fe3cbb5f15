#include "connectors/services/openai/rate_headers.h"

#include <array>
#include <charconv>
#include <cmath>
#include <string>

namespace apiops::openai {

namespace {

struct Unit {
  std::string_view name;
  double micros;
};
// "ms" stands before "m": the longest name wins.
constexpr std::array<Unit, 7> kUnits{
    {{"ms", 1e3}, {"us", 1.0}, {"µs", 1.0}, {"ns", 1e-3}, {"h", 3.6e9}, {"m", 6e7}, {"s", 1e6}}};

constexpr double kLongestMicros = 366.0 * 24 * 3.6e9;

// Digits with at most one point; empty where there are none.
std::string_view leading_number(std::string_view text) {
  const std::size_t end = text.find_first_not_of("0123456789.");
  const auto number = text.substr(0, end);
  if (number.empty() || number.find('.') != number.rfind('.') || number == ".") return {};
  return number;
}

std::optional<long long> integer(const std::string& text) {
  long long value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size() || value < 0) return std::nullopt;
  return value;
}

RateBucket bucket(const net::ServiceReply& reply, const std::string& name) {
  RateBucket found{
      integer(reply.header("x-ratelimit-limit-" + name)), integer(reply.header("x-ratelimit-remaining-" + name)), {}};
  if (const auto reset = parse_go_duration(reply.header("x-ratelimit-reset-" + name))) {
    found.reset = std::chrono::ceil<Duration>(*reset);
  }
  return found;
}

}  // namespace

std::optional<std::chrono::microseconds> parse_go_duration(std::string_view text) {
  if (text.empty()) return std::nullopt;
  double total = 0;
  while (!text.empty()) {
    const auto number = leading_number(text);
    if (number.empty()) return std::nullopt;
    double value = 0;
    const auto parsed = std::from_chars(number.data(), number.data() + number.size(), value);
    if (parsed.ec != std::errc()) return std::nullopt;
    text.remove_prefix(number.size());
    double factor = 0;
    for (const auto& unit : kUnits) {
      if (!text.starts_with(unit.name)) continue;
      factor = unit.micros;
      text.remove_prefix(unit.name.size());
      break;
    }
    if (factor == 0) return std::nullopt;
    total += value * factor;
    if (total > kLongestMicros) return std::nullopt;
  }
  return std::chrono::microseconds(std::llround(total));
}

RateHeaders read_rate_headers(const net::ServiceReply& reply) {
  return {bucket(reply, "requests"), bucket(reply, "tokens"), bucket(reply, "project-tokens")};
}

}  // namespace apiops::openai
