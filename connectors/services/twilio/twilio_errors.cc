#include "connectors/services/twilio/twilio_errors.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "engine/base/json.h"
#include "engine/base/text.h"

namespace apiops::twilio {

namespace {

constexpr std::size_t kShownCharacters = 200;

ErrorKind kind_of(int status, bool is_read) {
  if (status == 429) return ErrorKind::kRateLimited;  // Twilio says that such a request was not processed
  if (status >= 500) return is_read ? ErrorKind::kTransient : ErrorKind::kUnknown;
  if (status == 401 || status == 403) return ErrorKind::kUnauthorized;
  if (status == 404) return ErrorKind::kNotFound;
  if (status == 409) return ErrorKind::kRejected;
  return status >= 400 ? ErrorKind::kInvalid : ErrorKind::kUnsupported;  // a redirect is not followed with credentials
}

// A field under its first name that is there: the shapes differ in names only.
std::string first_text(const Json& body, std::initializer_list<std::string_view> names) {
  for (const auto name : names)
    if (auto text = get_string(body, name); !text.empty()) return text;
  return {};
}

std::string code_of(const Json& body) {
  if (const auto code = get_integer(body, "code")) return std::to_string(*code);
  const Json& errors = get_array(body, "errors");  // the bulk interfaces
  if (errors.empty()) return {};
  const auto code = get_integer(errors.front(), "code");
  return code ? std::to_string(*code) : std::string();
}

std::string sentence_for(const Error& error, const std::string& message, std::string_view account_sid) {
  const std::string code = error.code.empty() ? fmt::format("status {}", error.http_status) : error.code;
  const std::string said = message.empty() ? fmt::format("({})", code) : fmt::format("“{}” ({})", message, code);
  const std::string account =
      account_sid.size() > 4 ? fmt::format("account AC…{}", account_sid.substr(account_sid.size() - 4)) : "the account";
  switch (error.kind) {
    case ErrorKind::kNotFound:
      return fmt::format("Twilio does not find it under {} {}.", account, said);
    case ErrorKind::kRateLimited:
      return fmt::format("Twilio refuses more calls at once just now {}. Nothing was done; try again in a moment.",
                         said);
    case ErrorKind::kTransient:
      return fmt::format("Twilio's side failed with status {} {}.", error.http_status, said);
    case ErrorKind::kUnknown:
      return fmt::format("Twilio answered with status {}, so whether it was done is not known {}.", error.http_status,
                         said);
    case ErrorKind::kUnauthorized:
      return fmt::format("Twilio refuses this credential for this resource {}.", said);
    case ErrorKind::kUnsupported:
      return fmt::format("Twilio redirects to another address (status {}), which is not followed with credentials.",
                         error.http_status);
    default:
      return fmt::format("Twilio refuses it: {}.", said);
  }
}

}  // namespace

Error error_of(const net::ServiceReply& reply, bool is_read, std::string_view account_sid) {
  Error error;
  error.kind = kind_of(reply.status, is_read);
  error.http_status = reply.status;
  error.request_id = reply.header("twilio-request-id");
  error.retry_after = reply.retry_after;
  error.code = code_of(reply.body);
  if (error.code == "20429") error.kind = ErrorKind::kRateLimited;
  std::string message = first_text(reply.body, {"message", "detail", "title"});
  if (message.empty()) message = reply.text;
  error.what = sentence_for(error, clean_line(clip(message, kShownCharacters)), account_sid);
  return error;
}

}  // namespace apiops::twilio
