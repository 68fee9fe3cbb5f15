// Things of an account that are set up rather than used up, as resources: keys, messaging services, applications, usage
// triggers, webhooks, accounts.
#pragma once

#include "connectors/services/twilio/twilio_api.h"
#include "engine/ports/service_types.h"

namespace apiops::twilio {

asio::awaitable<Result<std::vector<Resource>>> keys(TwilioApi& api);
asio::awaitable<Result<std::vector<Resource>>> services(TwilioApi& api);
asio::awaitable<Result<std::vector<Resource>>> triggers(TwilioApi& api);
// Each address that Twilio asks, with who uses it.
asio::awaitable<Result<std::vector<Resource>>> webhook_list(TwilioApi& api);
// What people read of a key's id: its first and last four characters.
std::string short_sid(const std::string& sid);
// The whole id of a key that is shown by its first and last four characters; empty where none or several fit. An ask
// arrives masked, so that is all that is known of a key somebody names.
asio::awaitable<Result<std::string>> key_shown_as(TwilioApi& api, std::string shown);
// By its id: MG…, AP…, SK…, UT…, AC… (of which only name, state and type are told: it holds the token in clear).
asio::awaitable<Result<Resource>> setting(TwilioApi& api, std::string id);

}  // namespace apiops::twilio
