// Splits of the cost that Twilio's usage records do not have: by our own number (added up from the messages and calls
// themselves) and by subaccount (each one's own records).
#pragma once

#include "connectors/services/twilio/twilio_api.h"
#include "engine/ports/service_types.h"

namespace apiops::twilio {

std::optional<Money> price_of_row(const Json& row);  // of a usage record

// `category`: calls, or sms and mms (messages), alone; empty: messages and calls.
asio::awaitable<Status> add_numbers(TwilioApi& api, UsageState& state, Period period, std::string category);
asio::awaitable<Status> add_subaccounts(TwilioApi& api, UsageState& state, Period period);

}  // namespace apiops::twilio
