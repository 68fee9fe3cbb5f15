// The store in one SQLite file (WAL, synchronous=FULL): the default. One process owns the file. Called on the loop's
// thread; the loop outlives the store. Ending the store commits what is queued.
#pragma once

#include <asio/io_context.hpp>
#include <chrono>
#include <functional>
#include <memory>
#include <string>

#include "engine/base/clock.h"
#include "engine/base/random.h"
#include "engine/ports/store.h"

namespace apiops {

namespace sqlite {

// How long rows are kept after the time that ends their use.
struct Keep {
  Duration inbox = std::chrono::hours(26);
  Duration ask = std::chrono::hours(24 * 30);
  Duration conversation = std::chrono::hours(1);
  Duration result = std::chrono::hours(24);
  Duration button = std::chrono::hours(24 * 7);  // a click on an old button is still told why it does nothing
  Duration outbox = std::chrono::hours(24 * 90);
  Duration reading = std::chrono::hours(24 * 8);
  Duration audit{0};  // 0: for ever. A chain is cut only at a published head, which stays
};

}  // namespace sqlite

struct SqliteOptions {
  std::string path;
  sqlite::Keep keep{};
  std::size_t inbox_bound = 100'000;  // rows that wait; above it receive() says kFull
  long long max_pages = 0;            // of 4 KiB; 0: as many as the disk holds
  std::function<void(Time)>
      clock_mark{};  // told once at opening: no time before it may be used (data-model.md, "The clock")
};

// An Error says what happened, what it means and what to do; nothing is ever overwritten. A damaged file is moved
// aside, and the store stays shut until a copy is put in its place or the damaged one is taken away.
Result<std::unique_ptr<Store>> open_sqlite(asio::io_context& loop, Clock& clock, Random& random, SqliteOptions options);

}  // namespace apiops
