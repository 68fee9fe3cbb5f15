#include "connectors/net/service_client.h"

#include <asio/post.hpp>

#include "connectors/net/circuit_breaker.h"
#include "connectors/net/rate_gate.h"
#include "tests/connectors/net/loopback.h"

namespace apiops::net {

using testing::answer_with;
using testing::Loopback;
using testing::url_of;

namespace {

// Sleeps pass at once and move the time; otherwise it runs with the real one, so that nothing waits for ever.
struct PlayedClock final : Clock {
  Duration ahead{0};
  Time now() const override { return std::chrono::floor<Duration>(std::chrono::system_clock::now()) + ahead; }
  Duration steady() const override {
    return std::chrono::duration_cast<Duration>(std::chrono::steady_clock::now().time_since_epoch()) + ahead;
  }
  asio::awaitable<void> sleep_for(Duration how_long) override {
    ahead += how_long;
    co_await asio::post(asio::use_awaitable);
  }
};

struct Service : Loopback {
  PlayedClock clock;
  SeededRandom random{1};
  int asked = 0;
  std::function<ServerReply(const ServerRequest&, int)> answer = [](const ServerRequest&, int) {
    return ServerReply{.body = "{\"a\":1}"};
  };
  HttpServer server{loop, "127.0.0.1", 0, answer_with([this](const ServerRequest& r) { return answer(r, ++asked); })};
  ServiceClient client{{.name = "Acme",
                        .base_url = url_of(server.port(), ""),
                        .official_hosts = {"api.acme.test"},
                        .credential = {"me", Secret("sesame")}},
                       http,
                       clock,
                       random};

