// What the configuration audit looks at, read once; and which numbers are not used.
#pragma once

#include "connectors/services/twilio/checks/check.h"

namespace apiops::twilio {

inline constexpr std::chrono::hours kIdleAfter{30 * 24};
inline constexpr std::size_t kMaxIdleLookups = 50;  // numbers that are looked at

// An Error only where not even the numbers can be read: what else is missing is named in the view.
asio::awaitable<Result<ConfigurationView>> read_configuration(TwilioApi& api, net::UrlGuard& guard, Time now);

// Numbers without a call or message for kIdleAfter.
struct IdleNumbers {
  std::vector<OwnNumber> numbers;
  std::size_t not_looked_at = 0;  // beyond kMaxIdleLookups
};
asio::awaitable<Result<IdleNumbers>> find_idle_numbers(TwilioApi& api, std::vector<OwnNumber> numbers, Time now);

}  // namespace apiops::twilio
