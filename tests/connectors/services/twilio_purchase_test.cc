#include <boost/test/unit_test.hpp>

#include "engine/base/money.h"
#include "tests/connectors/services/twilio_far_side.h"

using namespace apiops;
using apiops::testing::contains;
using apiops::testing::TwilioFarSide;

namespace {

struct Shop : TwilioFarSide {
  std::unique_ptr<ServiceAdapter> adapter = make();
  Operation& buy = operation(*adapter, "twilio.number.buy");

  StepDraft planned() {
    auto plan = run(buy.plan(Json{{"area_code", "415"}}));
    BOOST_REQUIRE(plan);
    BOOST_REQUIRE(plan->draft);
    BOOST_REQUIRE(plan->draft->steps.size() == 1U);
    return plan->draft->steps.front();
  }
  Attempt attempt(const StepDraft& step) { return {"01ATTEMPT", "plan-1", step.parameters, step.expected}; }
};

}  // namespace

BOOST_AUTO_TEST_SUITE(twilio_purchase)

BOOST_AUTO_TEST_CASE(a_plan_names_one_exact_number_with_its_price_as_the_ceiling) {
  Shop shop;
  const StepDraft step = shop.planned();
  BOOST_TEST(step.summary == "Buy +1 415 555 0162 (US, local, SMS and voice)");
  BOOST_TEST(to_text(*step.monthly_cost) == "$1.15");
  BOOST_TEST((step.risk == Risk::kSpend));
  BOOST_TEST(step.parameters.at("number") == TwilioFarSide::kOffer);
  const auto seen = shop.run(shop.buy.observe(step.parameters));
  BOOST_REQUIRE(seen);
  BOOST_TEST(canonical(*seen) == canonical(step.expected));
  BOOST_TEST(shop.orders() == 0);
}

BOOST_AUTO_TEST_CASE(a_number_that_is_bought_bears_the_attempt_in_its_name) {
  Shop shop;
  const StepResult done = shop.run(shop.buy.execute(shop.attempt(shop.planned())));
  BOOST_TEST((done.outcome == Outcome::kDone));
  BOOST_TEST(done.told == "+1 415 555 0162 is ours: PNnew · $1.15 a month");
  BOOST_TEST(shop.numbers.back().at("friendly_name") == "apiops 01ATTEMPT");
  BOOST_TEST(shop.orders() == 1);
}

BOOST_AUTO_TEST_CASE(a_lost_reply_is_found_by_reading_and_exactly_one_number_is_bought) {
  Shop shop;
  const Attempt attempt = shop.attempt(shop.planned());
  shop.purchase = TwilioFarSide::Purchase::kDoneButLost;
  const StepResult lost = shop.run(shop.buy.execute(attempt));
  BOOST_TEST((lost.outcome == Outcome::kUnknown));
  BOOST_TEST(contains(lost.told, "I will not order again"));
  const StepResult found = shop.run(shop.buy.reconcile(attempt));
  BOOST_TEST((found.outcome == Outcome::kDone));
  BOOST_TEST(found.result.at("sid") == "PNnew");
  BOOST_TEST(shop.orders() == 1);
}

BOOST_AUTO_TEST_CASE(a_server_error_on_an_order_is_unknown_and_three_looks_over_a_minute_prove_it_was_not_done) {
  Shop shop;
  const Attempt attempt = shop.attempt(shop.planned());
  shop.purchase = TwilioFarSide::Purchase::kServerError;
  BOOST_TEST((shop.run(shop.buy.execute(attempt)).outcome == Outcome::kUnknown));
  const Duration before = shop.played.ahead;
  const StepResult found = shop.run(shop.buy.reconcile(attempt));
  BOOST_TEST((found.outcome == Outcome::kNotDone));
  BOOST_TEST((shop.played.ahead - before >= Duration(60'000)));
  BOOST_TEST(shop.orders() == 1);
}

BOOST_AUTO_TEST_CASE(a_number_that_is_ours_under_another_name_is_left_to_a_person) {
  Shop shop;
  const Attempt attempt = shop.attempt(shop.planned());
  shop.add_number("PNother", TwilioFarSide::kOffer, "", 0, 0);
  BOOST_TEST((shop.run(shop.buy.reconcile(attempt)).outcome == Outcome::kUnknown));
}

BOOST_AUTO_TEST_CASE(a_look_that_fails_leaves_the_outcome_unknown) {
  Shop shop;
  const Attempt attempt = shop.attempt(shop.planned());
  shop.on("GET " + TwilioFarSide::kRoot + "IncomingPhoneNumbers.json", 503, "{}");
  BOOST_TEST((shop.run(shop.buy.reconcile(attempt)).outcome == Outcome::kUnknown));
  BOOST_TEST(shop.orders() == 0);
}

BOOST_AUTO_TEST_CASE(a_number_that_was_sold_meanwhile_is_not_done_and_says_so) {
  Shop shop;
  const Attempt attempt = shop.attempt(shop.planned());
  shop.purchase = TwilioFarSide::Purchase::kSold;
  const StepResult sold = shop.run(shop.buy.execute(attempt));
  BOOST_TEST((sold.outcome == Outcome::kNotDone));
  BOOST_TEST(contains(sold.told, "sold to someone else"));
}

BOOST_AUTO_TEST_CASE(a_higher_price_and_a_number_that_is_gone_are_seen_before_the_order) {
  Shop shop;
  const StepDraft step = shop.planned();
  shop.price = "1.20";
  BOOST_TEST(canonical(*shop.run(shop.buy.observe(step.parameters))) != canonical(step.expected));
  shop.price = "1.00";  // cheaper is within the ceiling
  BOOST_TEST(canonical(*shop.run(shop.buy.observe(step.parameters))) == canonical(step.expected));
  shop.on_offer = false;
  BOOST_TEST(canonical(*shop.run(shop.buy.observe(step.parameters))) != canonical(step.expected));
}

BOOST_AUTO_TEST_CASE(a_number_that_is_ours_already_and_too_many_numbers_are_refused) {
  Shop shop;
  auto ours = shop.run(shop.buy.plan(Json{{"number", TwilioFarSide::kBroken}}));
  BOOST_REQUIRE(ours);
  BOOST_REQUIRE(ours->refusal);
  BOOST_TEST(contains(ours->refusal->what, "ours already"));
  auto many = shop.run(shop.buy.plan(Json{{"count", "11"}, {"area_code", "415"}}));
  BOOST_REQUIRE(many->refusal);
  BOOST_TEST(many->refusal->missing_slot == "count");
}

BOOST_AUTO_TEST_CASE(more_numbers_than_are_on_offer_are_refused_with_what_there_is) {
  Shop shop;
  auto plan = shop.run(shop.buy.plan(Json{{"count", "2"}, {"area_code", "415"}}));
  BOOST_REQUIRE(plan->refusal);
  BOOST_TEST(plan->refusal->choices.size() == 1U);
  BOOST_TEST(plan->refusal->choices.front().label == "+1 415 555 0162 · $1.15 a month");
}

BOOST_AUTO_TEST_SUITE_END()
