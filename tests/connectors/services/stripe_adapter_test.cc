#include <boost/test/unit_test.hpp>

#include "connectors/services/stripe/operations/payment_refund.h"
#include "connectors/services/stripe/stripe.h"
#include "tests/connectors/services/far_side.h"

using namespace apiops;
using apiops::testing::contains;
using apiops::testing::FarSide;

namespace {

struct Stripe : FarSide {
  std::unique_ptr<ServiceAdapter> make(const char* key = "sk_test_abcdefghijklmnopqrst") {
    StripeOptions options;
    options.base_url = url();
    options.status_url = url() + "/status";
    options.secret_key = Secret(key);
    return make_stripe(options, http, guard, clock, random);
  }
  Operation& operation(ServiceAdapter& adapter, std::string_view name) {
    for (Operation* each : adapter.operations()) {
      if (each->name() == name) return *each;
    }
    throw std::runtime_error("no such operation");
  }
  Period last_day() { return {clock.now() - std::chrono::hours(24), clock.now() + std::chrono::minutes(1)}; }

  std::string charge(long long amount, long long refunded, const char* more = "") {
    return R"({"id":"ch_1","object":"charge","status":"succeeded","currency":"usd","created":1795000000,"amount":)" +
           std::to_string(amount) + R"(,"amount_captured":)" + std::to_string(amount) + R"(,"amount_refunded":)" +
           std::to_string(refunded) + more + "}";
  }
  // Refunds as Stripe makes them: one for each key, the first answer again for the same key. `lose`: answers that are
  // lost.
  void with_refunds(int lose = 0) {
    lost = lose;
    on("GET /v1/charges/ch_1", 200, charge(5000, 0));
    on("POST /v1/refunds", [this](const net::ServerRequest& request) {
      std::string step, amount;
      for (const auto& [name, value] : request.form()) {
        if (name == "metadata[apiops_step]") step = value;
        if (name == "amount") amount = value;
      }
      keys.push_back(request.header("idempotency-key"));
      refunds.try_emplace(keys.back(), R"({"id":"re_)" + std::to_string(refunds.size() + 1) +
                                           R"(","object":"refund","status":"succeeded","currency":"usd","amount":)" +
                                           amount + R"(,"metadata":{"apiops_step":")" + step + R"("}})");
      net::ServerReply reply{200, {}, refunds.at(keys.back())};
      reply.drop = lost-- > 0;
      return reply;
    });
    on("GET /v1/refunds", [this](const net::ServerRequest&) {
      std::string rows;
      if (!hide) {
        for (const auto& [key, body] : refunds) rows += (rows.empty() ? "" : ",") + body;
      }
      return net::ServerReply{200, {}, R"({"object":"list","has_more":false,"data":[)" + rows + "]}"};
    });
  }
  Attempt attempt() {
    return {
        make_id(clock.now(), random), "plan1-1", Json{{"charge", "ch_1"}, {"amount", 2000}, {"currency", "usd"}}, {}};
  }

  int lost = 0;
  bool hide = false;
  std::vector<std::string> keys;
  std::map<std::string, std::string> refunds;
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(stripe_adapter, Stripe)

BOOST_AUTO_TEST_CASE(the_mode_comes_from_the_key) {
  BOOST_TEST(make()->environment() == "test");
  BOOST_TEST(make("rk_live_abcdefghijklmnopqrst")->environment() == "live");
}

BOOST_AUTO_TEST_CASE(every_call_pins_the_version) {
  on("GET /v1/balance", 200,
     R"({"object":"balance","livemode":false,"available":[{"amount":250,"currency":"jpy"}],"pending":[]})");
  const auto balance = run(make()->balance());
  BOOST_REQUIRE(balance.has_value());
  BOOST_TEST(to_text(balance->front().available) == "¥250");
  BOOST_TEST(asked.back().header("stripe-version") == "2026-10-28.endive");
}

