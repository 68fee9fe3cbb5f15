// Long readings of Twilio's lists: pages asked for ahead, days side by side, bounds, and what is left out.
#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <set>

#include "connectors/services/twilio/traffic_reader.h"
#include "tests/connectors/services/twilio_far_side.h"

using namespace apiops;
using apiops::testing::contains;
using apiops::testing::TwilioFarSide;
using namespace apiops::twilio;

namespace {

const std::string kPath = TwilioFarSide::kRoot + "Messages.json";

// Lists messages in pages of `size`, each day by itself.
struct ManyPages : TwilioFarSide {
  ManyPages() {
    on("GET " + kPath, [this](const net::ServerRequest& r) { return page(r); });
    options.base_url = url();
    options.account_sid = kSid;
    options.auth_token = Secret("0123456789abcdef0123456789abcdef");
  }
  net::ServerReply page(const net::ServerRequest& r) {
    const std::string day = r.parameter("DateSent");
    const std::size_t number =
        r.parameter("Page").empty() ? 0 : static_cast<std::size_t>(std::stol(r.parameter("Page")));
    Json rows = Json::array();
    for (std::size_t i = number * size; i < std::min(a_day, (number + 1) * size); ++i) {
      const Time at = *parse_iso8601(day + "T00:00:00Z") + std::chrono::minutes(i);
      rows.push_back({{"sid", "SM" + day + std::to_string(i)},
                      {"from", "+1415555010" + std::to_string(i % 3)},
                      {"to", "+12025550177"},
                      {"direction", "outbound-api"},
                      {"status", i % 10 == 0 ? "failed" : "delivered"},
                      {"error_code", i % 10 == 0 ? Json(30007) : Json()},
                      {"date_sent", to_rfc2822(at)}});
    }
    const bool more = (number + 1) * size < a_day;
    const std::string next = kPath + "?DateSent=" + day + "&Page=" + std::to_string(number + 1);
    return {200, {}, Json{{"messages", rows}, {"next_page_uri", more ? Json(next) : Json()}}.dump()};
  }
  std::vector<net::ServerRequest> pages() const {
    std::vector<net::ServerRequest> all;
    for (const auto& r : asked)
      if (r.path == kPath) all.push_back(r);
    return all;
  }

  TwilioOptions options;
  std::size_t size = 100, a_day = 1'000;
};

struct Sids {
  std::set<std::string> all;
  long long failed = 0;
  void add(const RecordView& r) {
    all.emplace(r.sid);
    failed += r.status == "failed" ? 1 : 0;
  }
  void join(Sids&& page) {
    all.merge(page.all);
    failed += page.failed;
  }
};

}  // namespace

BOOST_AUTO_TEST_SUITE(twilio_reading)

BOOST_AUTO_TEST_CASE(every_record_of_the_period_is_seen_once_and_each_day_is_asked_for_by_itself) {
  ManyPages a;
  TwilioApi api(a.options, a.http, a.played, a.random);
  const Time to = a.played.now();
  const auto read = a.run(scan<Sids>(api, {.period = {to - std::chrono::hours(24), to}}));
  BOOST_REQUIRE(read);
  BOOST_TEST(read->records == static_cast<long long>(read->digest.all.size()));
  std::set<std::string> days;
  for (const auto& r : a.pages()) days.insert(r.parameter("DateSent"));
  BOOST_TEST(days.size() == 2U);
  BOOST_TEST(a.pages().size() == 20U);
  long long within = 0;
  for (const auto& day : days)
    for (std::size_t i = 0; i < a.a_day; ++i)
      within += Period{to - std::chrono::hours(24), to}.contains(*parse_iso8601(day + "T00:00:00Z") +
                                                                 std::chrono::minutes(i));
  BOOST_TEST(read->records == within);
  BOOST_TEST(!read->cut);
}

BOOST_AUTO_TEST_CASE(the_next_page_is_asked_for_before_anybody_asks_for_it) {
  ManyPages a;
  TwilioApi api(a.options, a.http, a.played, a.random);
  const Time day = start_of_day(a.played.now(), "UTC") - std::chrono::hours(24);
  TrafficReader reader(api, {.period = {day, day + std::chrono::hours(24)}});
  const auto step = a.run(reader.next([](const RecordView&) {}));
  BOOST_REQUIRE(step);
  a.loop.restart();
  a.loop.run_for(std::chrono::milliseconds(200));
  BOOST_TEST(a.pages().size() == 2U);
}

