// The monitor of error rates against a service whose past the test writes, and a real store.
#include "engine/watch/error_rate_monitor.h"

#include <boost/test/unit_test.hpp>

#include "tests/connectors/sqlite/sqlite_bench.h"

using namespace apiops;

namespace {

constexpr Duration kHour = std::chrono::hours(1), kDay = std::chrono::hours(24);

// One number with calls: so many of so many failed in the hour that ended now, and in the same hour of other days.
struct Service final : ServiceAdapter {
  explicit Service(const Clock& c) : clock(c) {}
  std::string_view service() const override { return "twilio"; }
  std::string_view title() const override { return "Twilio"; }
  std::string_view account() const override { return "main"; }
  std::string_view environment() const override { return "live"; }
  bool configured() const override { return true; }
  std::span<Operation* const> operations() const override { return {}; }
  asio::awaitable<Result<std::vector<ErrorRate>>> error_rates(Period period) override {
    const bool now = period.to == clock.now();
    const bool same_hour = (clock.now() - period.to) % kDay == Duration(0) && period.to - period.from == kHour;
    if (!now && same_hour) ++past_reads;
    ErrorRate rate{.subject = "+14155550134", .code = "11200", .what = "calls"};
    if (now || same_hour) rate.failed = now ? failed : failed_before, rate.total = 10;
    co_return std::vector<ErrorRate>{rate};
  }
  const Clock& clock;
  long long failed = 9, failed_before = 0;
  int past_reads = 0;
};

// What an adapter that does not know error rates is.
struct Silent final : ServiceAdapter {
  std::string_view service() const override { return "openai"; }
  std::string_view title() const override { return "OpenAI"; }
  std::string_view account() const override { return "main"; }
  std::string_view environment() const override { return "live"; }
  bool configured() const override { return true; }
  std::span<Operation* const> operations() const override { return {}; }
};

struct Desk {
  testing::SqliteBench sqlite;
  testing::Bench bench = sqlite.open();
  MaskingGate gate;
  std::shared_ptr<const Policy> policy = std::make_shared<const Policy>(std::vector<Person>{}, PolicyBook{});
  AlertDesk desk{.store = bench.store,
                 .clock = bench.clock,
                 .random = bench.random,
                 .gate = gate,
                 .policy = policy,
                 .places = {{.connector = "console", .workspace = "main", .channel = "#alerts", .thread = {}}}};

  std::vector<AlertRow> look(ServiceAdapter& service) {
    ErrorRateMonitor monitor(desk, service, {}, bench.loop.get_executor());
    BOOST_REQUIRE(testing::run(bench.loop, monitor.look()).has_value());
    return *testing::run(bench.loop, bench.store.alerts(false, 10));
  }
};

}  // namespace

BOOST_AUTO_TEST_SUITE(error_rate_monitor)

BOOST_AUTO_TEST_CASE(a_share_that_is_far_above_the_same_hour_of_the_last_seven_days_opens_one_alert) {
  Desk d;
  Service service(d.bench.clock);
  const auto opened = d.look(service);
  BOOST_REQUIRE(opened.size() == 1u);
  BOOST_TEST(service.past_reads == 7);
  const std::string what = get_string(opened[0].document, "what");
  BOOST_TEST(what.find("9 of 10 calls fail; none of 70 did at this hour of the last 7 days.") == 0u, what);
  BOOST_TEST(d.look(service).size() == 1u);  // counted on, not opened again
}

BOOST_AUTO_TEST_CASE(what_fails_like_that_every_day_is_no_alert) {
  Desk d;
  Service service(d.bench.clock);
  service.failed_before = 5;
  BOOST_TEST(d.look(service).empty());
}

BOOST_AUTO_TEST_CASE(a_service_that_can_not_tell_its_error_rates_is_not_listed_as_watched) {
  Desk d;
  Silent silent;
  ErrorRateMonitor monitor(d.desk, silent, {}, d.bench.loop.get_executor());
  testing::run(d.bench.loop, monitor.run());  // ends by itself
  BOOST_TEST(testing::run(d.bench.loop, d.bench.store.monitors())->empty());
}

BOOST_AUTO_TEST_SUITE_END()
