#include "connectors/services/twilio/code_meanings.h"

#include <array>

namespace apiops::twilio {

namespace {

constexpr std::array<CodeMeaning, 19> kMeanings{{
    {"11200", "the webhook did not answer", "repair the webhook"},
    {"11205", "no connection to the webhook", "repair the webhook"},
    {"11206", "the webhook broke the connection or the protocol", "repair the webhook"},
    {"11210", "the webhook's host name is not found", "correct the webhook's address"},
    {"11220", "the webhook's TLS handshake failed", "renew or repair the certificate of the webhook's host"},
    {"12100", "the webhook's answer is not valid TwiML", "correct what the webhook answers"},
    {"12300", "the webhook's answer has the wrong content type", "correct what the webhook answers"},
    {"13224", "the number that was called is not valid", "correct the number"},
    {"13227", "calls to that country are not allowed for this account",
     "allow the country in the voice geographic permissions"},
    {"21610", "these people opted out (STOP)", "stop sending to them: it can't be overridden"},
    {"21408", "messages to that country are not allowed for this account",
     "allow the country in the messaging geographic permissions"},
    {"30003", "the phones are unreachable (off, or without a network)", "try again later"},
    {"30004", "the recipients or their carriers block these messages", "don't retry"},
    {"30005", "the numbers do not exist", "remove them from the list"},
    {"30006", "landlines, or carriers that can't be reached", "remove them from the list"},
    {"30007", "carriers filter them as spam", "change the wording, and register the sender"},
    {"30008", "the carrier gave no reason", "try again once; if it goes on, ask Twilio's support"},
    {"30032", "the toll-free number is not verified", "verify it in the Twilio Console"},
    {"30034", "the sender is in no approved A2P 10DLC campaign",
     "register the numbers for A2P 10DLC in the Twilio Console"},
}};

}  // namespace

const CodeMeaning* meaning_of(std::string_view code) {
  for (const auto& meaning : kMeanings)
    if (meaning.code == code) return &meaning;
  return nullptr;
}

}  // namespace apiops::twilio
