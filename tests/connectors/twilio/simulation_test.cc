// The simulated Twilio itself: the scale knob, paging under way, its limit of requests at once, who may ask.
#include <asio/detached.hpp>
#include <set>

#include "tests/connectors/twilio/simulated_twilio.h"

using namespace apiops;
using apiops::testing::SimulatedTwilio;

namespace {

sandbox::SandboxOptions with(sandbox::twilio::TwilioOptions twilio) { return {.twilio = twilio}; }

}  // namespace

BOOST_AUTO_TEST_SUITE(twilio_simulation)

BOOST_AUTO_TEST_CASE(the_scale_knob_gives_exactly_as_many_messages_all_of_the_last_day_each_once) {
  SimulatedTwilio t(with({.messages = 20'500}));
  std::set<std::string> sids;
  std::size_t pages = 0;
  Time newest = t.time.now() + Duration(1);
  for (std::string next = "/2010-04-01/Accounts/" + t.variable("TWILIO_ACCOUNT_SID") + "/Messages.json?PageSize=1000";
       !next.empty(); ++pages) {
    const Json page = t.ask(next);
    for (const Json& row : page["messages"]) {
      sids.insert(get_string(row, "sid"));
      const auto at = parse_rfc2822(get_string(row, "date_sent"));
      BOOST_REQUIRE(at.has_value());
      BOOST_REQUIRE((*at <= newest && *at > t.time.now() - std::chrono::hours(24)));
      newest = *at;
    }
    next = get_string(page, "next_page_uri");
  }
  BOOST_TEST(sids.size() == 20'500u);
  BOOST_TEST(pages == 21u);
  BOOST_TEST(get_string(t.ask_account("Messages/" + *sids.begin() + ".json"), "sid") == *sids.begin());
}

BOOST_AUTO_TEST_CASE(what_is_sent_while_pages_are_read_shifts_no_row) {
  SimulatedTwilio t;
  const Json first = t.ask_account("Messages.json?PageSize=20");
  const Json expected = t.ask(get_string(first, "next_page_uri"));
  t.carry_out(t.step("twilio.message.send", {{"to", "+13125550199"}}));
  const Json again = t.ask(get_string(first, "next_page_uri"));
  for (std::size_t i = 0; i < 20; ++i)
    BOOST_TEST(get_string(expected["messages"][i], "sid") == get_string(again["messages"][i], "sid"));
}

BOOST_AUTO_TEST_CASE(a_filtered_list_holds_what_fits_and_nothing_else_page_after_page) {
  SimulatedTwilio t;
  std::size_t n = 0;
  std::string next =
      "/2010-04-01/Accounts/" + t.variable("TWILIO_ACCOUNT_SID") + "/Messages.json?PageSize=30&From=%2B14155550177";
  for (int page = 0; page < 4 && !next.empty(); ++page) {
    const Json body = t.ask(next);
    for (const Json& row : body["messages"]) {
      BOOST_TEST(get_string(row, "from") == "+14155550177");
      ++n;
    }
    next = get_string(body, "next_page_uri");
  }
  BOOST_TEST(n == 120u);
}

BOOST_AUTO_TEST_CASE(more_requests_at_once_than_the_account_may_are_refused_with_429) {
  SimulatedTwilio t(with({.latency = Duration(30), .most_at_once = 3}));
  int refused = 0, answered = 0;
  const auto one = [&]() -> asio::awaitable<void> {
    auto reply = co_await t.http.send({.method = "GET",
                                       .url = t.variable("TWILIO_BASE_URL") + "/v1/Services",
                                       .headers = {{"Authorization", t.authorization()}}});
    if (reply && reply->status == 429) ++refused;
    if (reply && reply->status == 200) ++answered;
  };
  for (int i = 0; i < 5; ++i) asio::co_spawn(t.loop, one(), asio::detached);
  t.loop.restart();
  t.loop.run_for(std::chrono::milliseconds(500));
  BOOST_TEST(answered == 3);
  BOOST_TEST(refused == 2);
}

BOOST_AUTO_TEST_CASE(
    a_subaccount_holds_numbers_messages_and_usage_of_its_own_that_the_parents_usage_includes_unless_told_not_to) {
  SimulatedTwilio t;
  std::string sub;
  for (const Json& account : t.ask("/2010-04-01/Accounts.json")["accounts"])
    if (get_string(account, "friendly_name") == "Staging") sub = get_string(account, "sid");
  const std::string root = "/2010-04-01/Accounts/" + sub + "/", day = to_iso8601(t.time.now()).substr(0, 10);
  const Json numbers = t.ask(root + "IncomingPhoneNumbers.json")["incoming_phone_numbers"];
  BOOST_REQUIRE(numbers.size() == 2u);
  BOOST_TEST(get_string(numbers[0], "account_sid") == sub);
  BOOST_TEST(get_string(t.ask(root + "IncomingPhoneNumbers/" + get_string(numbers[1], "sid") + ".json"), "sid") ==
             get_string(numbers[1], "sid"));
  const Json messages = t.ask(root + "Messages.json?PageSize=20");
  BOOST_REQUIRE(messages["messages"].size() == 20u);
  BOOST_TEST(get_string(t.ask(get_string(messages, "next_page_uri"))["messages"][0], "account_sid") == sub);
  const auto spent = [&](const std::string& path) {
    return std::stod(get_string(t.ask(path)["usage_records"][0], "price"));
  };
  const std::string today = "Usage/Records.json?Category=totalprice&StartDate=" + day + "&EndDate=" + day;
  const std::string main = "/2010-04-01/Accounts/" + t.variable("TWILIO_ACCOUNT_SID") + "/" + today;
  BOOST_TEST(spent(root + today) > 0.0);
  BOOST_TEST(std::abs(spent(main) - spent(main + "&IncludeSubaccounts=false") - spent(root + today)) < 0.001);
}

BOOST_AUTO_TEST_CASE(what_a_call_asked_of_its_webhook_is_told_by_its_events) {
  SimulatedTwilio t;
  const Json failed = t.ask_account("Calls.json?Status=failed&To=%2B14155550134&PageSize=1")["calls"][0];
  const Json events = t.ask_account("Calls/" + get_string(failed, "sid") + "/Events.json")["events"];
  BOOST_REQUIRE(events.size() == 1u);
  BOOST_TEST(get_string(events[0]["request"], "url") == "https://old-gw.example.com/voice");
  BOOST_TEST(get_integer(events[0]["response"], "response_code").value_or(0) == 502);
  const auto told = t.run(t.adapter->diagnose({.resource = get_string(failed, "sid"), .period = {}}));
  BOOST_REQUIRE(told.has_value());
  const auto shows = [&](const Moment& m) {
    return m.what.find("POST https://old-gw.example.com/voice: status 502") == 0;
  };
  BOOST_TEST(std::ranges::count_if(told->timeline, shows) == 1);
}

BOOST_AUTO_TEST_CASE(a_suspended_subaccount_answers_nothing_and_a_stranger_is_not_let_in) {
  SimulatedTwilio t;
  const Json accounts = t.ask("/2010-04-01/Accounts.json")["accounts"];
  BOOST_TEST(accounts.size() == 3u);
  for (const Json& account : accounts) {
    if (get_string(account, "status") != "suspended") continue;
    const Json refusal = t.ask("/2010-04-01/Accounts/" + get_string(account, "sid") + "/Messages.json");
    BOOST_TEST(get_integer(refusal, "code").value_or(0) == 20005);
  }
  auto stranger = t.run(t.http.send({.method = "GET",
                                     .url = t.variable("TWILIO_BASE_URL") + "/v1/Services",
                                     .headers = {{"Authorization", "Basic AAAA"}}}));
  BOOST_TEST((stranger && stranger->status == 401));
}

BOOST_AUTO_TEST_SUITE_END()
