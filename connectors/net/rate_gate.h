// What a service's 429 means for the calls that come after: nobody sends before the service's time is up, then one call
// at a time finds out whether the storm is over. A plain state machine; time comes in as a value of the steady clock.
#pragma once

#include <algorithm>
#include <optional>

#include "connectors/net/retry_after.h"

namespace apiops::net {

inline constexpr Duration kFirstStormWait{1'000};  // where the service names no time; doubles with each 429 in a row
inline constexpr Duration kLongestStormWait{60'000};
inline constexpr Duration kProbeLook{100};  // how often a waiting call looks whether the one that finds out is back

class RateGate {
 public:
  // Zero: the call may go.
  Duration wait(Duration now) const {
    if (refusals_ == 0) return Duration(0);
    if (now < until_) return until_ - now;
    return probing_ ? kProbeLook : Duration(0);
  }
  // True: this call is the one that finds out; it ends with refused(), passed() or given_up().
  bool started() {
    const bool finds_out = refusals_ > 0;
    probing_ = probing_ || finds_out;
    return finds_out;
  }
  // `spread`: 0 to 999, so that several agents do not come back in the same instant.
  void refused(Duration now, std::optional<Duration> asked, long spread) {
    const Duration own = std::min(kLongestStormWait, kFirstStormWait * (1 << std::min(refusals_, 6)));
    const Duration wait = std::min(asked.value_or(own), kLongestRetryAfter);
    until_ = std::max(until_, now + wait + own * spread / 10'000);
    refusals_ = std::min(refusals_ + 1, 1000);
    probing_ = false;
  }
  void passed() { refusals_ = 0, probing_ = false; }
  void given_up() { probing_ = false; }

 private:
  int refusals_ = 0;
  Duration until_{0};
  bool probing_ = false;
};

}  // namespace apiops::net
