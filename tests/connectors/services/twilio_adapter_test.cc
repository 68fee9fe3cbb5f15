#include <boost/test/unit_test.hpp>

#include "tests/connectors/services/twilio_far_side.h"

using namespace apiops;
using apiops::testing::contains;
using apiops::testing::TwilioFarSide;

namespace {

struct Account : TwilioFarSide {
  std::unique_ptr<ServiceAdapter> adapter = make();
  Time ago(int minutes) const { return played.now() - std::chrono::minutes(minutes); }

  void with_failing_calls() {
    for (int i = 0; i < 5; ++i)
      add_call("CAbad" + std::to_string(i), kBroken, i % 2 ? "failed" : "completed", ago(60 + i), "11200");
    for (int i = 0; i < 3; ++i) add_call("CAok" + std::to_string(i), "+14155550101", "completed", ago(50 + i));
    add_call("CAbusy", "+14155550102", "busy", ago(40));
  }
  std::vector<Failure> all(FailureQuery query, std::map<std::string, long long>& scanned) {
    std::vector<Failure> found;
    auto reader = adapter->failures(std::move(query));
    for (int i = 0; i < 50; ++i) {
      auto page = run(reader->next());
      BOOST_REQUIRE(page);
      for (auto& f : page->items) found.push_back(std::move(f));
      for (const auto& [kind, n] : page->scanned) scanned[kind] += n;
      if (page->last) break;
    }
    return found;
  }
  long of_kind(const std::vector<Failure>& failures, std::string_view kind) {
    return std::ranges::count_if(failures, [&](const Failure& f) { return f.kind == kind; });
  }
};

bool has(const std::vector<std::string>& lines, std::string_view part) {
  return std::ranges::any_of(lines, [&](const std::string& line) { return contains(line, part); });
}

const Finding* found_by(const std::vector<Finding>& findings, std::string_view check, std::string_view resource = {}) {
  for (const auto& f : findings)
    if (f.check == check && (resource.empty() || f.resource == resource)) return &f;
  return nullptr;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(twilio_adapter)

BOOST_AUTO_TEST_CASE(failed_messages_are_picked_out_of_all_and_never_asked_for_by_status) {
  Account a;
  a.add_message("SM1", "delivered", nullptr, a.ago(10));
  a.add_message("SM2", "undelivered", 30007, a.ago(20));
  a.add_message("SM3", "failed", 21610, a.ago(30), false);  // never sent: no date_sent
  std::map<std::string, long long> scanned;
  const auto failures = a.all({.period = a.last_day(), .kinds = {"messages"}}, scanned);
  BOOST_REQUIRE(failures.size() == 2U);
  const bool sent_first = failures[0].resource == "SM2";
  const Failure &sent = failures[sent_first ? 0 : 1], &unsent = failures[sent_first ? 1 : 0];
  BOOST_TEST(sent.code == "30007");
  BOOST_TEST(sent.subject == "+14155550101");
  BOOST_TEST(unsent.resource == "SM3");
  BOOST_TEST(scanned.at("messages") == 3);
  for (const auto& request : a.asked)
    BOOST_TEST((request.path.find("Messages") == std::string::npos || request.parameter("Status").empty()));
}

BOOST_AUTO_TEST_CASE(calls_get_their_codes_from_alerts_and_each_is_told_once) {
  Account a;
  a.with_failing_calls();
  std::map<std::string, long long> scanned;
  const auto failures = a.all({.period = a.last_day()}, scanned);
  BOOST_TEST(a.of_kind(failures, "calls") == 5);
  BOOST_TEST(failures.size() == 5U);
  for (const auto& f : failures) BOOST_TEST((f.code == "11200" && f.subject == TwilioFarSide::kBroken));
}

BOOST_AUTO_TEST_CASE(busy_calls_are_told_only_where_calls_are_asked_for) {
  Account a;
  a.with_failing_calls();
  std::map<std::string, long long> scanned;
  const auto calls = a.all({.period = a.last_day(), .kinds = {"calls"}}, scanned);
  BOOST_TEST(calls.size() == 6U);
  BOOST_TEST(std::ranges::count_if(calls, [](const Failure& f) { return f.status == "busy" && f.code.empty(); }) == 1);
}

BOOST_AUTO_TEST_CASE(a_diagnosis_names_the_number_the_webhook_and_what_the_others_do) {
  Account a;
  a.with_failing_calls();
  const auto d = a.run(a.adapter->diagnose({.kind = "calls", .resource = {}, .period = a.last_day()}));
  BOOST_REQUIRE(d);
  BOOST_TEST(d->verdict == "Calls to +1 415 555 0134 fail because its voice webhook does not answer.");
  BOOST_TEST(has(d->evidence, "5 of 5 calls since 13:58 UTC ended with 11200; before that, none in 7 days"));
  BOOST_TEST(has(d->evidence, "https://old-gw.example.com/voice: the name does not resolve (checked just now)"));
  BOOST_TEST(has(d->evidence, "the other 4 numbers use"));
  BOOST_TEST(d->cause == "the number was left out when the others moved on 21 Nov.");
  BOOST_REQUIRE(d->remedy);
  BOOST_TEST(d->remedy->subject.at("intent") == "twilio.webhook.fix");
  BOOST_TEST(d->remedy->subject.at("slots").at("number") == TwilioFarSide::kBroken);
  BOOST_TEST(d->remedy->subject.at("slots").at("url") == a.healthy_url());
}

BOOST_AUTO_TEST_CASE(no_cause_is_named_where_the_others_did_not_move_together) {
  Account a;
  a.with_failing_calls();
  for (int i = 1; i <= 4; ++i) a.number("PN1" + std::to_string(i))["date_updated"] = to_rfc2822(a.days_ago(-i));
  const auto d = a.run(a.adapter->diagnose({.kind = "calls", .resource = {}, .period = a.last_day()}));
  BOOST_REQUIRE(d);
  BOOST_TEST(d->cause.empty());
  BOOST_TEST(d->remedy.has_value());
}

BOOST_AUTO_TEST_CASE(nothing_that_fails_is_told_as_good) {
  Account a;
  a.add_call("CA1", "+14155550101", "completed", a.ago(5));
  const auto d = a.run(a.adapter->diagnose({.kind = "calls", .resource = {}, .period = a.last_day()}));
  BOOST_REQUIRE(d);
  BOOST_TEST((d->tone == Tone::kGood));
}

BOOST_AUTO_TEST_CASE(a_number_that_is_not_ours_is_told_with_what_went_to_it_and_how_it_ended) {
  Account a;
  a.add_message("SM1", "delivered", nullptr, a.ago(30));
  a.add_message("SM2", "undelivered", 21610, a.ago(20));
  a.add_call("CA1", "+14155550101", "completed", a.ago(10));
  a.calls.back()["from"] = "+12025550177";
  const auto d = a.run(a.adapter->diagnose({.kind = {}, .resource = "+12025550177", .period = a.last_day()}));
  BOOST_REQUIRE(d);
  BOOST_TEST(d->verdict ==
             "Of 2 messages and 1 call with +1 202 555 0177, 1 failed with 21610: these people opted out (STOP).");
  BOOST_TEST(d->code == "21610");
  BOOST_REQUIRE(d->timeline.size() == 3u);
  BOOST_TEST(d->timeline[0].what == "message SM1 from +1 415 555 0101: delivered");
  BOOST_TEST((d->timeline[1].tone == Tone::kBad));
  BOOST_TEST(d->timeline[2].what == "call CA1 to +1 415 555 0101: completed");

  const auto messages =
      a.run(a.adapter->diagnose({.kind = "messages", .resource = "+12025550177", .period = a.last_day()}));
  BOOST_TEST((messages && messages->timeline.size() == 2u));
  const auto nobody = a.run(a.adapter->diagnose({.kind = {}, .resource = "+12025550178", .period = a.last_day()}));
  BOOST_TEST((nobody && nobody->verdict == "Nothing went to +1 202 555 0178 or came from it in this period."));
}

BOOST_AUTO_TEST_CASE(texts_of_one_of_our_numbers_are_diagnosed_where_texts_are_asked_about) {
  Account a;
  a.add_message("SM1", "delivered", nullptr, a.ago(30));
  a.add_message("SM2", "undelivered", 30007, a.ago(20));
  a.add_message("SM3", "undelivered", 30007, a.ago(10));
  a.messages.back()["from"] = "+14155550102";  // of another number
  for (const std::string kind : {"messages", ""}) {
    const auto d = a.run(a.adapter->diagnose({.kind = kind, .resource = "+14155550101", .period = a.last_day()}));
    BOOST_REQUIRE(d);
    BOOST_TEST(d->verdict.starts_with("1 of 2 messages failed, most with 30007"));
  }
}

BOOST_AUTO_TEST_CASE(a_diagnosis_that_could_read_only_half_says_so_and_is_not_good) {
  for (const std::string unread : {"Calls.json", "Messages.json"}) {
    Account a;
    a.add_message("SM1", "delivered", nullptr, a.ago(30));
    a.add_call("CA1", "+14155550101", "completed", a.ago(10));
    a.on("GET " + TwilioFarSide::kRoot + unread, 500, "<html>");
    const auto d = a.run(a.adapter->diagnose({.kind = {}, .resource = {}, .period = a.last_day()}));
    BOOST_REQUIRE(d);
    BOOST_TEST((d->tone == Tone::kWarning));
    BOOST_TEST(has(d->evidence, "could not be read: "), unread);
  }
}

BOOST_AUTO_TEST_CASE(health_tells_the_balance_and_how_long_it_lasts) {
  Account a;
  const auto health = a.run(a.adapter->health());
  BOOST_REQUIRE(health);
  BOOST_TEST((health->verdict == Verdict::kOperational));
  BOOST_TEST(has(health->facts, "balance $83.10, about 9 days at this rate"));
  BOOST_TEST(health->latency.has_value());
  BOOST_TEST(a.count("GET", "/2010-04-01/Accounts/" + TwilioFarSide::kSid + ".json") == 0);
}

BOOST_AUTO_TEST_CASE(a_server_that_fails_is_tried_three_times_and_then_told) {
  Account a;
  const std::string path = TwilioFarSide::kRoot + "Messages.json";
  a.on("GET " + path, 500, "<html>");
  const auto health = a.run(a.adapter->health());
  BOOST_REQUIRE(health);
  BOOST_TEST((health->verdict == Verdict::kDown));
  BOOST_TEST(a.count("GET", path) == 3);
}

BOOST_AUTO_TEST_CASE(a_refused_credential_and_a_missing_resource_say_what_is_meant) {
  Account a;
  a.on("GET " + TwilioFarSide::kRoot + "Messages.json", 401, R"({"code":20003,"message":"Authenticate","status":401})");
  const auto states = a.run(a.adapter->credentials(true));
  BOOST_REQUIRE(states);
  BOOST_TEST((states->back().accepted == std::optional(false)));
  BOOST_TEST(states->back().shown == "0123…cdef");
  a.on("GET " + TwilioFarSide::kRoot + "Messages/SM9.json", 404,
       R"({"code":20404,"message":"not found","status":404})");
  const auto missing = a.run(a.adapter->resource("SM9"));
  BOOST_REQUIRE(!missing);
  BOOST_TEST(contains(missing.error().what, "account AC…cdef"));
}

BOOST_AUTO_TEST_CASE(wrong_and_missing_fields_never_throw) {
  Account a;
  a.on("GET " + TwilioFarSide::kRoot + "Calls.json", 200,
       R"({"calls":[{"sid":7,"status":null,"start_time":[]},null,"x",{}],"next_page_uri":5})");
  a.on("GET " + TwilioFarSide::kRoot + "Messages.json", 200, R"({"messages":"none"})");
  a.on("GET /v1/Alerts", 200, R"({"meta":[],"alerts":[{"sid":null,"error_code":{}}]})");
  a.on("GET " + TwilioFarSide::kRoot + "Balance.json", 200, R"({"balance":null})");
  BOOST_TEST(a.run(a.adapter->health()).has_value());
  BOOST_TEST(!a.run(a.adapter->balance()).has_value());
  BOOST_TEST(a.run(a.adapter->diagnose({.kind = "calls", .resource = {}, .period = a.last_day()})).has_value());
  // A page without a list is no page: "no message failed" would not be true.
  BOOST_TEST(!a.run(a.adapter->diagnose({.kind = "messages", .resource = {}, .period = a.last_day()})).has_value());
}

BOOST_AUTO_TEST_CASE(the_configuration_audit_finds_what_is_wrong_and_offers_the_repair) {
  Account a;
  a.number("PN11")["trunk_sid"] = "TK1";
  a.number("PN12")["voice_url"] = "";
  a.on(
      "GET /v1/Services", 200,
      R"({"meta":{"key":"services","next_page_url":null},"services":[{"sid":"MG1","friendly_name":"alerts","inbound_request_url":null,"use_inbound_webhook_on_number":false,"us_app_to_person_registered":false,"status_callback":null}]})");
  a.on("GET /v1/Services/MG1/PhoneNumbers", 200,
       R"({"meta":{"key":"phone_numbers"},"phone_numbers":[{"phone_number":"+14155550101"}]})");
  const auto findings = a.run(a.adapter->audit_configuration(""));
  BOOST_REQUIRE(findings);
  const Finding* dead = found_by(*findings, "webhook_dead", TwilioFarSide::kBroken);
  BOOST_REQUIRE(dead);
  BOOST_TEST((dead->severity == "critical" && dead->remedy));
  for (const char* check :
       {"webhook_not_https", "webhook_ignored", "no_webhook", "service_without_inbound", "unregistered_a2p",
        "number_without_service", "no_fallback", "no_status_callback", "old_key", "idle_number"})
    BOOST_TEST(found_by(*findings, check), check);
  BOOST_TEST(findings->front().severity == "critical");
}

BOOST_AUTO_TEST_CASE(error_rates_name_the_number_and_its_repair) {
  Account a;
  a.with_failing_calls();
  const auto rates = a.run(a.adapter->error_rates(a.last_day()));
  BOOST_REQUIRE(rates);
  const auto broken = std::ranges::find_if(*rates, [](const auto& r) { return r.subject == TwilioFarSide::kBroken; });
  BOOST_REQUIRE((broken != rates->end()));
  BOOST_TEST(broken->failed == 5);
  BOOST_TEST(broken->total == 5);
  BOOST_TEST(broken->code == "11200");
  BOOST_TEST(broken->evidence == "the webhook old-gw.example.com: the name does not resolve");
  BOOST_TEST(broken->remedy.has_value());
}

BOOST_AUTO_TEST_SUITE_END()
