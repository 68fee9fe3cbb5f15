// The real clock on the event loop. Never behind the store's clock mark: from the start on, time passes by the steady
// clock, so that no step of the wall clock extends a plan (data-model.md, "The clock").
#pragma once

#include <time.h>

#include <asio/experimental/as_tuple.hpp>
#include <asio/io_context.hpp>
#include <asio/steady_timer.hpp>
#include <asio/use_awaitable.hpp>

#include "engine/base/clock.h"

namespace apiops {

class LoopClock final : public Clock {
 public:
  explicit LoopClock(asio::io_context& loop)
      : loop_(loop),
        start_(std::chrono::time_point_cast<Duration>(std::chrono::system_clock::now())),
        steady_start_(steady()) {}

  void not_before(Time mark) { start_ = std::max(start_, mark); }
  Time now() const override { return start_ + (steady() - steady_start_); }
  // How far the machine's clock stands ahead of this one now (negative: behind): it was set meanwhile, or is wrong.
  Duration machine_ahead() const {
    return std::chrono::time_point_cast<Duration>(std::chrono::system_clock::now()) - now();
  }
  Duration steady() const override {  // counts suspended time, too
    timespec t{};
    clock_gettime(CLOCK_BOOTTIME, &t);
    return std::chrono::seconds(t.tv_sec) + std::chrono::duration_cast<Duration>(std::chrono::nanoseconds(t.tv_nsec));
  }
  asio::awaitable<void> sleep_for(Duration how_long) override {
    asio::steady_timer timer(loop_, how_long);
    co_await timer.async_wait(asio::experimental::as_tuple(asio::use_awaitable));
  }

 private:
  asio::io_context& loop_;
  Time start_;
  Duration steady_start_;
};

}  // namespace apiops
