// Runs several waits side by side and gives their results in order. Each is started on the caller's executor; an
// exception of one is thrown on when all have ended, since the others may hold what the caller owns.
#pragma once

#include <asio/awaitable.hpp>
#include <asio/co_spawn.hpp>
#include <asio/experimental/as_tuple.hpp>
#include <asio/steady_timer.hpp>
#include <asio/this_coro.hpp>
#include <asio/use_awaitable.hpp>
#include <memory>
#include <optional>
#include <vector>

namespace apiops::net {

template <typename T>
asio::awaitable<std::vector<T>> together(std::vector<asio::awaitable<T>> waits) {
  struct State {
    State(const asio::any_io_executor& loop, std::size_t n)
        : ended(loop, asio::steady_timer::time_point::max()), results(n), left(n) {}
    asio::steady_timer ended;
    std::vector<std::optional<T>> results;
    std::exception_ptr thrown;
    std::size_t left;
  };
  const auto loop = co_await asio::this_coro::executor;
  auto state = std::make_shared<State>(loop, waits.size());
  for (std::size_t i = 0; i < waits.size(); ++i)
    asio::co_spawn(loop, std::move(waits[i]), [state, i](std::exception_ptr thrown, T value) {
      if (thrown)
        state->thrown = thrown;
      else
        state->results[i].emplace(std::move(value));
      if (--state->left == 0) state->ended.cancel();
    });
  if (state->left > 0) co_await state->ended.async_wait(asio::experimental::as_tuple(asio::use_awaitable));
  if (state->thrown) std::rethrow_exception(state->thrown);
  std::vector<T> all;
  all.reserve(state->results.size());
  for (auto& result : state->results) all.push_back(std::move(*result));
  co_return all;
}

}  // namespace apiops::net
