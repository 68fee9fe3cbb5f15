// What a message or a call costs before it is sent, from Twilio's price list; and how many parts a text is sent in.
#pragma once

#include <asio/awaitable.hpp>
#include <optional>
#include <string>
#include <string_view>

#include "connectors/services/twilio/twilio_api.h"
#include "engine/base/money.h"

namespace apiops::twilio {

// The dearest carrier's price of one part of a message to that country; nothing where the list has none.
asio::awaitable<Result<std::optional<Money>>> message_price(TwilioApi& api, std::string country);
// Of a minute to a number; by its longest prefix in the list.
asio::awaitable<Result<std::optional<Money>>> minute_price(TwilioApi& api, std::string country, std::string number);

// Parts that a text is sent and billed in: 160 or 153 characters of GSM-7, 70 or 67 of UCS-2 each.
std::size_t message_parts(std::string_view body);

Money times(Money price, std::size_t count);

}  // namespace apiops::twilio
