// Two sockets and what ends them, against the simulated Slack. Faults 2, 3, 15 and 16 by the minute.
#include <boost/test/unit_test.hpp>

#include "tests/connectors/slack/workspace.h"

using namespace apiops;
using namespace std::chrono_literals;
using test::Workspace;

namespace {

bool has(const std::vector<std::string>& told, const std::string& part) {
  return std::any_of(told.begin(), told.end(),
                     [&part](const auto& what) { return what.find(part) != std::string::npos; });
}

constexpr int kSixty = 60;  // a minute in a second
constexpr auto kFiveMinutes = 5'000ms;

}  // namespace

BOOST_AUTO_TEST_SUITE(slack_socket_mode)

BOOST_AUTO_TEST_CASE(two_sockets_say_hello_and_close_in_order) {
  Workspace w(1);
  w.sockets.start();
  BOOST_TEST(w.until(5s, [&] { return w.sockets.state().ready == 2; }));
  w.sockets.stop();
  BOOST_TEST(w.until(3s, [&] { return get_integer(w.state(), "sockets") == 0; }));
  BOOST_TEST(w.until(3s, [&] { return w.sockets.over(); }));
  BOOST_TEST(w.told.empty());
}

BOOST_AUTO_TEST_CASE(a_refresh_opens_the_new_socket_first) {
  Workspace w(1);
  w.sockets.start();
  BOOST_REQUIRE(w.until(5s, [&] { return w.sockets.state().ready == 2; }));
  std::size_t fewest = 9;
  w.act({{"do", "socket"}, {"disconnect", "warning"}});
  BOOST_TEST(w.until(8s, [&] {
    fewest = std::min(fewest, w.sockets.state().ready);
    return w.sockets.state().connections >= 4;
  }));
  BOOST_TEST(fewest >= 2u);
}

BOOST_AUTO_TEST_CASE(one_refresh_after_the_other_never_opens_more_than_twice_the_sockets) {
  Workspace w(10);
  w.sockets.start();
  BOOST_REQUIRE(w.until(5s, [&] { return w.sockets.state().ready == 2; }));
  w.knob("greet_with", "refresh_requested");
  w.act({{"do", "socket"}, {"disconnect", "refresh_requested"}});
  long long most = 0;
  BOOST_TEST(w.until(10s, [&] {
    most = std::max<long long>(most, get_integer(w.state(), "sockets").value_or(0));
    return w.sockets.state().connections >= 10;
  }));
  BOOST_TEST(most <= 4);
}

BOOST_AUTO_TEST_CASE(sockets_that_are_not_ours_are_told_when_they_stay_and_when_they_go) {
  Workspace w(kSixty);
  w.knob("ghosts", 3);
  w.sockets.start();
  std::vector<std::string> crowd;
  w.sockets.on_crowd([&](const std::string& what) { crowd.push_back(what); });
  BOOST_REQUIRE(w.until(2s, [&] { return w.sockets.state().ready == 2; }));
  BOOST_TEST(crowd.empty());  // ghosts of a process that died would go by themselves
  BOOST_TEST(w.until(20s, [&] { return has(crowd, "Another copy of me"); }));
  w.knob("ghosts", 0);
  BOOST_TEST(w.until(30s, [&] { return crowd.size() == 2 && crowd.back().empty(); }));
  BOOST_TEST(w.sockets.state().trouble.empty());
}

BOOST_AUTO_TEST_CASE(fault_3_too_many_websockets_is_waited_out_and_told_after_three) {
  Workspace w(kSixty);
  w.knob("greet_with", "too_many_websockets");
  w.sockets.start();
  w.run(kFiveMinutes);
  BOOST_TEST(w.opened() <= 10);
  BOOST_TEST(w.opened() >= 3);
  BOOST_TEST(has(w.told, "too many sockets"));
  BOOST_TEST(std::count(w.told.begin(), w.told.end(), "") == 0);  // never told to be over in between
  w.knob("greet_with", "");
  BOOST_TEST(w.until(8s, [&] { return w.sockets.state().ready == 2; }));
}

BOOST_AUTO_TEST_CASE(socket_mode_switched_off_is_told_at_once_and_tried_slowly) {
  Workspace w(kSixty);
  w.knob("greet_with", "link_disabled");
  w.sockets.start();
  BOOST_TEST(w.until(2s, [&] { return has(w.told, "switched off"); }));
  w.run(kFiveMinutes);
  BOOST_TEST(w.opened() <= 10);
}

BOOST_AUTO_TEST_CASE(fault_16_a_refused_token_is_tried_once_a_minute) {
  Workspace w(kSixty);
  w.knob("revoked", true);
  w.sockets.start();
  w.run(kFiveMinutes);
  BOOST_TEST(w.opened() <= 6);
  BOOST_TEST(w.opened() >= 3);
  BOOST_TEST(has(w.told, "app token"));
}

// A socket that dies after each greeting: the address can be had, and yet it must not be asked for without end.
BOOST_AUTO_TEST_CASE(backoff_starts_anew_only_after_a_stable_connection) {
  Workspace w(kSixty);
  w.knob("greet_with", "refresh_requested");
  w.sockets.start();
  w.run(kFiveMinutes);
  BOOST_TEST(w.opened() <= 40);
}

BOOST_AUTO_TEST_CASE(fault_15_it_is_back_within_ten_seconds_after_names_resolve_again) {
  Workspace w(10);
  w.knob("socket_url", "wss://no-such-host.invalid");
  w.sockets.start();
  w.run(6s);
  BOOST_TEST(w.sockets.state().ready == 0u);
  BOOST_TEST(has(w.told, "can't be reached"));
  w.knob("socket_url", Json());
  w.act({{"do", "knob"}, {"name", "socket_url"}});
  BOOST_TEST(w.until(1'000ms, [&] { return w.sockets.state().ready >= 1; }));
}

BOOST_AUTO_TEST_SUITE_END()