BOOST_AUTO_TEST_CASE(a_partial_refund_is_planned_in_the_payments_currency) {
  with_refunds();
  const auto adapter = make();
  Operation& refund = operation(*adapter, "stripe.payment.refund");
  const auto planned = run(refund.plan(Json{{"payment", "ch_1"}, {"amount", {{"amount", "20"}, {"currency", "usd"}}}}));
  BOOST_REQUIRE(planned.has_value());
  BOOST_REQUIRE(planned->draft.has_value());
  const StepDraft& step = planned->draft->steps.front();
  BOOST_TEST(step.parameters["amount"].get<long long>() == 2000);
  BOOST_TEST(to_text(*step.cost) == "$20.00");
  BOOST_TEST(step.environment == "test");
  BOOST_TEST(run(refund.observe(step.parameters)).value() == step.expected);
  BOOST_TEST(keys.empty());
}

BOOST_AUTO_TEST_CASE(more_than_is_left_is_refused_and_so_is_another_currency) {
  on("GET /v1/charges/ch_1", 200, charge(5000, 4000));
  const auto adapter = make();
  Operation& refund = operation(*adapter, "stripe.payment.refund");
  const auto too_much =
      run(refund.plan(Json{{"payment", "ch_1"}, {"amount", {{"amount", "20"}, {"currency", "usd"}}}}));
  BOOST_REQUIRE(too_much->refusal.has_value());
  BOOST_TEST(contains(too_much->refusal->what, "Only $10.00"));
  const auto other = run(refund.plan(Json{{"payment", "ch_1"}, {"amount", {{"amount", "5"}, {"currency", "eur"}}}}));
  BOOST_REQUIRE(other->refusal.has_value());
  BOOST_TEST(other->refusal->missing_slot == "amount");
}

BOOST_AUTO_TEST_CASE(a_disputed_payment_is_planned_with_a_warning) {
  on("GET /v1/charges/ch_1", 200, charge(5000, 0, R"(,"disputed":true)"));
  const auto adapter = make();
  const auto planned = run(operation(*adapter, "stripe.payment.refund").plan(Json{{"payment", "ch_1"}}));
  BOOST_REQUIRE(planned->draft.has_value());
  BOOST_TEST(planned->draft->warnings.size() == 1);
}

BOOST_AUTO_TEST_CASE(a_lost_reply_is_unknown_then_found_and_there_is_one_refund) {
  with_refunds(1);
  const auto adapter = make();
  Operation& refund = operation(*adapter, "stripe.payment.refund");
  const Attempt sent = attempt();
  BOOST_TEST((run(refund.execute(sent)).outcome == Outcome::kUnknown));
  const auto found = run(refund.reconcile(sent));
  BOOST_TEST((found.outcome == Outcome::kDone));
  BOOST_TEST(contains(found.told, "$20.00 refunded: re_1"));
  BOOST_TEST(refunds.size() == 1);
  BOOST_TEST(keys.size() == 1);
}

BOOST_AUTO_TEST_CASE(what_the_list_does_not_show_yet_is_repeated_with_the_same_key) {
  with_refunds(1);
  hide = true;
  const auto adapter = make();
  Operation& refund = operation(*adapter, "stripe.payment.refund");
  const Attempt sent = attempt();
  run(refund.execute(sent));
  BOOST_TEST((run(refund.reconcile(sent)).outcome == Outcome::kDone));
  BOOST_TEST(keys.size() == 2);
  BOOST_TEST(keys[0] == keys[1]);
  BOOST_TEST(refunds.size() == 1);
}

BOOST_AUTO_TEST_CASE(after_a_day_an_attempt_is_looked_up_and_never_sent_again) {
  with_refunds();
  const auto adapter = make();
  const Attempt old = attempt();
  clock.shift = std::chrono::hours(24);
  const auto found = run(operation(*adapter, "stripe.payment.refund").reconcile(old));
  BOOST_TEST((found.outcome == Outcome::kNotDone));
  BOOST_TEST(keys.empty());
}

