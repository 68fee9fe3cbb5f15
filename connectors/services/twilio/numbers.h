// Our own phone numbers and messaging services as Twilio tells them, and what answers a call or a message to them.
// An application or a trunk set on a number wins over its URLs; so does a messaging service for incoming messages.
#pragma once

#include <asio/awaitable.hpp>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "connectors/services/twilio/twilio_api.h"
#include "engine/base/money.h"

namespace apiops::twilio {

struct OwnNumber {
  std::string sid, number, friendly_name, status;
  std::string voice_url, voice_method, voice_fallback_url;
  std::string sms_url, sms_method, sms_fallback_url;
  std::string status_callback;
  std::string voice_application, sms_application, trunk;
  std::string api_version;
  std::string address_requirement, address, bundle;  // requirement: none, any, local, foreign
  std::string emergency_address;
  bool emergency_active = false, caller_lookup = false;
  bool voice = false, sms = false, mms = false;
  std::optional<Time> created, updated;
};
OwnNumber number_of(const Json& row);

struct Application {
  std::string sid, name, voice_url, voice_method, sms_url, sms_method;
};

struct MessagingService {
  std::string sid, name, inbound_url, inbound_method, status_callback, fallback_url;
  std::optional<bool> uses_number_webhook, registered;  // registered: for A2P 10DLC
  std::vector<std::string> numbers;                     // E.164 of its sender pool
  bool other_senders = false;                           // short codes, names: looked at where it has no number
  bool has(const std::string& number) const;
};

asio::awaitable<Result<std::vector<OwnNumber>>> own_numbers(TwilioApi& api);
// By E.164 or PN…; kNotFound where it is not ours.
asio::awaitable<Result<OwnNumber>> own_number(TwilioApi& api, std::string number_or_sid);
asio::awaitable<Result<std::vector<Application>>> applications(TwilioApi& api);
asio::awaitable<Result<std::vector<MessagingService>>> messaging_services(TwilioApi& api);

// The URL that is really asked when the number is called; empty: a trunk, an unknown application or nothing at all.
std::string answering_url(const OwnNumber& number, const std::vector<Application>& applications);

// local, mobile or tollfree, and the country, by the number's own digits: Twilio's list of own numbers tells neither.
std::string number_type_of(std::string_view e164);
std::string country_of(std::string_view e164);  // empty where it can't be told
bool is_us_long_code(const std::string& e164);  // A2P 10DLC is about these

// Monthly prices by number type, in Twilio's words mapped to ours (local, mobile, tollfree).
using NumberPrices = std::map<std::string, Money>;
asio::awaitable<Result<NumberPrices>> number_prices(TwilioApi& api, std::string country);
// Prices of all countries that these numbers belong to; a country that can't be read is left out.
asio::awaitable<std::map<std::string, NumberPrices>> prices_for(TwilioApi& api, const std::vector<OwnNumber>& numbers);
std::optional<Money> price_of(const std::map<std::string, NumberPrices>& prices, std::string_view e164);

// A button that asks; `label` is what it says and what is shown as the person's message.
Action ask(std::string intent, Json slots, std::string label);
Button ask_button(std::string intent, Json slots, std::string label, Tone tone = Tone::kPlain);

std::string host_of(std::string_view url);    // lower case, without user, port and path
std::string shown_url(std::string_view url);  // without user, password and query: those may hold secrets
std::string utc(Time t, Time now);            // "09:14 UTC", "Sun 15:02 UTC"

}  // namespace apiops::twilio
