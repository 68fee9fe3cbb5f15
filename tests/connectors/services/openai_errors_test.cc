#include "connectors/services/openai/openai_errors.h"

#include <boost/test/unit_test.hpp>
#include <nlohmann/json.hpp>

#include "connectors/services/openai/rate_headers.h"
#include "connectors/services/openai/readings.h"

using namespace apiops;
using namespace apiops::openai;

namespace {

net::ServiceReply reply(int status, const char* body, net::Headers headers = {}) {
  net::ServiceReply made;
  made.status = status;
  made.headers = std::move(headers);
  made.body = parse_json(body).value_or(Json::object());
  return made;
}

Trouble trouble(int status, const char* body) { return trouble_of(error_of(reply(status, body))); }

}  // namespace

BOOST_AUTO_TEST_SUITE(openai_errors)

BOOST_AUTO_TEST_CASE(durations_are_read_as_go_writes_them) {
  const std::pair<const char*, long long> vectors[] = {
      {"1s", 1'000'000},         {"20ms", 20'000},     {"6m0s", 360'000'000}, {"1m30.5s", 90'500'000}, {"0s", 0},
      {"1h0m0s", 3'600'000'000}, {"8.64s", 8'640'000}, {"500us", 500},        {"500µs", 500}};
  for (const auto& [text, micros] : vectors) {
    const auto read = parse_go_duration(text);
    BOOST_REQUIRE_MESSAGE(read.has_value(), text);
    BOOST_TEST(read->count() == micros, text);
  }
  for (const char* bad : {"", "abc", "5", "1x", "-1s", "1..5s", ".s", "s"})
    BOOST_TEST(!parse_go_duration(bad).has_value(), bad);
}

BOOST_AUTO_TEST_CASE(the_five_families_of_429_are_told_apart) {
  BOOST_TEST(
      (trouble(429, R"({"error":{"type":"insufficient_quota","code":"insufficient_quota","message":"quota"}})") ==
       Trouble::kMoney));
  BOOST_TEST(
      (trouble(429, R"({"error":{"type":"insufficient_quota","code":"project_spend_limit_exceeded","message":"m"}})") ==
       Trouble::kMoney));
  BOOST_TEST((trouble(429, R"({"error":{"type":"insufficient_quota","code":null,"message":"m"}})") == Trouble::kMoney));
  BOOST_TEST(
      (trouble(429,
               R"({"error":{"type":"tokens","code":"rate_limit_exceeded","message":"Rate limit reached for x"}})") ==
       Trouble::kRate));
  BOOST_TEST((
      trouble(
          429,
          R"({"error":{"type":"tokens","code":"rate_limit_exceeded","message":"Request too large for x: Limit 30000, Requested 31538"}})") ==
      Trouble::kTooLarge));
  BOOST_TEST(
      (trouble(429, R"({"error":{"type":"rate_limit_error","code":"slow_down","message":"m"}})") == Trouble::kRamp));
  BOOST_TEST(
      (trouble(429, R"({"error":{"type":"requests","code":null,"message":"The engine is currently overloaded"}})") ==
       Trouble::kOverload));
}

BOOST_AUTO_TEST_CASE(money_is_never_worth_a_retry) {
  const Error error = error_of(
      reply(429, R"({"error":{"type":"insufficient_quota","code":"credit_balance_exhausted","message":"m"}})"));
  BOOST_TEST((error.kind == ErrorKind::kRejected));
  BOOST_TEST(!error.retry_after.has_value());
}

BOOST_AUTO_TEST_CASE(errors_in_odd_shapes_are_read_too) {
  BOOST_TEST((trouble(401, R"({"error":"You have insufficient permissions. Missing scopes: api.usage.read"})") ==
              Trouble::kScope));
  BOOST_TEST((trouble(401, R"({"error":{"message":"Incorrect API key provided","code":"invalid_api_key"}})") ==
              Trouble::kKey));
  BOOST_TEST((trouble(403, R"({"error":{"code":"unsupported_country_region_territory","type":"request_forbidden"}})") ==
              Trouble::kRegion));
  BOOST_TEST(
      (trouble(403, R"({"error":{"code":"model_not_found","message":"Project p does not have access to model m"}})") ==
       Trouble::kModel));
  BOOST_TEST((trouble(404, R"({"code":404,"message":"Project not found"})") == Trouble::kRequest));
  BOOST_TEST((trouble(502, "") == Trouble::kOverload));
  BOOST_TEST((trouble(400, R"({"error":{"code":17,"message":null,"type":[]}})") == Trouble::kRequest));
}

BOOST_AUTO_TEST_CASE(the_figures_of_a_rate_limit_are_taken_from_its_text) {
  const auto read = read_rate_text(
      "Rate limit reached for gpt-4.1 in organization org-x on tokens per min (TPM): Limit 30000, Used 29937, "
      "Requested 385. "
      "Please try again in 644ms. Visit https://platform.openai.com/account/rate-limits to learn more.");
  BOOST_TEST(read.limit.value() == 30000);
  BOOST_TEST(read.used.value() == 29937);
  BOOST_TEST(read.requested.value() == 385);
  BOOST_TEST(read.unit == "TPM");
  BOOST_TEST(read.wait.value().count() == 644);
  BOOST_TEST(!read_rate_text("Slow down").limit.has_value());
}

BOOST_AUTO_TEST_CASE(rate_headers_name_limit_left_and_reset) {
  const auto rates = read_rate_headers(reply(200, "{}",
                                             {{"x-ratelimit-limit-requests", "60"},
                                              {"x-ratelimit-remaining-requests", "59"},
                                              {"x-ratelimit-reset-requests", "1s"},
                                              {"x-ratelimit-limit-tokens", "nonsense"}}));
  BOOST_TEST(rates.requests.limit.value() == 60);
  BOOST_TEST(rates.requests.left.value() == 59);
  BOOST_TEST(rates.requests.reset.value().count() == 1000);
  BOOST_TEST(!rates.tokens.limit.has_value());
  BOOST_TEST(!rates.project_tokens.known());
}

BOOST_AUTO_TEST_CASE(a_key_is_recognised_by_the_head_and_tail_that_are_shown) {
  const Secret key("sk-proj-abcdefghijklmnopqrstuvwxyz1234");
  BOOST_TEST(shows_this_key("sk-proj-...1234", key));
  BOOST_TEST(shows_this_key("sk-proj-****1234", key));
  BOOST_TEST(shows_this_key("sk-p…1234", key));
  BOOST_TEST(!shows_this_key("sk-proj-...9999", key));
  BOOST_TEST(!shows_this_key("sk-proj-abcdefghijklmnopqrstuvwxyz1234", key));
  BOOST_TEST(!shows_this_key("...4", key));
}

BOOST_AUTO_TEST_SUITE_END()