BOOST_AUTO_TEST_CASE(a_stored_500_is_the_last_word_once_the_list_shows_no_refund) {
  with_refunds();
  on("POST /v1/refunds", 500, R"({"error":{"type":"api_error","message":"x"}})", {{"Stripe-Should-Retry", "false"}});
  const auto adapter = make();
  Operation& refund = operation(*adapter, "stripe.payment.refund");
  const Attempt sent = attempt();
  BOOST_TEST((run(refund.execute(sent)).outcome == Outcome::kUnknown));
  BOOST_TEST(count("POST", "/v1/refunds") == 1);  // a 500 on a write is not tried again by itself
  BOOST_TEST((run(refund.reconcile(sent)).outcome == Outcome::kNotDone));
}

BOOST_AUTO_TEST_CASE(a_500_that_may_be_retried_stays_unknown) {
  with_refunds();
  on("POST /v1/refunds", 500, R"({"error":{"type":"api_error","message":"x"}})", {{"Stripe-Should-Retry", "true"}});
  const auto adapter = make();
  BOOST_TEST((run(operation(*adapter, "stripe.payment.refund").reconcile(attempt())).outcome == Outcome::kUnknown));
}

BOOST_AUTO_TEST_CASE(a_refusal_shows_code_and_message_and_nothing_of_the_objects_in_it) {
  with_refunds();
  on("POST /v1/refunds", 400,
     R"({"error":{"type":"invalid_request_error","code":"charge_already_refunded","message":"Charge ch_1 has already been refunded.",
     "payment_intent":{"client_secret":"pi_1_secret_abcdefghij1234567890","receipt_email":"jane@example.com"}}})");
  const auto adapter = make();
  const auto result = run(operation(*adapter, "stripe.payment.refund").execute(attempt()));
  BOOST_TEST((result.outcome == Outcome::kNotDone));
  BOOST_TEST(contains(result.told, "charge_already_refunded"));
  BOOST_TEST(!contains(result.told, "secret"));
  BOOST_TEST(!contains(result.told, "jane"));
}

BOOST_AUTO_TEST_CASE(a_switch_is_planned_with_its_undo_and_read_back) {
  std::string status = "disabled";
  const auto body = [&status] {
    return R"({"id":"we_1","object":"webhook_endpoint","url":"https://hooks.example.com/a","status":")" + status +
           R"(","enabled_events":["charge.*"]})";
  };
  on("GET /v1/webhook_endpoints", [&](const net::ServerRequest&) {
    return net::ServerReply{200, {}, R"({"object":"list","has_more":false,"data":[)" + body() + "]}"};
  });
  on("GET /v1/webhook_endpoints/we_1", [&](const net::ServerRequest&) { return net::ServerReply{200, {}, body()}; });
  on("POST /v1/webhook_endpoints/we_1", [&](const net::ServerRequest& request) {
    status = request.body == "disabled=false" ? "enabled" : "disabled";
    return net::ServerReply{200, {}, body()};
  });
  const auto adapter = make();
  Operation& enable = operation(*adapter, "stripe.webhook.enable");
  const auto planned = run(enable.plan(Json::object()));
  BOOST_REQUIRE(planned->draft.has_value());
  const StepDraft& step = planned->draft->steps.front();
  BOOST_TEST(step.undo_operation == "stripe.webhook.disable");
  const auto result = run(enable.execute({"a", "k", step.parameters, step.expected}));
  BOOST_TEST((result.outcome == Outcome::kDone));
  BOOST_TEST(status == "enabled");
  const auto again = run(enable.plan(Json{{"endpoint", "we_1"}}));
  BOOST_TEST(again->refusal.has_value());
}

