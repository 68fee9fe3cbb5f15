#include "engine/base/money.h"

#include <fmt/format.h>

#include <array>
#include <cstdlib>

#include "engine/base/text.h"

namespace apiops {

namespace {

constexpr std::int64_t kUnit = 1'000'000;
constexpr std::size_t kMaxDigits = 15;

std::int64_t power_of_ten(int n) {
  std::int64_t value = 1;
  while (n-- > 0) value *= 10;
  return value;
}

std::string_view symbol_of(std::string_view currency) {
  static constexpr std::array<std::pair<std::string_view, std::string_view>, 4> kSymbols{
      {{"usd", "$"}, {"eur", "€"}, {"gbp", "£"}, {"jpy", "¥"}}};
  for (const auto& [name, symbol] : kSymbols)
    if (name == currency) return symbol;
  return {};
}

}  // namespace

int minor_digits(std::string_view currency) {
  static constexpr std::array<std::string_view, 15> kNone{"bif", "clp", "djf", "gnf", "jpy", "kmf", "krw", "mga",
                                                          "pyg", "rwf", "ugx", "vnd", "vuv", "xaf", "xof"};
  static constexpr std::array<std::string_view, 5> kThree{"bhd", "jod", "kwd", "omr", "tnd"};
  for (auto c : kNone)
    if (c == currency) return 0;
  for (auto c : kThree)
    if (c == currency) return 3;
  return 2;
}

std::optional<Money> parse_money(std::string_view text, std::string_view currency) {
  text = trim(text);
  const bool minus = !text.empty() && text.front() == '-';
  if (minus) text.remove_prefix(1);
  const auto point = text.find('.');
  const std::string_view whole = text.substr(0, point);
  const std::string_view part = point == std::string_view::npos ? std::string_view{} : text.substr(point + 1);
  if (whole.empty() || whole.size() + 6 > kMaxDigits + 6 || (point != std::string_view::npos && part.empty()))
    return std::nullopt;
  std::int64_t micros = 0;
  for (char c : whole) {
    if (c < '0' || c > '9') return std::nullopt;
    micros = micros * 10 + (c - '0');
    if (micros > 1'000'000'000'000) return std::nullopt;
  }
  micros *= kUnit;
  std::int64_t scale = kUnit / 10;
  for (char c : part) {
    if (c < '0' || c > '9') return std::nullopt;
    micros += (c - '0') * scale;
    scale /= 10;
  }
  return Money{minus ? -micros : micros, lower_ascii(currency)};
}

Money from_minor_units(std::int64_t amount, std::string_view currency) {
  const std::string name = lower_ascii(currency);
  return {amount * (kUnit / power_of_ten(minor_digits(name))), name};
}

std::int64_t to_minor_units(const Money& money) {
  return money.micros / (kUnit / power_of_ten(minor_digits(money.currency)));
}

std::string to_decimal(const Money& money) {
  const std::int64_t absolute = std::abs(money.micros);
  std::string text = fmt::format("{}{}.{:06}", money.micros < 0 ? "-" : "", absolute / kUnit, absolute % kUnit);
  const std::size_t least = text.find('.') + 1 + static_cast<std::size_t>(minor_digits(money.currency));
  while (text.size() > least && text.back() == '0') text.pop_back();
  if (text.back() == '.') text.pop_back();
  return text;
}

std::string to_text(const Money& money) {
  const std::int64_t absolute = std::abs(money.micros);
  const int minor = minor_digits(money.currency);
  int digits = minor;  // below one unit as many as it takes, to four: a message costs $0.0079, a minute $0.014
  while (digits < 4 && absolute < kUnit && absolute % (kUnit / power_of_ten(digits)) != 0) ++digits;
  const std::int64_t step = kUnit / power_of_ten(digits);
  const std::int64_t rounded = (absolute + step / 2) / step * step;
  std::string amount = with_thousands(rounded / kUnit);
  if (digits > 0) amount += fmt::format(".{:0{}}", rounded % kUnit / step, digits);
  const std::string_view symbol = symbol_of(money.currency);
  const char* sign = money.micros < 0 ? "-" : "";
  return symbol.empty() ? fmt::format("{}{} {}", sign, amount, money.currency)
                        : fmt::format("{}{}{}", sign, symbol, amount);
}

Money operator+(Money a, const Money& b) {
  a.micros += b.micros;
  return a;
}

}  // namespace apiops
