// Asks several services the same thing at once and hands over each result as it comes, so that a slow service holds up
// only its own line. `ask` must not be a coroutine itself: it returns the adapter's awaitable.
#pragma once

#include <asio/co_spawn.hpp>
#include <asio/detached.hpp>
#include <asio/experimental/channel.hpp>
#include <asio/this_coro.hpp>
#include <asio/use_awaitable.hpp>
#include <functional>
#include <memory>
#include <utility>
#include <vector>

#include "engine/ports/service_adapter.h"

namespace apiops {

namespace detail {

template <typename T>
using Results = asio::experimental::channel<void(std::error_code, std::pair<std::size_t, Result<T>>)>;

template <typename T>
asio::awaitable<void> ask_one(asio::awaitable<Result<T>> reading, std::size_t index,
                              std::shared_ptr<Results<T>> results) {
  Result<T> value = failure(ErrorKind::kBug, "This part of the answer failed inside apiops.");
  try {
    value = co_await std::move(reading);
  } catch (const std::exception&) {
    // A bug in one adapter costs its line of the answer, not the others.
  }
  results->try_send(std::error_code(), std::pair(index, std::move(value)));
}

}  // namespace detail

// Gives the next finished result: (index of the service, result). Call as often as there are services.
template <typename T>
class SideBySide {
 public:
  SideBySide(asio::any_io_executor loop, const std::vector<ServiceAdapter*>& services,
             const std::function<asio::awaitable<Result<T>>(ServiceAdapter&)>& ask)
      : results_(std::make_shared<detail::Results<T>>(loop, services.size())) {
    for (std::size_t i = 0; i < services.size(); ++i)
      asio::co_spawn(loop, detail::ask_one<T>(ask(*services[i]), i, results_), asio::detached);
  }
  asio::awaitable<std::pair<std::size_t, Result<T>>> next() { return results_->async_receive(asio::use_awaitable); }

 private:
  std::shared_ptr<detail::Results<T>> results_;
};

}  // namespace apiops
