// Twilio's three shapes of refusal, read into one Error.
#pragma once

#include <string>
#include <string_view>

#include "connectors/net/service_client.h"
#include "engine/base/result.h"

namespace apiops::twilio {

// The error of an answer with a status of 300 or above. After a write, a 5xx leaves open whether it was done
// (kUnknown).
Error error_of(const net::ServiceReply& reply, bool is_read, std::string_view account_sid);

}  // namespace apiops::twilio
