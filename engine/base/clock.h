// All time passes through Clock, so that a test can play a month in seconds.
#pragma once

#include <asio/awaitable.hpp>

#include "engine/base/time.h"

namespace apiops {

// Called from the event loop's thread only.
class Clock {
 public:
  virtual ~Clock() = default;
  virtual Time now() const = 0;                                    // wall clock, never behind the store's clock mark
  virtual Duration steady() const = 0;                             // since some fixed point; only ever grows
  virtual asio::awaitable<void> sleep_for(Duration how_long) = 0;  // by the steady clock; returns early at shutdown
};

}  // namespace apiops
