// Runs a coroutine to its end from a test that is not one: turns the loop until the awaited value is there. A test that
// would wait for ever fails after `patience` of wall time instead. Whatever else is on the loop goes on meanwhile.
#pragma once

#include <asio/awaitable.hpp>
#include <asio/co_spawn.hpp>
#include <asio/io_context.hpp>
#include <chrono>
#include <exception>
#include <memory>
#include <optional>
#include <stdexcept>
#include <utility>

namespace apiops::testing {

namespace detail {

template <typename T>
asio::awaitable<void> keep(asio::awaitable<T> work, std::shared_ptr<std::optional<T>> out) {
  out->emplace(co_await std::move(work));
}

}  // namespace detail

inline void run(asio::io_context& loop, asio::awaitable<void> work,
                std::chrono::milliseconds patience = std::chrono::seconds(20)) {
  struct End {
    bool reached = false;
    std::exception_ptr thrown;
  };
  auto end = std::make_shared<End>();
  asio::co_spawn(loop, std::move(work),
                 [end](std::exception_ptr thrown) { *end = {.reached = true, .thrown = thrown}; });
  const auto until = std::chrono::steady_clock::now() + patience;
  loop.restart();
  while (!end->reached && std::chrono::steady_clock::now() < until) {
    if (loop.run_one_until(until) == 0) break;  // out of work, or out of patience
  }
  if (!end->reached) throw std::runtime_error("the coroutine did not end");
  if (end->thrown) std::rethrow_exception(end->thrown);
}

template <typename T>
T run(asio::io_context& loop, asio::awaitable<T> work, std::chrono::milliseconds patience = std::chrono::seconds(20)) {
  auto out = std::make_shared<std::optional<T>>();
  run(loop, detail::keep<T>(std::move(work), out), patience);
  return std::move(**out);
}

// Turns the loop until it has nothing ready: what a change of the manual clock set off has happened then.
inline void settle(asio::io_context& loop) {
  loop.restart();
  while (loop.poll() > 0) loop.restart();
}

}  // namespace apiops::testing
