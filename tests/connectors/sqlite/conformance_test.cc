// The conformance suite against SQLite: a case for each rule, a file for each case.
#include <boost/test/unit_test.hpp>

#include "tests/connectors/sqlite/sqlite_bench.h"

namespace {

struct Registered {
  Registered() {
    using namespace boost::unit_test;
    auto* suite = BOOST_TEST_SUITE("store_conformance_on_sqlite");
    for (auto& rule : apiops::testing::store_rules())
      suite->add(make_test_case(
          [check = rule.check] {
            apiops::testing::SqliteBench sqlite;
            auto bench = sqlite.open();
            check(bench);
          },
          rule.name, __FILE__, __LINE__));
    framework::master_test_suite().add(suite);
  }
};
const Registered registered;

}  // namespace
