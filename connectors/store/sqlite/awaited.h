// How a value made on a store's thread comes back to the loop as an awaited result. The waiting coroutine hangs on a
// timer of the loop, so it is owned, resumed and destroyed by the loop alone; the store's thread only fills the value
// and posts.
#pragma once

#include <asio/awaitable.hpp>
#include <asio/experimental/as_tuple.hpp>
#include <asio/io_context.hpp>
#include <asio/post.hpp>
#include <asio/steady_timer.hpp>
#include <asio/use_awaitable.hpp>
#include <memory>
#include <optional>
#include <utility>

#include "engine/base/result.h"
#include "engine/base/time.h"

namespace apiops::sqlite {

template <typename T>
struct Awaited {
  explicit Awaited(asio::io_context& io) : loop(io), timer(io, asio::steady_timer::time_point::max()) {}
  asio::io_context& loop;
  asio::steady_timer timer;
  std::optional<Result<T>> result;  // the store's thread writes it before `arrived`, the loop reads it after
  bool arrived = false;             // loop only
};

// False: it is not there yet, and can still be waited for.
template <typename T>
asio::awaitable<bool> arrives_within(std::shared_ptr<Awaited<T>> awaited, Duration patience) {
  awaited->timer.expires_after(patience);
  co_await awaited->timer.async_wait(asio::experimental::as_tuple(asio::use_awaitable));
  awaited->timer.expires_at(asio::steady_timer::time_point::max());
  co_return awaited->arrived;
}

template <typename T>
asio::awaitable<Result<T>> wait_for(std::shared_ptr<Awaited<T>> awaited) {
  if (!awaited->arrived) co_await awaited->timer.async_wait(asio::experimental::as_tuple(asio::use_awaitable));
  if (!awaited->arrived)
    co_return failure(ErrorKind::kUnknown,
                      "The wait for the store was given up; whether it was stored is not known. Look again.",
                      "store_unknown");
  co_return std::move(*awaited->result);
}

// From the store's thread. Gives its share away, so that the last one to go is the loop's.
template <typename T>
void hand_over(std::shared_ptr<Awaited<T>> awaited) {
  asio::io_context& loop = awaited->loop;
  asio::post(loop, [value = std::move(awaited)] {
    value->arrived = true;
    value->timer.cancel();
  });
}

// One that waits in a store's queue, counted on the loop. The counter outlives the store where a coroutine does.
class InQueue {
 public:
  explicit InQueue(std::shared_ptr<std::size_t> count) : count_(std::move(count)) { ++*count_; }
  ~InQueue() { --*count_; }
  InQueue(const InQueue&) = delete;
  InQueue& operator=(const InQueue&) = delete;

 private:
  std::shared_ptr<std::size_t> count_;
};

}  // namespace apiops::sqlite
