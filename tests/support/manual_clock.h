// A clock that stands still until the test moves it: a month passes in seconds. Loop thread only; outlives its
// sleepers.
#pragma once

#include <asio/awaitable.hpp>
#include <asio/experimental/as_tuple.hpp>
#include <asio/io_context.hpp>
#include <asio/steady_timer.hpp>
#include <asio/use_awaitable.hpp>
#include <map>
#include <memory>

#include "engine/base/clock.h"

namespace apiops::testing {

class ManualClock final : public Clock {
 public:
  // Tuesday, 24 November 2026, 15:02 UTC: the moment that the demo's story is told around.
  static constexpr long long kStoryMillis = 1'795'532'520'000;

  explicit ManualClock(asio::io_context& loop, Time start = Time(Duration(kStoryMillis))) : loop_(loop), now_(start) {}

  Time now() const override { return now_; }
  Duration steady() const override { return steady_; }

  asio::awaitable<void> sleep_for(Duration how_long) override {
    if (how_long <= Duration::zero() || stopped_) co_return;
    auto timer = std::make_shared<asio::steady_timer>(loop_, asio::steady_timer::time_point::max());
    sleepers_.emplace(steady_ + how_long, timer);
    co_await timer->async_wait(asio::experimental::as_tuple(asio::use_awaitable));
  }

  // Passes time: who has slept long enough wakes when the loop turns next, in the order of their times.
  void advance(Duration by) {
    now_ += by;
    steady_ += by;
    while (!sleepers_.empty() && sleepers_.begin()->first <= steady_) wake_first();
  }
  // A step of the wall clock only (somebody set the machine's time): nobody wakes.
  void set(Time now) { now_ = now; }
  // Shutdown: everybody wakes early, nobody sleeps again.
  void stop() {
    stopped_ = true;
    while (!sleepers_.empty()) wake_first();
  }
  std::size_t sleeping() const { return sleepers_.size(); }

 private:
  void wake_first() {
    auto timer = sleepers_.begin()->second;
    sleepers_.erase(sleepers_.begin());
    timer->cancel();
  }

  asio::io_context& loop_;
  Time now_;
  Duration steady_{0};
  bool stopped_ = false;
  std::multimap<Duration, std::shared_ptr<asio::steady_timer>> sleepers_;
};

}  // namespace apiops::testing
