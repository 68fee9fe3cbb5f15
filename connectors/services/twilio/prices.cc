#include "connectors/services/twilio/prices.h"

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>

#include "engine/base/text.h"

namespace apiops::twilio {

namespace {

constexpr std::string_view kExtended = "^{}\\[~]|";  // two places each; so has the euro sign
constexpr std::array<char32_t, 34> kBeyondAscii{
    0xA3,  0xA5,  0xE8,  0xE9,  0xF9,  0xEC, 0xF2, 0xC7, 0xD8, 0xF8, 0xC5, 0xE5, 0x394, 0x3A6, 0x393, 0x39B, 0x3A9,
    0x3A0, 0x3A8, 0x3A3, 0x398, 0x39E, 0xC6, 0xE6, 0xDF, 0xC9, 0xA4, 0xA1, 0xC4, 0xD6,  0xD1,  0xDC,  0xA7,  0xBF};
constexpr std::array<char32_t, 5> kSmallBeyondAscii{0xE4, 0xF6, 0xF1, 0xFC, 0xE0};
constexpr char32_t kEuro = 0x20AC;

// The next character of UTF-8; a byte that is none counts as one of its own.
char32_t next_character(std::string_view text, std::size_t& at) {
  const auto byte = static_cast<unsigned char>(text[at++]);
  const int more = byte >= 0xF0 ? 3 : byte >= 0xE0 ? 2 : byte >= 0xC0 ? 1 : 0;
  char32_t value = more == 3 ? byte & 0x07 : more == 2 ? byte & 0x0F : more == 1 ? byte & 0x1F : byte;
  for (int i = 0; i < more && at < text.size(); ++i)
    value = (value << 6) | (static_cast<unsigned char>(text[at++]) & 0x3F);
  return value;
}

// Places that a character takes in GSM-7; 0 where that alphabet lacks it.
std::size_t gsm_places(char32_t c) {
  if (c == kEuro) return 2;
  if (c < 0x80) {
    const char ascii = static_cast<char>(c);
    if (kExtended.find(ascii) != std::string_view::npos) return 2;
    return ascii == '`' || (c < 0x20 && ascii != '\n' && ascii != '\r') ? 0 : 1;
  }
  const auto has = [c](const auto& set) { return std::ranges::find(set, c) != set.end(); };
  return has(kBeyondAscii) || has(kSmallBeyondAscii) ? 1 : 0;
}

std::size_t parts(std::size_t places, std::size_t whole, std::size_t piece) {
  return places <= whole ? 1 : (places + piece - 1) / piece;
}

std::optional<Money> dearest(std::optional<Money> best, const Json& row, const std::string& currency) {
  std::string decimal = get_decimal(row, "current_price");
  if (decimal.empty()) decimal = get_decimal(row, "base_price");
  const auto price = parse_money(decimal, currency);
  return price && (!best || price->micros > best->micros) ? price : best;
}

}  // namespace

asio::awaitable<Result<std::optional<Money>>> message_price(TwilioApi& api, std::string country) {
  auto reply = co_await api.get(Host::kPricing, "/v1/Messaging/Countries/" + net::encode_component(country));
  if (!reply) co_return std::unexpected(reply.error());
  const std::string currency = lower_ascii(get_string(reply->body, "price_unit", "usd"));
  std::optional<Money> best;
  for (const Json& carrier : get_array(reply->body, "outbound_sms_prices"))
    for (const Json& row : get_array(carrier, "prices")) best = dearest(best, row, currency);
  co_return best;
}

asio::awaitable<Result<std::optional<Money>>> minute_price(TwilioApi& api, std::string country, std::string number) {
  auto reply = co_await api.get(Host::kPricing, "/v1/Voice/Countries/" + net::encode_component(country));
  if (!reply) co_return std::unexpected(reply.error());
  const std::string currency = lower_ascii(get_string(reply->body, "price_unit", "usd"));
  std::optional<Money> best;
  std::size_t longest = 0;
  for (const Json& row : get_array(reply->body, "outbound_prefix_prices"))
    for (const Json& prefix : get_array(row, "prefixes")) {
      const std::string digits = prefix.is_string() ? prefix.get<std::string>() : std::string();
      if (digits.size() <= longest || !std::string_view(number).substr(1).starts_with(digits)) continue;
      longest = digits.size();
      best = dearest(std::nullopt, row, currency);
    }
  co_return best;
}

std::size_t message_parts(std::string_view body) {
  std::size_t gsm = 0, ucs2 = 0;
  bool plain = true;
  for (std::size_t at = 0; at < body.size();) {
    const char32_t c = next_character(body, at);
    const std::size_t places = gsm_places(c);
    plain = plain && places > 0;
    gsm += places;
    ucs2 += c > 0xFFFF ? 2 : 1;
  }
  return plain ? parts(gsm, 160, 153) : parts(ucs2, 70, 67);
}

Money times(Money price, std::size_t count) {
  price.micros *= static_cast<std::int64_t>(count);
  return price;
}

}  // namespace apiops::twilio