BOOST_AUTO_TEST_CASE(one_failed_try_with_two_events_is_one_failure) {
  const std::string now = std::to_string(to_millis(clock.now()) / 1000);
  on("GET /v1/events", 200,
     R"({"object":"list","has_more":false,"data":[
       {"id":"evt_2","type":"payment_intent.payment_failed","created":)" +
         now +
         R"(,"data":{"object":{"id":"pi_1","object":"payment_intent","amount":2000,"currency":"usd","status":"requires_payment_method","latest_charge":"ch_1","last_payment_error":{"code":"card_declined","decline_code":"insufficient_funds","charge":"ch_1"}}}},
       {"id":"evt_1","type":"charge.failed","created":)" +
         now +
         R"(,"data":{"object":{"id":"ch_1","object":"charge","amount":2000,"currency":"usd","status":"failed","payment_intent":"pi_1","failure_code":"card_declined","outcome":{"reason":"insufficient_funds"}}}}]})");
  const auto adapter = make();
  FailureQuery query;
  query.period = last_day();
  query.kinds = {"payments"};
  const auto page = run(adapter->failures(query)->next());
  BOOST_REQUIRE(page.has_value());
  BOOST_REQUIRE(page->items.size() == 1);
  BOOST_TEST(page->items.front().detail == "insufficient_funds");
  BOOST_TEST(page->items.front().resource == "pi_1");
  BOOST_TEST(to_text(*page->items.front().amount) == "$20.00");
  BOOST_TEST(page->last);
}

BOOST_AUTO_TEST_CASE(a_list_that_repeats_its_page_ends_and_says_so) {
  on("GET /v1/webhook_endpoints", 200,
     R"({"object":"list","has_more":true,"data":[{"id":"we_1","url":"https://a.example.com","status":"enabled"}]})");
  const auto page = run(make()->resources("webhooks", ""));
  BOOST_REQUIRE(page.has_value());
  BOOST_TEST(page->cut);
  BOOST_TEST(count("GET", "/v1/webhook_endpoints") == 2);
}

BOOST_AUTO_TEST_CASE(a_restricted_key_that_lacks_a_permission_is_told_which) {
  on("GET /v1/balance", 403,
     R"({"error":{"type":"invalid_request_error","message":"The provided key 'rk_test_***' does not have the required permissions. Having the 'rak_balance_read' permission would allow this."}})");
  const auto keys = run(make("rk_test_abcdefghijklmnopqrst")->credentials(true));
  BOOST_REQUIRE(keys.has_value());
  BOOST_TEST(keys->front().accepted.value());
  BOOST_TEST(contains(keys->front().trouble, "rak_balance_read"));
}

BOOST_AUTO_TEST_CASE(a_disabled_endpoint_and_one_that_does_not_resolve_are_told_with_what_waits_for_them) {
  guard.rules().only_static = true;
  const std::string now = std::to_string(to_millis(clock.now()) / 1000);
  on("GET /v1/webhook_endpoints", 200,
     R"({"object":"list","has_more":false,"data":[
       {"id":"we_1","url":"https://a.example.com/x","status":"disabled","enabled_events":["invoice.*"],"created":1},
       {"id":"we_2","url":"https://10.0.0.1/x","status":"enabled","enabled_events":["charge.failed"],"created":1}]})");
  on("GET /v1/events", 200,
     R"({"object":"list","has_more":false,"data":[{"id":"evt_1","type":"invoice.paid","created":)" + now +
         R"(,"pending_webhooks":1}]})");
  const auto adapter = make();
  const auto found = run(adapter->diagnose({"webhooks", "", last_day()}));
  BOOST_REQUIRE(found.has_value());
  BOOST_TEST(found->verdict == "Of 2 Stripe webhook endpoints, 1 is disabled; 1 event is undelivered.");
  BOOST_REQUIRE(found->evidence.size() >= 2);
  BOOST_TEST(contains(
      found->evidence[0],
      "(we_1) is disabled and has a host name that does not resolve (looked just now); 1 event waits: 1 invoice.paid"));
  BOOST_TEST(contains(found->evidence[1], "(we_2) was not probed: "));
  BOOST_TEST(!found->remedy.has_value());  // enabling what can't be reached mends nothing
}

BOOST_AUTO_TEST_CASE(an_attempts_time_is_read_from_its_id) {
  const Time now = clock.now();
  BOOST_TEST(to_millis(stripe::made_at(make_id(now, random)).value()) == to_millis(now));
  BOOST_TEST(!stripe::made_at("attempt-1").has_value());
}

BOOST_AUTO_TEST_SUITE_END()
