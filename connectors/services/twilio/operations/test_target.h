// What a test message and a test call have in common: whom it goes to, from which of our numbers, and whether the
// account may reach that country at all.
#pragma once

#include <optional>

#include "connectors/services/twilio/operations/outcomes.h"
#include "connectors/services/twilio/operations/phone_slots.h"

namespace apiops::twilio {

struct TestTarget {
  std::string to;
  OwnNumber from;
  std::string country;             // of `to`; empty where it can't be told
  std::vector<OwnNumber> others;   // that could send it, too
  std::optional<Planned> refusal;  // set: nothing else is
};
// channel: sms or voice.
asio::awaitable<Result<TestTarget>> test_target(OperationTools tools, std::string intent, std::string channel,
                                                Json slots);
// The state that a test rests on: the sender is still ours, the country still open.
asio::awaitable<Result<Json>> observe_target(OperationTools tools, std::string channel, Json parameters);
Json expected_target(const TestTarget& target);

}  // namespace apiops::twilio
