// A phone number as Twilio tells it, and the filter that its lists share.
#pragma once

#include <string>

#include "connectors/sandbox/twilio/numbers.h"
#include "engine/base/json.h"

namespace apiops::sandbox::twilio {

Json number_json(const std::string& account, const Number& number);
// `contains` may hold '*' for any one character; empty: every number matches.
bool phone_matches(const std::string& phone, const std::string& contains);

}  // namespace apiops::sandbox::twilio
