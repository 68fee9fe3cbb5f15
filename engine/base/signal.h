// Wakes one waiting loop: set() before wait() is not lost. Loop thread only.
#pragma once

#include <asio/awaitable.hpp>
#include <asio/experimental/as_tuple.hpp>
#include <asio/steady_timer.hpp>
#include <asio/use_awaitable.hpp>

#include "engine/base/time.h"

namespace apiops {

class Signal {
 public:
  explicit Signal(const asio::any_io_executor& loop) : timer_(loop) {}

  void set() {
    set_ = true;
    timer_.cancel();
  }
  // Until set, at most this long.
  asio::awaitable<void> wait(Duration at_most) {
    if (!set_) {
      timer_.expires_after(at_most);
      co_await timer_.async_wait(asio::experimental::as_tuple(asio::use_awaitable));
    }
    set_ = false;
  }

 private:
  asio::steady_timer timer_;
  bool set_ = false;
};

}  // namespace apiops