BOOST_AUTO_TEST_CASE(a_bound_cuts_the_reading_and_is_told) {
  ManyPages a;
  TwilioApi api(a.options, a.http, a.played, a.random);
  const Time to = a.played.now();
  const auto read = a.run(scan<Sids>(api, {.period = {to - std::chrono::hours(24 * 20), to}, .max_records = 1'500}));
  BOOST_REQUIRE(read);
  BOOST_TEST(read->cut);
  BOOST_TEST(read->records < 2'500);
}

BOOST_AUTO_TEST_CASE(a_reader_may_go_while_pages_are_under_way) {
  ManyPages a;
  TwilioApi api(a.options, a.http, a.played, a.random);
  const Time to = a.played.now();
  {
    TrafficReader reader(api, {.period = {to - std::chrono::hours(24 * 4), to}});
    BOOST_REQUIRE(a.run(reader.next([](const RecordView&) {})));
  }
  a.loop.restart();
  a.loop.run_for(std::chrono::milliseconds(200));
  BOOST_TEST(a.pages().size() < 10U);  // nobody asks on
}

BOOST_AUTO_TEST_CASE(at_most_four_days_are_read_side_by_side) {
  ManyPages a;
  TwilioApi api(a.options, a.http, a.played, a.random);
  const Time to = a.played.now();
  TrafficReader reader(api, {.period = {to - std::chrono::hours(24 * 20), to}});
  BOOST_REQUIRE(a.run(reader.next([](const RecordView&) {})));
  std::set<std::string> days;
  for (const auto& r : a.pages()) days.insert(r.parameter("DateSent"));
  BOOST_TEST(days.size() <= kDaysSideBySide);
}

BOOST_AUTO_TEST_CASE(a_list_of_failed_messages_asks_for_no_alerts_since_a_message_carries_its_own_code) {
  TwilioFarSide a;
  const auto adapter = a.make();
  const auto alerts_asked = [&](std::vector<std::string> kinds) {
    a.asked.clear();
    const auto reader = adapter->failures({.period = a.last_day(), .kinds = std::move(kinds)});
    for (bool last = false; !last;) {
      auto page = a.run(reader->next());
      last = !page || page->last;
    }
    return std::ranges::count_if(a.asked, [](const auto& r) { return r.path == "/v1/Alerts"; });
  };
  BOOST_TEST(alerts_asked({"messages"}) == 0);
  BOOST_TEST(alerts_asked({"calls"}) == 1);
}

BOOST_AUTO_TEST_CASE(alerts_of_another_account_are_left_out_and_told) {
  TwilioFarSide a;
  const auto adapter = a.make();
  a.add_call("CA1", "+14155550101", "completed", a.played.now() - std::chrono::minutes(9), "11200");
  a.alerts.back()["account_sid"] = "ACffffffffffffffffffffffffffffffff";
  const std::shared_ptr<PageReader<Failure>> reader = adapter->failures({.period = a.last_day()});
  bool told = false;
  for (int i = 0; i < 20; ++i) {
    const auto page = a.run(reader->next());
    BOOST_REQUIRE(page);
    BOOST_TEST(page->items.empty());
    for (const auto& note : page->notes) told = told || contains(note, "1 alert of another account left out");
    if (page->last) break;
  }
  BOOST_TEST(told);
}

BOOST_AUTO_TEST_CASE(hosts_of_regions_and_edges_are_built_as_twilio_wants_them) {
  BOOST_TEST(official_origin(Host::kApi, "", "") == "https://api.twilio.com");
  BOOST_TEST(official_origin(Host::kApi, "ie1", "") == "https://api.dublin.ie1.twilio.com");
  BOOST_TEST(official_origin(Host::kMonitor, "au1", "") == "https://monitor.sydney.au1.twilio.com");
  BOOST_TEST(official_origin(Host::kApi, "", "dublin") == "https://api.dublin.us1.twilio.com");
  BOOST_TEST(official_origin(Host::kPricing, "us1", "ashburn") == "https://pricing.ashburn.us1.twilio.com");
}

BOOST_AUTO_TEST_CASE(a_region_whose_edge_is_not_known_is_not_guessed) {
  TwilioFarSide a;
  TwilioOptions options;
  options.region = "xx9";
  options.account_sid = TwilioFarSide::kSid;
  options.auth_token = Secret("0123456789abcdef0123456789abcdef");
  TwilioApi api(options, a.http, a.played, a.random);
  const auto reply = a.run(api.get(Host::kApi, api.account_path("Balance.json")));
  BOOST_REQUIRE(!reply);
  BOOST_TEST(contains(reply.error().what, "TWILIO_EDGE"));
}

BOOST_AUTO_TEST_SUITE_END()
