// Where this account may send messages (accounts v1) and place calls (voice v1): its geographic permissions.
#pragma once

#include <asio/awaitable.hpp>
#include <optional>
#include <string>
#include <string_view>

#include "connectors/services/twilio/twilio_api.h"

namespace apiops::twilio {

struct CountryPermission {
  bool on = false;
  std::string name;     // "Germany"; empty where Twilio tells none
  std::string message;  // Twilio's own remark: "High Risk Country"
};
// channel: sms or voice. Nothing where Twilio's list does not have the country.
asio::awaitable<Result<std::optional<CountryPermission>>> country_permission(TwilioApi& api, std::string channel,
                                                                             std::string country);
// "Germany" for DE; the code itself where Twilio tells no name.
asio::awaitable<std::string> country_name(TwilioApi& api, std::string country);
std::string_view channel_words(std::string_view channel);  // "SMS", "calls"

}  // namespace apiops::twilio
