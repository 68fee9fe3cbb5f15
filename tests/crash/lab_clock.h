// The clock of an agent in the laboratory. Time passes as it does; but when nothing is under way outside (no call of
// ours, none that the simulated services still work on), the moment that the next sleeper waits for comes at once. So
// an hour of looking again takes a fraction of a second, and a reply that is slow stays slow.
#pragma once

#include <asio/experimental/as_tuple.hpp>
#include <asio/io_context.hpp>
#include <asio/steady_timer.hpp>
#include <asio/use_awaitable.hpp>
#include <functional>
#include <map>
#include <memory>

#include "engine/base/clock.h"

namespace apiops::crash {

class LabClock final : public Clock {
 public:
  // `quiet`: nothing is under way outside.
  LabClock(asio::io_context& loop, Time start, std::function<bool()> quiet)
      : loop_(loop), start_(start), quiet_(std::move(quiet)), look_(loop) {}

  void not_before(Time mark) { start_ = std::max(start_, mark - steady()); }
  Time now() const override { return start_ + steady(); }
  Duration steady() const override {
    return skipped_ + std::chrono::duration_cast<Duration>(std::chrono::steady_clock::now() - began_);
  }
  asio::awaitable<void> sleep_for(Duration how_long) override {
    auto timer = std::make_shared<asio::steady_timer>(loop_, how_long);
    const auto place = sleepers_.emplace(steady() + how_long, timer);
    look_soon();
    co_await timer->async_wait(asio::experimental::as_tuple(asio::use_awaitable));
    sleepers_.erase(place);
  }

 private:
  void look_soon() {
    if (looking_) return;
    looking_ = true;
    look_.expires_after(std::chrono::milliseconds(2));
    look_.async_wait([this](std::error_code) { look(); });
  }
  void look() {
    looking_ = false;
    if (sleepers_.empty()) return;
    if (quiet_()) {
      const auto [due, timer] = *sleepers_.begin();
      skipped_ += std::max(Duration(0), due - steady());
      timer->cancel();
    }
    look_soon();
  }

  asio::io_context& loop_;
  Time start_;
  std::function<bool()> quiet_;
  std::chrono::steady_clock::time_point began_ = std::chrono::steady_clock::now();
  Duration skipped_{0};
  asio::steady_timer look_;
  bool looking_ = false;
  std::multimap<Duration, std::shared_ptr<asio::steady_timer>> sleepers_;
};

}  // namespace apiops::crash
