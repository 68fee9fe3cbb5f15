// The rows of the fault list that meet a purchase or another write of the Twilio adapter. The rows on reads stand
// beside the tests of the reads.
#include "tests/connectors/services/twilio_far_side.h"
#include "tests/connectors/twilio/simulated_twilio.h"

using namespace apiops;
using apiops::testing::SimulatedTwilio;
using apiops::testing::TwilioFarSide;

namespace {

struct Shop : TwilioFarSide {
  std::unique_ptr<ServiceAdapter> adapter = make();
  Operation& buy = operation(*adapter, "twilio.number.buy");
  const std::string order = "POST " + kRoot + "IncomingPhoneNumbers.json";

  Attempt planned() {
    auto plan = run(buy.plan(Json{{"area_code", "415"}}));
    BOOST_REQUIRE((plan && plan->draft));
    const StepDraft& step = plan->draft->steps.front();
    return {"01ATTEMPT", "plan-1", step.parameters, step.expected};
  }
  long bought() const {
    return std::ranges::count_if(numbers, [](const Json& n) { return n.at("phone_number") == kOffer; });
  }
  // The order is carried out, but `reply` is what comes back.
  void carry_out_but_answer(net::ServerReply reply) {
    on(order, [this, reply](const net::ServerRequest& r) {
      for (const auto& [field, value] : r.form())
        if (field == "FriendlyName") add_number("PNnew", kOffer, "", 0, 0)["friendly_name"] = value;
      return reply;
    });
  }
  void found_after_all(const Attempt& attempt) {
    BOOST_TEST((run(buy.execute(attempt)).outcome == Outcome::kUnknown));
    BOOST_TEST((run(buy.reconcile(attempt)).outcome == Outcome::kDone));
    BOOST_TEST(orders() == 1);
    BOOST_TEST(bought() == 1);
  }
};

// A plan of each operation that writes, by its slots.
const std::vector<std::pair<std::string, Json>> kWrites{
    {"twilio.number.buy", {{"area_code", "415"}}},
    {"twilio.number.release", {{"number", "+13035550172"}}},
    {"twilio.number.configure", {{"number", "+14155550101"}, {"friendly_name", "Front desk"}}},
    {"twilio.message.send", {{"to", "+13125550199"}}},
    {"twilio.call.place", {{"to", "+13125550199"}}},
    {"twilio.trigger.create",
     {{"usage_category", "sms"}, {"value", "100"}, {"callback", "https://voice.example.com/status"}}},
    {"twilio.geo.update", {{"country", "DE"}, {"channel", "sms"}, {"state", "on"}}}};

}  // namespace

BOOST_AUTO_TEST_SUITE(twilio_faults_on_writes)

BOOST_AUTO_TEST_CASE(row_21_a_storm_of_429_refuses_the_order_with_few_calls_and_says_so) {
  Shop shop;
  const Attempt attempt = shop.planned();
  const auto before = shop.asked.size();
  for (auto& [path, answer] : shop.answers)
    answer = [](const net::ServerRequest&) {
      return net::ServerReply{
          429, {{"Retry-After", "2"}}, R"({"code":20429,"message":"Too Many Requests","status":429})"};
    };
  const StepResult refused = shop.run(shop.buy.execute(attempt));
  BOOST_TEST((refused.outcome == Outcome::kNotDone));
  BOOST_TEST(refused.told.find("Nothing was bought") != std::string::npos, refused.told);
  const auto look = shop.run(shop.buy.observe(attempt.parameters));
  BOOST_TEST(!look.has_value());
  BOOST_TEST(shop.asked.size() - before < 30u);
  BOOST_TEST(shop.orders() == 1);
}

BOOST_AUTO_TEST_CASE(row_22_no_retry_after_makes_an_order_wait_for_ever_or_repeat) {
  for (const char* after : {"999999", "-5", "Wed, 21 Oct 2099 07:28:00 GMT", "soon", ""}) {
    Shop shop;
    const Attempt attempt = shop.planned();
    shop.on(shop.order, [after](const net::ServerRequest&) {
      return net::ServerReply{429, {{"Retry-After", after}}, R"({"code":20429,"message":"Too Many Requests"})"};
    });
    const Duration started = shop.played.ahead;
    BOOST_TEST((shop.run(shop.buy.execute(attempt)).outcome == Outcome::kNotDone), after);
    BOOST_TEST((shop.played.ahead - started < std::chrono::minutes(15)), after);
    BOOST_TEST(shop.orders() == 1, after);
  }
}

BOOST_AUTO_TEST_CASE(row_24_a_500_on_any_write_is_never_sent_again_and_told_as_it_turned_out) {
  for (const auto& [name, slots] : kWrites) {
    SimulatedTwilio t;
    const StepDraft step = t.step(name, slots);
    const Attempt attempt = t.attempt(step);
    t.fault({{"service", "twilio"}, {"path_regex", "^(POST|PATCH|DELETE)"}, {"kind", "500"}, {"count", 1}});
    StepResult result = t.run(t.operation(name).execute(attempt));
    if (result.outcome == Outcome::kUnknown) result = t.run(t.operation(name).reconcile(attempt));
    BOOST_TEST((result.outcome == Outcome::kNotDone), name << ": " << result.told);
    const auto now = t.run(t.operation(name).observe(step.parameters));
    BOOST_REQUIRE(now.has_value());
    BOOST_TEST(canonical(*now) == canonical(step.expected), name);
  }
}

