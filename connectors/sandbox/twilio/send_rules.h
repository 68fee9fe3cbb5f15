// Which messages and calls the simulated Twilio refuses, and with which code: the account's own state, and the magic
// numbers of Twilio's test credentials.
#pragma once

#include <optional>

#include "connectors/net/http_server.h"
#include "connectors/sandbox/twilio/numbers.h"
#include "connectors/sandbox/twilio/permissions.h"

namespace apiops::sandbox::twilio {

std::optional<net::ServerReply> refused_message(const net::Headers& form, const Numbers& numbers,
                                                const Permissions& permissions);
std::optional<net::ServerReply> refused_call(const net::Headers& form, const Numbers& numbers,
                                             const Permissions& permissions);

}  // namespace apiops::sandbox::twilio
