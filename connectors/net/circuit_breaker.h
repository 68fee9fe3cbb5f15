// Stops calls to a service that can't be reached: after kCallsUntilOpen failures in a row nothing is sent for kOpenFor,
// then one call finds out whether it is back. A plain state machine; time comes in as a value of the steady clock.
#pragma once

#include <optional>

#include "engine/base/time.h"

namespace apiops::net {

inline constexpr int kCallsUntilOpen = 5;
inline constexpr Duration kOpenFor{30'000};

class CircuitBreaker {
 public:
  // Nothing: the call may go. Else how long it is still closed to calls.
  std::optional<Duration> closed_for(Duration now) const {
    if (failures_ < kCallsUntilOpen) return std::nullopt;
    if (now < open_until_) return open_until_ - now;
    return trying_ ? std::optional(kOpenFor) : std::nullopt;
  }
  // True: this call is the one that finds out; it ends with succeeded(), failed() or given_up().
  bool started() {
    const bool finds_out = failures_ >= kCallsUntilOpen;
    trying_ = trying_ || finds_out;
    return finds_out;
  }
  void succeeded() { failures_ = 0, trying_ = false; }
  void failed(Duration now) {
    trying_ = false;
    if (++failures_ >= kCallsUntilOpen) open_until_ = now + kOpenFor;
  }
  void given_up() { trying_ = false; }  // the call that was to find out was cancelled

 private:
  int failures_ = 0;
  Duration open_until_{0};
  bool trying_ = false;
};

}  // namespace apiops::net
