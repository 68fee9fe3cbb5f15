// Answers in the three vendors' shapes, and small readings of requests that all simulated services share.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "connectors/net/http_server.h"
#include "engine/base/json.h"

namespace apiops::sandbox {

net::ServerReply json_reply(int status, const Json& body);
net::ServerReply text_reply(int status, std::string json);  // JSON that was written as text
net::ServerReply twilio_error(int status, int code, const std::string& message);
net::ServerReply twilio_not_found(const net::ServerRequest& request);
net::ServerReply openai_error(int status, const std::string& message, const std::string& type,
                              const std::string& code = {}, const std::string& param = {});
net::ServerReply stripe_error(int status, Json error);

// "/2010-04-01/Accounts/AC1/Calls.json" → 2010-04-01, Accounts, AC1, Calls.json
std::vector<std::string> parts_of(const std::string& path);
std::optional<long long> integer_of(std::string_view text);
std::string value_of(const net::Headers& pairs, std::string_view name);
bool has_value(const net::Headers& pairs, std::string_view name);

}  // namespace apiops::sandbox