  Result<ServiceReply> call(ServiceCall what) { return run(client.send(std::move(what))); }
};

}  // namespace

BOOST_AUTO_TEST_SUITE(service_client)

BOOST_AUTO_TEST_CASE(a_reply_is_json_and_the_credentials_went_along) {
  Service acme;
  acme.answer = [](const ServerRequest& r, int) {
    return ServerReply{.body =
                           Json{{"auth", r.header("authorization")}, {"target", r.target}, {"body", r.body}}.dump()};
  };
  const auto reply =
      acme.call({.method = "POST", .path_or_url = "/v1/things", .query = {{"a", "b c"}}, .form = {{"To", "+1"}}});
  BOOST_REQUIRE(reply);
  BOOST_TEST(reply->body["auth"] == "Basic bWU6c2VzYW1l");
  BOOST_TEST(reply->body["target"] == "/v1/things?a=b%20c");
  BOOST_TEST(reply->body["body"] == "To=%2B1");
}

BOOST_AUTO_TEST_CASE(a_read_is_tried_three_times_and_then_the_refusal_is_the_reply) {
  Service acme;
  acme.answer = [](const ServerRequest&, int) { return ServerReply{.status = 503, .body = R"({"error":"down"})"}; };
  const auto reply = acme.call({.path_or_url = "/"});
  BOOST_REQUIRE(reply);
  BOOST_TEST(reply->status == 503);
  BOOST_TEST(reply->body["error"] == "down");
  BOOST_TEST(reply->tries == 3);
  BOOST_TEST(acme.asked == 3);
}

BOOST_AUTO_TEST_CASE(a_read_that_succeeds_at_the_second_try_is_a_success) {
  Service acme;
  acme.answer = [](const ServerRequest&, int n) {
    return n == 1 ? ServerReply{.drop = true} : ServerReply{.body = "[]"};
  };
  const auto reply = acme.call({.path_or_url = "/"});
  BOOST_REQUIRE(reply);
  BOOST_TEST(reply->body.is_array());
}

BOOST_AUTO_TEST_CASE(a_write_is_sent_once_whatever_comes_back) {
  for (const bool lost : {true, false}) {
    Service acme;
    acme.answer = [lost](const ServerRequest&, int) {
      return lost ? ServerReply{.drop = true} : ServerReply{.status = 500, .body = "{}"};
    };
    const auto reply = acme.call({.method = "POST", .path_or_url = "/buy", .idempotent = true});
    BOOST_TEST(acme.asked == 1);
    if (lost)
      BOOST_TEST((!reply && reply.error().kind == ErrorKind::kUnknown));
    else
      BOOST_TEST((reply && reply->status == 500));
  }
}

BOOST_AUTO_TEST_CASE(an_html_page_with_200_is_an_unexpected_answer) {
  Service acme;
  acme.answer = [](const ServerRequest&, int) {
    return ServerReply{.body = "<!DOCTYPE html>\n<html>" + std::string(5000, 'x')};
  };
  const auto read = acme.call({.path_or_url = "/"});
  BOOST_REQUIRE(!read);
  BOOST_TEST(read.error().code == "unexpected");
  BOOST_TEST((read.error().kind == ErrorKind::kTransient));
  BOOST_TEST(read.error().http_status == 200);
  BOOST_TEST(read.error().what.find("<!DOCTYPE html> <html") != std::string::npos);
  BOOST_TEST(read.error().what.size() < 300u);
  const auto write = acme.call({.method = "POST", .path_or_url = "/"});
  BOOST_REQUIRE(!write);
  BOOST_TEST((write.error().kind == ErrorKind::kUnknown));
}

BOOST_AUTO_TEST_CASE(an_empty_body_is_unexpected_unless_nothing_was_to_come) {
  Service acme;
  acme.answer = [](const ServerRequest& r, int) { return ServerReply{.status = r.method == "DELETE" ? 204 : 200}; };
  BOOST_TEST(!acme.call({.path_or_url = "/"}));
  const auto deleted = acme.call({.method = "DELETE", .path_or_url = "/"});
  BOOST_REQUIRE(deleted);
  BOOST_TEST(deleted->body.is_object());
}

BOOST_AUTO_TEST_CASE(a_million_brackets_are_refused_and_a_large_answer_is_read) {
  Service acme;
  acme.answer = [](const ServerRequest& r, int) {
    if (r.path == "/deep") return ServerReply{.body = std::string(1'000'000, '[')};
    Json rows = Json::array();
    for (int i = 0; i < 50'000; ++i) rows.push_back(i);
    return ServerReply{.body = rows.dump()};
  };
  BOOST_TEST(!acme.call({.path_or_url = "/deep"}));
  const auto large = acme.call({.path_or_url = "/large"});
  BOOST_REQUIRE(large);
  BOOST_TEST(large->body.size() == 50'000u);
}

BOOST_AUTO_TEST_CASE(a_truncated_answer_is_not_parsed_but_a_read_is_tried_again) {
  Service acme;
  acme.answer = [](const ServerRequest&, int n) {
    return ServerReply{.body = "{\"a\": 1}", .cut_after = n == 1 ? 7u : 100u};
  };
  const auto reply = acme.call({.path_or_url = "/"});
  BOOST_REQUIRE(reply);
  BOOST_TEST(reply->tries == 2);
}

BOOST_AUTO_TEST_CASE(retry_after_is_honoured_within_the_deadline) {
  Service acme;
  acme.answer = [](const ServerRequest&, int n) {
    return n == 1 ? ServerReply{.status = 429, .headers = {{"Retry-After", "7"}}, .body = "{}"}
                  : ServerReply{.body = "{}"};
  };
  const auto reply = acme.call({.path_or_url = "/"});
  BOOST_REQUIRE(reply);
  BOOST_TEST(reply->ok());
  BOOST_TEST(acme.clock.ahead.count() >= 7000);
  BOOST_TEST(acme.clock.ahead.count() < 9000);
}

BOOST_AUTO_TEST_CASE(a_wait_past_the_deadline_is_told_at_once_and_nothing_is_sent) {
  Service acme;
  acme.answer = [](const ServerRequest&, int) {
    return ServerReply{.status = 429, .headers = {{"Retry-After", "999999"}}, .body = "{}"};
  };
  const auto first = acme.call({.path_or_url = "/"});
  BOOST_REQUIRE(first);
  BOOST_TEST(first->status == 429);
  BOOST_TEST((first->retry_after == std::chrono::seconds(999999)));
  const auto second = acme.call({.path_or_url = "/"});
  BOOST_REQUIRE(!second);
  BOOST_TEST((second.error().kind == ErrorKind::kRateLimited));
  BOOST_TEST((second.error().retry_after <= kLongestRetryAfter + std::chrono::seconds(1)));
  BOOST_TEST(acme.asked == 1);
}

BOOST_AUTO_TEST_CASE(a_storm_of_refusals_costs_few_calls) {
  Service acme;
  acme.answer = [](const ServerRequest&, int) { return ServerReply{.status = 429, .body = "{}"}; };
  int over = 0;
  const Duration begun = acme.clock.ahead;
  for (int i = 0; i < 60; ++i)
    asio::co_spawn(acme.loop, acme.client.send({.path_or_url = "/"}),
                   [&](std::exception_ptr, Result<ServiceReply>) { ++over; });
  acme.turn(Duration(1500));
  BOOST_TEST(over == 60);
  BOOST_TEST(acme.asked < 30);
  BOOST_TEST((acme.clock.ahead - begun > std::chrono::seconds(10)));
}

BOOST_AUTO_TEST_CASE(a_429_about_money_holds_nobody_up) {
  Service acme;
  acme.answer = [](const ServerRequest& r, int) {
    return r.path == "/ok" ? ServerReply{.body = "{}"}
                           : ServerReply{.status = 429, .body = R"({"error":{"code":"insufficient_quota"}})"};
  };
  ServiceClient client({.name = "Acme",
                        .base_url = url_of(acme.server.port(), ""),
                        .is_rate_limit =
                            [](const ServiceReply& r) {
                              return get_string(get_object(r.body, "error"), "code") != "insufficient_quota";
                            }},
                       acme.http, acme.clock, acme.random);
  const auto refused = acme.run(client.send({.path_or_url = "/poor"}));
  BOOST_REQUIRE(refused);
  BOOST_TEST(refused->tries == 1);
  const auto fine = acme.run(client.send({.path_or_url = "/ok"}));
  BOOST_REQUIRE(fine);
  BOOST_TEST(acme.clock.ahead.count() == 0);
}

BOOST_AUTO_TEST_CASE(the_circuit_opens_after_five_failures_in_a_row_and_half_opens_after_30_s) {
  Service acme;
  bool down = true;
  acme.answer = [&](const ServerRequest&, int) { return down ? ServerReply{.drop = true} : ServerReply{.body = "{}"}; };
  for (int i = 0; i < kCallsUntilOpen; ++i) BOOST_TEST(!acme.call({.method = "POST", .path_or_url = "/"}));
  const auto closed = acme.call({.path_or_url = "/"});
  BOOST_REQUIRE(!closed);
  BOOST_TEST((closed.error().kind == ErrorKind::kUnavailable));
  BOOST_TEST(acme.asked == kCallsUntilOpen);
  acme.clock.ahead += kOpenFor;
  BOOST_TEST(!acme.call({.method = "POST", .path_or_url = "/"}));
  BOOST_TEST(acme.asked == kCallsUntilOpen + 1);
  acme.clock.ahead += kOpenFor;
  down = false;
  BOOST_TEST(acme.call({.path_or_url = "/"}).has_value());
  BOOST_TEST(acme.call({.path_or_url = "/"}).has_value());
}

BOOST_AUTO_TEST_CASE(at_most_eight_calls_run_at_once_and_the_others_wait) {
  Loopback net;
  PlayedClock clock;
  SeededRandom random(1);
  int open = 0, most = 0, over = 0;
  HttpServer server(net.loop, "127.0.0.1", 0, [&](ServerRequest) -> asio::awaitable<ServerReply> {
    most = std::max(most, ++open);
    asio::steady_timer pause(net.loop, std::chrono::milliseconds(30));
    co_await pause.async_wait(asio::use_awaitable);
    --open;
    co_return ServerReply{.body = "{}"};
  });
  ServiceClient client({.name = "Acme", .base_url = url_of(server.port(), "")}, net.http, clock, random);
  for (int i = 0; i < 40; ++i)
    asio::co_spawn(net.loop, client.send({.path_or_url = "/"}),
                   [&](std::exception_ptr, Result<ServiceReply> r) { over += r ? 1 : 0; });
  net.turn(Duration(1500));
  BOOST_TEST(over == 40);
  BOOST_TEST(most == kCallsAtOnce);
}

BOOST_AUTO_TEST_CASE(a_call_that_gives_up_waiting_gives_its_place_back) {
  Loopback net;
  PlayedClock clock;
  SeededRandom random(1);
  int answered = 0, refused = 0;
  HttpServer server(net.loop, "127.0.0.1", 0, [&](ServerRequest) -> asio::awaitable<ServerReply> {
    asio::steady_timer pause(net.loop, std::chrono::milliseconds(300));
    co_await pause.async_wait(asio::use_awaitable);
    co_return ServerReply{.body = "{}"};
  });
  ServiceClient client({.name = "Acme", .base_url = url_of(server.port(), "")}, net.http, clock, random);
  const auto start = [&](Duration timeout) {
    asio::co_spawn(net.loop, client.send({.path_or_url = "/", .timeout = timeout}),
                   [&](std::exception_ptr, Result<ServiceReply> r) { ++(r ? answered : refused); });
  };
  for (int i = 0; i < kCallsAtOnce; ++i) start(Duration(5000));
  start(Duration(50));
  start(Duration(5000));
  net.turn(Duration(1000));
  BOOST_TEST(answered == kCallsAtOnce + 1);
  BOOST_TEST(refused == 1);
}

BOOST_AUTO_TEST_CASE(credentials_never_go_to_a_foreign_host) {
  Service acme;
  for (const char* url : {"https://evil.test/2010/next", "https://api.acme.test.evil.test/",
                          "https://api.acme.test@evil.test/", "http://api.acme.test/plain",
                          "https://api.acme.test:444/x", "//evil.test/x", "https://api.acme.test\\@evil.test/"}) {
    const auto reply = acme.call({.path_or_url = url});
    BOOST_TEST((!reply || url[0] == '/'), url);
  }
  BOOST_TEST(acme.client.url_of("https://api.acme.test/v1/next?page=2").value() ==
             url_of(acme.server.port(), "/v1/next?page=2"));
  BOOST_TEST(acme.client.url_of(url_of(acme.server.port(), "/x")).value() == url_of(acme.server.port(), "/x"));
}

BOOST_AUTO_TEST_CASE(an_official_next_page_stays_at_the_official_host) {
  Service acme;
  ServiceClient client({.name = "Acme", .base_url = "https://api.acme.test", .official_hosts = {"*.acme.test"}},
                       acme.http, acme.clock, acme.random);
  BOOST_TEST(client.url_of("https://monitor.acme.test/v1/Alerts?Page=1", {{"a", "b"}}).value() ==
             "https://monitor.acme.test/v1/Alerts?Page=1&a=b");
  BOOST_TEST(!client.url_of("https://acme.test/x"));
}

BOOST_AUTO_TEST_CASE(a_base_url_is_the_services_own_loopback_or_allowed) {
  const std::vector<std::string> official{"api.twilio.com", "*.twilio.com"};
  for (const char* url : {"https://api.twilio.com", "https://monitor.twilio.com/v1", "http://127.0.0.1:4010",
                          "http://localhost:1", "https://[::1]:9"})
    BOOST_TEST(check_base_url(url, official, {}).has_value(), url);
  for (const char* url : {"http://api.twilio.com", "https://evil.test", "https://api.twilio.com:444",
                          "https://api.twilio.com@evil.test", "https://eviltwilio.com", "http://proxy.test",
                          "ftp://127.0.0.1", "http://127.0.0.1.evil.test", "api.twilio.com", "http://2130706433"})
    BOOST_TEST(!check_base_url(url, official, {}), url);
  BOOST_TEST(check_base_url("https://proxy.test", official, {"proxy.test"}).has_value());
  BOOST_TEST(check_base_url("https://proxy.test:8443", official, {"proxy.test:8443"}).has_value());
  BOOST_TEST(!check_base_url("http://proxy.test", official, {"proxy.test"}));
}

BOOST_AUTO_TEST_CASE(retry_after_is_read_in_every_form_and_garbage_is_nothing) {
  const Time now = parse_iso8601("1994-11-06T08:49:00Z").value();
  const auto ms = [&](const char* value) {
    return retry_after({{"retry-after", value}}, now).value_or(Duration(-1)).count();
  };
  BOOST_TEST(ms("30") == 30'000);
  BOOST_TEST(ms("0.5") == 500);
  BOOST_TEST(ms("999999") == 999'999'000);
  BOOST_TEST(ms("Sun, 06 Nov 1994 08:49:37 GMT") == 37'000);
  BOOST_TEST(ms("Sun, 06 Nov 1994 08:48:37 GMT") == -1);
  for (const char* bad : {"-5", "soon", "", "1e9", "99999999999999999999", "5s", "NaN"}) BOOST_TEST(ms(bad) == -1, bad);
  BOOST_TEST(retry_after({{"retry-after-ms", "644"}, {"retry-after", "9"}}, now)->count() == 644);
  BOOST_TEST(
      retry_after({{"date", "Sun, 06 Nov 1994 09:49:00 GMT"}, {"retry-after", "Sun, 06 Nov 1994 09:49:37 GMT"}}, now)
          ->count() == 37'000);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace apiops::net
