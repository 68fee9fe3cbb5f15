// Twilio's price lists: numbers, messages and calls by country (pricing v1). Amounts are texts, as in the real answers.
#pragma once

#include <string>
#include <vector>

#include "connectors/net/http_server.h"

namespace apiops::sandbox::twilio {

// /v1/PhoneNumbers/Countries/{ISO}, /v1/Messaging/Countries/{ISO}, /v1/Voice/Countries/{ISO}; `path` in its parts.
net::ServerReply prices(const net::ServerRequest& request, const std::vector<std::string>& path);

}  // namespace apiops::sandbox::twilio
