// A message or a call that goes out, and what became of it. Twilio has no idempotency key for either: after a lost
// reply the account's own list is read, by sender, recipient, text and time; nothing is ever sent twice.
#pragma once

#include "connectors/services/twilio/operations/outcomes.h"

namespace apiops::twilio {

inline constexpr Duration kBetweenLooks{1'500};  // while it is on its way
inline constexpr int kLooksAtTest = 5;           // one test message or call is waited for …
inline constexpr int kLooksAtBatch = 1;          // … a batch is not

struct OutgoingMessage {
  std::string to, from, service, body;  // service: instead of a sender of its own, or with it
};
asio::awaitable<StepResult> send_message(OperationTools tools, OutgoingMessage message, int looks);
// What the list tells of an attempt at `at`.
asio::awaitable<StepResult> find_message(OperationTools tools, OutgoingMessage message, Time at);

struct OutgoingCall {
  std::string to, from, twiml;
};
asio::awaitable<StepResult> place_call(OperationTools tools, OutgoingCall call);
asio::awaitable<StepResult> find_call(OperationTools tools, OutgoingCall call, Time at);

}  // namespace apiops::twilio
