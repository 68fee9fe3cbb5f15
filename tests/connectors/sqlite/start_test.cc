// A store that has worked for years: from the start until the open plans are known.
#include <sqlite3.h>

#include <boost/test/unit_test.hpp>
#include <chrono>
#include <fstream>

#include "tests/connectors/sqlite/sqlite_bench.h"

using namespace apiops;
using namespace apiops::testing;

namespace {

constexpr int kPlans = 100'000, kOpen = 50;
constexpr auto kStartIn = std::chrono::seconds(2);
constexpr long kMostKiB = 64 << 10;  // that the process grows by

// As many copies of the first plan, with its step and five records of its audit trail each; the last ones are open.
void multiply(const std::string& file) {
  sqlite3* db = nullptr;
  BOOST_REQUIRE(sqlite3_open(file.c_str(), &db) == SQLITE_OK);
  const std::string n = std::to_string(kPlans), open = std::to_string(kPlans - kOpen);
  const std::string sql =
      "PRAGMA synchronous = OFF; PRAGMA foreign_keys = OFF; BEGIN;"
      "CREATE TEMP TABLE n AS WITH RECURSIVE c(i) AS (SELECT 2 UNION ALL SELECT i + 1 FROM c WHERE i < " +
      n +
      ") SELECT i FROM c;"
      "CREATE TEMP TABLE p AS SELECT * FROM plan LIMIT 1; CREATE TEMP TABLE s AS SELECT * FROM step LIMIT 1;"
      "INSERT INTO plan SELECT p.* FROM p, n WHERE 0;";
  char* trouble = nullptr;
  sqlite3_exec(db, sql.c_str(), nullptr, nullptr, &trouble);
  BOOST_REQUIRE_MESSAGE(trouble == nullptr, trouble);
  // The columns by their names: a migration may add some.
  std::string columns, values;
  sqlite3_stmt* info = nullptr;
  sqlite3_prepare_v2(db, "PRAGMA table_info(plan)", -1, &info, nullptr);
  while (sqlite3_step(info) == SQLITE_ROW) {
    const std::string name(reinterpret_cast<const char*>(sqlite3_column_text(info, 1)));
    columns += (columns.empty() ? "" : ", ") + name;
    std::string value = "p." + name;
    if (name == "id") value = "'plan-' || n.i";
    if (name == "number") value = "n.i";
    if (name == "state") value = "CASE WHEN n.i > " + open + " THEN 'waiting' ELSE 'succeeded' END";
    values += (values.empty() ? "" : ", ") + value;
  }
  sqlite3_finalize(info);
  const std::string fill = "INSERT INTO plan (" + columns + ") SELECT " + values +
                           " FROM p, n; INSERT INTO step SELECT 'plan-' || n.i, s.no, s.account, s.operation, s.draft, "
                           "s.state, s.result FROM s, n; COMMIT;";
  sqlite3_exec(db, fill.c_str(), nullptr, nullptr, &trouble);
  BOOST_REQUIRE_MESSAGE(trouble == nullptr, trouble);
  sqlite3_close(db);
}

long resident_kib() {
  std::ifstream in("/proc/self/status");
  for (std::string line; std::getline(in, line);)
    if (line.starts_with("VmRSS:")) return std::stol(line.substr(6));
  return 0;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(start)

BOOST_AUTO_TEST_CASE(with_a_hundred_thousand_plans_the_open_ones_are_known_in_under_two_seconds) {
  SqliteBench bench;
  {
    Bench b = bench.open();
    proposed(b);
  }
  bench.store.reset();
  multiply(bench.options.path);
  const long before = resident_kib();
  const auto begun = std::chrono::steady_clock::now();
  Bench b = bench.open();
  const auto open = run(b.loop, b.store.plans({PlanState::kProposed, PlanState::kWaiting, PlanState::kApproved,
                                               PlanState::kExecuting, PlanState::kUnknown},
                                              10'000));
  const auto took = std::chrono::steady_clock::now() - begun;
  const long grown = resident_kib() - before;
  BOOST_REQUIRE(open.has_value());
  BOOST_TEST(open->size() == kOpen + 1u);
  BOOST_TEST_MESSAGE("ready with " << kPlans << " plans after "
                                   << std::chrono::duration_cast<std::chrono::milliseconds>(took).count() << " ms, "
                                   << grown << " KiB");
  BOOST_TEST((took < kStartIn));
  BOOST_TEST(grown < kMostKiB);
}

BOOST_AUTO_TEST_SUITE_END()