BOOST_AUTO_TEST_CASE(row_24_a_write_whose_answer_is_lost_is_found_done_and_done_once) {
  for (const auto& [name, slots] : kWrites) {
    SimulatedTwilio t;
    const StepDraft step = t.step(name, slots);
    const Attempt attempt = t.attempt(step);
    t.fault({{"service", "twilio"}, {"path_regex", "^(POST|PATCH|DELETE)"}, {"kind", "lost_reply"}, {"count", 1}});
    StepResult result = t.run(t.operation(name).execute(attempt));
    if (result.outcome == Outcome::kUnknown) result = t.run(t.operation(name).reconcile(attempt));
    BOOST_TEST((result.outcome == Outcome::kDone), name << ": " << result.told);
  }
}

BOOST_AUTO_TEST_CASE(row_25_where_nothing_listens_nothing_was_bought) {
  Shop shop;
  const Attempt attempt = shop.planned();
  shop.server.stop();
  TwilioOptions options;
  options.base_url = "http://127.0.0.1:1";
  options.status_url = options.base_url;
  options.account_sid = TwilioFarSide::kSid;
  options.auth_token = Secret("0123456789abcdef0123456789abcdef");
  const auto cut_off = make_twilio(std::move(options), shop.http, shop.guard, shop.played, shop.random);
  const StepResult result = shop.run(TwilioFarSide::operation(*cut_off, "twilio.number.buy").execute(attempt));
  BOOST_TEST((result.outcome == Outcome::kNotDone), result.told);
}

BOOST_AUTO_TEST_CASE(row_27_an_answer_to_an_order_that_is_cut_short_is_read_back) {
  Shop shop;
  const Attempt attempt = shop.planned();
  net::ServerReply cut{201, {}, R"({"sid":"PNnew","phone_number":"+14155550162","friendly_name":"x"})"};
  cut.cut_after = 20;
  shop.carry_out_but_answer(cut);
  shop.found_after_all(attempt);
}

BOOST_AUTO_TEST_CASE(row_28_an_endless_answer_to_an_order_is_cut_and_read_back) {
  Shop shop;
  const Attempt attempt = shop.planned();
  shop.carry_out_but_answer({201, {}, "\"" + std::string(9u << 20, 'x') + "\""});
  shop.found_after_all(attempt);
}

BOOST_AUTO_TEST_CASE(row_29_a_million_brackets_in_answer_to_an_order_are_refused_and_read_back) {
  Shop shop;
  const Attempt attempt = shop.planned();
  shop.carry_out_but_answer({201, {}, std::string(1'000'000, '[')});
  shop.found_after_all(attempt);
}

BOOST_AUTO_TEST_CASE(row_31_a_page_of_html_with_200_in_answer_to_an_order_is_read_back) {
  Shop shop;
  const Attempt attempt = shop.planned();
  shop.carry_out_but_answer({200, {{"Content-Type", "text/html"}}, "<html>Welcome</html>"});
  shop.found_after_all(attempt);
}

BOOST_AUTO_TEST_CASE(row_33_a_redirect_of_an_order_is_not_followed_and_takes_no_credentials_along) {
  Shop shop;
  apiops::testing::FarSide elsewhere;
  const Attempt attempt = shop.planned();
  shop.on(shop.order, 307, "", {{"Location", elsewhere.url() + "/steal"}});
  const StepResult result = shop.run(shop.buy.execute(attempt));
  BOOST_TEST((result.outcome == Outcome::kNotDone), result.told);
  BOOST_TEST(elsewhere.asked.empty());
  BOOST_TEST(shop.orders() == 1);
}

BOOST_AUTO_TEST_CASE(row_35_an_answer_that_names_no_number_is_read_back) {
  for (const char* body : {"{}", R"({"sid":null})", R"({"sid":42,"phone_number":7})", "[]", "null"}) {
    Shop shop;
    const Attempt attempt = shop.planned();
    shop.carry_out_but_answer({201, {}, body});
    shop.found_after_all(attempt);
  }
}

BOOST_AUTO_TEST_CASE(row_35_a_price_that_is_missing_means_no_plan) {
  Shop shop;
  for (const char* prices :
       {R"({"phone_number_prices":null})", R"({"phone_number_prices":[{"number_type":"local"}]})",
        R"({"phone_number_prices":[{"number_type":"local","current_price":null,"base_price":{}}]})"}) {
    shop.on("GET /v1/PhoneNumbers/Countries/US", 200, prices);
    const auto plan = shop.run(shop.buy.plan(Json{{"area_code", "415"}}));
    BOOST_REQUIRE(plan.has_value());
    BOOST_TEST(plan->refusal.has_value(), prices);
  }
}

BOOST_AUTO_TEST_SUITE_END()
