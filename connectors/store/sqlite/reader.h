// The reading connection, on its own thread beside the writer. Each read sees one state of the store, and everything
// that was committed before it was asked for. The loop outlives the reader.
#pragma once

#include <fmt/format.h>

#include <asio/io_context.hpp>
#include <asio/post.hpp>
#include <asio/thread_pool.hpp>
#include <functional>
#include <memory>
#include <utility>

#include "connectors/store/sqlite/awaited.h"
#include "connectors/store/sqlite/connection.h"

namespace apiops::sqlite {

inline constexpr std::size_t kMaxQueuedReads = 10'000;

class Reader {
 public:
  Reader(asio::io_context& loop, std::unique_ptr<Connection> db) : loop_(loop), db_(std::move(db)) {}
  ~Reader() { thread_.join(); }

  template <typename T>
  asio::awaitable<Result<T>> run(std::function<T(Connection&)> body) {
    if (*queued_ >= kMaxQueuedReads)
      co_return failure(ErrorKind::kUnavailable,
                        fmt::format("The store is busy: {} reads are waiting. Try again in a moment.", kMaxQueuedReads),
                        "store_busy");
    InQueue place(queued_);
    auto awaited = std::make_shared<Awaited<T>>(loop_);
    asio::post(thread_, [this, body = std::move(body), awaited]() mutable {
      awaited->result = read<T>(body);
      hand_over(std::move(awaited));
    });
    co_return co_await wait_for(std::move(awaited));
  }

 private:
  template <typename T>
  Result<T> read(const std::function<T(Connection&)>& body) {
    try {
      db_->change("BEGIN");
      Result<T> result = body(*db_);
      db_->change("COMMIT");
      return result;
    } catch (const SqliteFailure& failed) {
      leave();
      return std::unexpected(failed.error());
    } catch (const std::exception& wrong) {
      leave();
      return failure(ErrorKind::kBug, fmt::format("A read of the store failed: {}.", wrong.what()), "store_bug");
    }
  }
  void leave();

  asio::io_context& loop_;
  std::shared_ptr<std::size_t> queued_ = std::make_shared<std::size_t>(0);
  std::unique_ptr<Connection> db_;
  asio::thread_pool thread_{1};
};

}  // namespace apiops::sqlite
