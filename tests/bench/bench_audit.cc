// Audit records a second through the store as it is used: each record a transition of its own, SQLite in WAL mode with
// synchronous=FULL, commits grouped by the writer; and the same one at a time, each waiting for its commit.
#include <benchmark/benchmark.h>

#include <asio/co_spawn.hpp>
#include <asio/detached.hpp>
#include <filesystem>

#include "connectors/store/sqlite/sqlite_store.h"
#include "tests/support/manual_clock.h"
#include "tests/support/run.h"

namespace {

using namespace apiops;

constexpr int kRecords = 5'000;

Together record(int n) {
  Together together;
  together.audit.push_back({.kind = "ask",
                            .person = "ana",
                            .plan = {},
                            .service = "twilio",
                            .resource = "+14155550134",
                            .record = {{"service", "twilio"},
                                       {"severity", "info"},
                                       {"context", "why are calls failing? " + std::to_string(n)},
                                       {"action_taken", "failures.diagnose"},
                                       {"result", "success"}}});
  return together;
}

struct Bench {
  Bench() {
    std::string name = (std::filesystem::temp_directory_path() / "apiops-bench-XXXXXX").string();
    if (!::mkdtemp(name.data())) std::abort();
    folder = name;
    options.path = (folder / "store.db").string();
    auto opened = open_sqlite(loop, clock, random, options);
    if (!opened) std::abort();
    store = std::move(*opened);
  }
  ~Bench() {
    store.reset();
    std::filesystem::remove_all(folder);
  }
  std::filesystem::path folder;
  asio::io_context loop{1};
  testing::ManualClock clock{loop};
  SeededRandom random{1};
  SqliteOptions options;
  std::unique_ptr<Store> store;
};

asio::awaitable<void> write(Store& store, int n, int& left) {
  if (!co_await store.note(record(n))) std::abort();
  --left;
}

void records_side_by_side(benchmark::State& state) {
  Bench bench;
  for (auto _ : state) {
    int left = kRecords;
    for (int n = 0; n < kRecords; ++n) asio::co_spawn(bench.loop, write(*bench.store, n, left), asio::detached);
    bench.loop.restart();
    while (left > 0) bench.loop.run_one();  // NOLINT(bugprone-infinite-loop): the writes count it down
  }
  state.SetItemsProcessed(state.iterations() * kRecords);
}

void records_one_by_one(benchmark::State& state) {
  Bench bench;
  int n = 0;
  for (auto _ : state) {
    int left = 1;
    testing::run(bench.loop, write(*bench.store, ++n, left));
  }
  state.SetItemsProcessed(state.iterations());
}

BENCHMARK(records_side_by_side)->Unit(benchmark::kMillisecond)->UseRealTime()->MinTime(3);
BENCHMARK(records_one_by_one)->Unit(benchmark::kMicrosecond)->UseRealTime();

}  // namespace
