#include "connectors/sandbox/reply.h"

#include <algorithm>
#include <charconv>
#include <nlohmann/json.hpp>

#include "engine/base/text.h"

namespace apiops::sandbox {

net::ServerReply json_reply(int status, const Json& body) {
  return {status, {{"Content-Type", "application/json"}}, body.dump(-1, ' ', false, Json::error_handler_t::replace)};
}

net::ServerReply text_reply(int status, std::string json) {
  return {status, {{"Content-Type", "application/json"}}, std::move(json)};
}

net::ServerReply twilio_not_found(const net::ServerRequest& request) {
  return twilio_error(404, 20404, "The requested resource " + request.path + " was not found");
}

net::ServerReply twilio_error(int status, int code, const std::string& message) {
  return json_reply(status, {{"code", code},
                             {"message", message},
                             {"more_info", "https://www.twilio.com/docs/errors/" + std::to_string(code)},
                             {"status", status}});
}

net::ServerReply openai_error(int status, const std::string& message, const std::string& type, const std::string& code,
                              const std::string& param) {
  const auto or_null = [](const std::string& text) { return text.empty() ? Json() : Json(text); };
  return json_reply(
      status, {{"error", {{"message", message}, {"type", type}, {"param", or_null(param)}, {"code", or_null(code)}}}});
}

net::ServerReply stripe_error(int status, Json error) { return json_reply(status, {{"error", std::move(error)}}); }

std::vector<std::string> parts_of(const std::string& path) {
  std::vector<std::string> parts;
  for (const auto part : split(path, '/'))
    if (!part.empty()) parts.emplace_back(part);
  return parts;
}

std::optional<long long> integer_of(std::string_view text) {
  long long value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  return error == std::errc() && end == text.data() + text.size() && !text.empty() ? std::optional(value)
                                                                                   : std::nullopt;
}

bool has_value(const net::Headers& pairs, std::string_view name) {
  return std::ranges::any_of(pairs, [&](const auto& pair) { return pair.first == name; });
}

std::string value_of(const net::Headers& pairs, std::string_view name) {
  const auto found = std::ranges::find_if(pairs, [&](const auto& pair) { return pair.first == name; });
  return found == pairs.end() ? std::string() : found->second;
}

}  // namespace apiops::sandbox
