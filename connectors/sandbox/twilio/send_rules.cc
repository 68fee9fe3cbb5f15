#include "connectors/sandbox/twilio/send_rules.h"

#include <algorithm>
#include <array>
#include <string>

#include "connectors/sandbox/reply.h"

namespace apiops::sandbox::twilio {

namespace {

constexpr std::size_t kLongestBody = 1600;

struct Magic {
  std::string_view number;
  int code;
  std::string_view words;
};
constexpr std::array<Magic, 5> kMessageTo{
    {{"+15005550001", 21211, "is not a valid phone number"},
     {"+15005550002", 21612, "can't be reached by SMS from this sender"},
     {"+15005550003", 21408, "is in a region that SMS is not enabled for"},
     {"+15005550004", 21610, "has unsubscribed: the message violates a blacklist rule"},
     {"+15005550009", 21614, "is not a mobile number"}}};
constexpr std::array<Magic, 3> kMessageFrom{{{"+15005550001", 21212, "is not a valid phone number"},
                                             {"+15005550007", 21606, "is not a message-capable number of yours"},
                                             {"+15005550008", 21611, "has a full queue"}}};
constexpr std::array<Magic, 4> kCallTo{{{"+15005550001", 21217, "is not a valid phone number"},
                                        {"+15005550002", 21214, "can't be reached"},
                                        {"+15005550003", 21215, "is in a region that calls are not enabled for"},
                                        {"+15005550004", 21216, "is blocked"}}};
constexpr std::string_view kGoodMagic = "+15005550006";

bool is_e164(std::string_view text) {
  return text.size() >= 8 && text.size() <= 16 && text[0] == '+' && text[1] != '0' &&
         std::ranges::all_of(text.substr(1), [](char c) { return c >= '0' && c <= '9'; });
}

template <std::size_t N>
std::optional<net::ServerReply> by_magic(const std::array<Magic, N>& table, const std::string& number) {
  for (const Magic& magic : table)
    if (magic.number == number) return twilio_error(400, magic.code, number + " " + std::string(magic.words));
  return std::nullopt;
}

bool is_web_address(std::string_view url) { return url.starts_with("http://") || url.starts_with("https://"); }

}  // namespace

std::optional<net::ServerReply> refused_message(const net::Headers& form, const Numbers& numbers,
                                                const Permissions& permissions) {
  const std::string to = value_of(form, "To"), from = value_of(form, "From"),
                    service = value_of(form, "MessagingServiceSid"), body = value_of(form, "Body"),
                    callback = value_of(form, "StatusCallback");
  if (to.empty()) return twilio_error(400, 21604, "A 'To' phone number is required.");
  if (from.empty() && service.empty())
    return twilio_error(400, 21603, "A 'From' or 'MessagingServiceSid' parameter is required.");
  if (body.empty() && value_of(form, "MediaUrl").empty() && value_of(form, "ContentSid").empty())
    return twilio_error(400, 21602, "Message body is required.");
  if (body.size() > kLongestBody)
    return twilio_error(400, 21617, "The concatenated message body exceeds 1600 characters");
  if (!callback.empty() && !is_web_address(callback)) return twilio_error(400, 21609, "StatusCallback is not a URL");
  if (auto refusal = by_magic(kMessageTo, to)) return refusal;
  if (!is_e164(to)) return twilio_error(400, 21211, "The 'To' number " + to + " is not a valid phone number.");
  if (!permissions.sms_allowed(to))
    return twilio_error(400, 21408, "Permission to send an SMS has not been enabled for the region of " + to);
  if (auto refusal = by_magic(kMessageFrom, from)) return refusal;
  if (from.empty() || from == kGoodMagic) return std::nullopt;
  const Number* own = numbers.by_phone(from);
  if (own == nullptr || !own->sms)
    return twilio_error(400, 21606, "The 'From' number " + from + " is not a message-capable number of this account.");
  if (from == to) return twilio_error(400, 21266, "'To' and 'From' number cannot be the same: " + to);
  return std::nullopt;
}

std::optional<net::ServerReply> refused_call(const net::Headers& form, const Numbers& numbers,
                                             const Permissions& permissions) {
  const std::string to = value_of(form, "To"), from = value_of(form, "From"), url = value_of(form, "Url");
  if (to.empty()) return twilio_error(400, 21201, "No 'To' number is specified");
  if (from.empty()) return twilio_error(400, 21213, "No 'From' number is specified");
  if (url.empty() && value_of(form, "Twiml").empty() && value_of(form, "ApplicationSid").empty())
    return twilio_error(400, 21205, "A 'Url', 'Twiml' or 'ApplicationSid' is required");
  if (!url.empty() && !is_web_address(url)) return twilio_error(400, 21205, "Url is not a valid URL");
  if (auto refusal = by_magic(kCallTo, to)) return refusal;
  if (!is_e164(to)) return twilio_error(400, 21217, "Phone number " + to + " does not appear to be valid");
  if (!permissions.calls_allowed(to))
    return twilio_error(400, 21215, "Account not authorized to call " + to + ": its region is not enabled");
  if (from == kGoodMagic) return std::nullopt;
  const Number* own = numbers.by_phone(from);
  if (own == nullptr || !own->voice)
    return twilio_error(400, 21210, "'From' phone number " + from + " is not verified or bought by this account");
  return std::nullopt;
}

}  // namespace apiops::sandbox::twilio
