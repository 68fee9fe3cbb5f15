// Money is a decimal text with a currency, counted in millionths; never a double.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace apiops {

struct Money {
  std::int64_t micros = 0;  // millionths of the currency's main unit
  std::string currency = "usd";

  friend bool operator==(const Money&, const Money&) = default;
};

// "0.05", "-0.00750", "83.1"; nothing for anything else (no exponents, no separators).
std::optional<Money> parse_money(std::string_view decimal, std::string_view currency);

// Stripe's smallest unit: 250 usd is 2.50, 250 jpy is 250, 2500 bhd is 2.500.
Money from_minor_units(std::int64_t amount, std::string_view currency);
std::int64_t to_minor_units(const Money& money);
int minor_digits(std::string_view currency);

// "$1.15", "€20.00", "¥250", "12.00 chf"; small amounts keep up to four digits ("$0.0075").
std::string to_text(const Money& money);
// "1.15": plain decimal text, for storage and requests.
std::string to_decimal(const Money& money);

Money operator+(Money a, const Money& b);

}  // namespace apiops
