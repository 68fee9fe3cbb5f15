// Each Twilio operation: what it plans, what it does to the account, how it is taken back, and what it refuses.
#include "tests/connectors/twilio/simulated_twilio.h"

using namespace apiops;
using apiops::testing::contains;
using apiops::testing::SimulatedTwilio;

namespace {

const std::string kMain = "+14155550101", kUnregistered = "+14155550177", kMarketing = "+12125550142",
                  kLine = "+14155550134", kCustomer = "+13125550199";

std::string service_sid(SimulatedTwilio& t) { return get_string(t.ask("/v1/Services")["services"][0], "sid"); }

std::size_t in_pool(SimulatedTwilio& t, const std::string& number) {
  std::size_t n = 0;
  for (const Json& row : t.ask("/v1/Services/" + service_sid(t) + "/PhoneNumbers")["phone_numbers"])
    n += get_string(row, "phone_number") == number;
  return n;
}

bool allowed(SimulatedTwilio& t, const std::string& channel, const std::string& country) {
  if (channel == "voice")
    return get_bool(t.ask("/v1/DialingPermissions/Countries/" + country), "low_risk_numbers_enabled").value_or(false);
  return get_bool(t.ask("/v1/Messaging/GeoPermissions?CountryCode=" + country)["permissions"][0], "enabled")
      .value_or(false);
}

std::string first_failed(SimulatedTwilio& t, int code) {
  for (const Json& row : t.ask_account("Messages.json?PageSize=1000")["messages"])
    if (get_integer(row, "error_code") == code) return get_string(row, "sid");
  throw std::runtime_error("the story has no such message");
}

Json ids(const std::vector<std::string>& sids) { return Json{{"ids", sids}}; }

}  // namespace

BOOST_AUTO_TEST_SUITE(twilio_operations)

BOOST_AUTO_TEST_CASE(a_test_message_is_announced_with_its_price_and_watched_until_it_arrives) {
  SimulatedTwilio t;
  const Planned plan = t.planned("twilio.message.send", {{"to", " +1 (312) 555-0199 "}});
  BOOST_REQUIRE(plan.draft.has_value());
  const StepDraft& step = plan.draft->steps.front();
  BOOST_TEST(get_string(step.parameters, "to") == kCustomer);
  BOOST_TEST(to_text(*step.cost) == "$0.0079");
  BOOST_TEST((step.risk == Risk::kTest));
  BOOST_TEST(plan.draft->alternatives.size() == 3u);
  const StepResult sent = t.carry_out(step);
  BOOST_TEST((sent.outcome == Outcome::kDone));
  BOOST_TEST(contains(sent.told, "was delivered"), sent.told);
  const Json row = t.ask_account("Messages/" + get_string(sent.result, "sid") + ".json");
  BOOST_TEST(get_string(row, "status") == "delivered");
  BOOST_TEST(get_string(row, "to") == kCustomer);
}

BOOST_AUTO_TEST_CASE(a_message_that_did_not_arrive_is_told_with_its_code) {
  SimulatedTwilio t;
  const StepResult sent =
      t.carry_out(t.step("twilio.message.send", {{"to", kCustomer}, {"from", kUnregistered}, {"body", "hello"}}));
  BOOST_TEST((sent.outcome == Outcome::kNotDone));
  BOOST_TEST(contains(sent.told, "was not delivered: 30034"), sent.told);
}

BOOST_AUTO_TEST_CASE(what_a_test_message_lacks_is_asked_for_and_what_is_wrong_is_never_sent) {
  SimulatedTwilio t;
  const auto missing = t.planned("twilio.message.send", Json::object());
  BOOST_TEST(missing.refusal->missing_slot == "to");
  BOOST_TEST(missing.refusal->choices.size() == 5u);
  BOOST_TEST(t.planned("twilio.message.send", {{"to", "12345"}}).refusal->missing_slot == "to");
  BOOST_TEST(t.planned("twilio.message.send", {{"to", kCustomer}, {"from", "+12025550000"}}).refusal->missing_slot ==
             "from");
  BOOST_TEST(t.planned("twilio.message.send", {{"to", kMain}, {"from", kMain}}).refusal->missing_slot == "from");
  BOOST_TEST(
      t.planned("twilio.message.send", {{"to", kCustomer}, {"body", std::string(1601, 'x')}}).refusal->missing_slot ==
      "body");
}

BOOST_AUTO_TEST_CASE(a_closed_country_is_refused_before_anything_is_sent_and_opening_it_is_offered) {
  SimulatedTwilio t;
  const auto plan = t.planned("twilio.message.send", {{"to", "+4915112345678"}});
  BOOST_REQUIRE(plan.refusal.has_value());
  BOOST_TEST(contains(plan.refusal->what, "21408"), plan.refusal->what);
  BOOST_REQUIRE(plan.refusal->choices.size() == 1u);
  BOOST_TEST(plan.refusal->choices.front().action.subject.at("intent") == "twilio.geo.update");
}

BOOST_AUTO_TEST_CASE(a_long_text_is_priced_by_its_parts) {
  SimulatedTwilio t;
  const StepDraft plain = t.step("twilio.message.send", {{"to", kCustomer}, {"body", std::string(161, 'x')}});
  BOOST_TEST(to_text(*plain.cost) == "$0.0158");
  const StepDraft wide = t.step("twilio.message.send", {{"to", kCustomer}, {"body", "✓" + std::string(70, 'x')}});
  BOOST_TEST(to_text(*wide.cost) == "$0.0158");
}

BOOST_AUTO_TEST_CASE(a_message_whose_reply_was_lost_is_found_in_the_list_and_not_sent_again) {
  SimulatedTwilio t;
  const StepDraft step = t.step("twilio.message.send", {{"to", kCustomer}, {"body", "only once"}});
  const Attempt attempt = t.attempt(step);
  t.fault({{"service", "twilio"}, {"path_regex", "^POST"}, {"kind", "lost_reply"}, {"count", 1}});
  BOOST_TEST((t.run(t.operation("twilio.message.send").execute(attempt)).outcome == Outcome::kUnknown));
  const StepResult found = t.run(t.operation("twilio.message.send").reconcile(attempt));
  BOOST_TEST((found.outcome == Outcome::kDone));
  BOOST_TEST(t.ask_account("Messages.json?To=%2B13125550199")["messages"].size() == 1u);
}

BOOST_AUTO_TEST_CASE(a_message_that_never_reached_twilio_is_proven_not_sent) {
  SimulatedTwilio t;
  const StepDraft step = t.step("twilio.message.send", {{"to", kCustomer}, {"body", "not there"}});
  const Attempt attempt = t.attempt(step);
  t.fault({{"service", "twilio"}, {"path_regex", "^POST"}, {"kind", "500"}, {"count", 1}});
  BOOST_TEST((t.run(t.operation("twilio.message.send").execute(attempt)).outcome == Outcome::kUnknown));
  BOOST_TEST((t.run(t.operation("twilio.message.send").reconcile(attempt)).outcome == Outcome::kNotDone));
}

BOOST_AUTO_TEST_CASE(failed_messages_are_resent_one_step_each_and_what_would_fail_again_is_left_out_by_name) {
  SimulatedTwilio t;
  const Planned plan = t.planned("twilio.message.resend", Json::object());
  BOOST_REQUIRE_MESSAGE(plan.draft.has_value(), (plan.refusal ? plan.refusal->what : std::string("")));
  BOOST_TEST(plan.draft->steps.size() > 10u);
  BOOST_TEST(contains(plan.draft->title, "for $"), plan.draft->title);
  bool unsubscribed = false, filtered = false;
  for (const std::string& warning : plan.draft->warnings) {
    unsubscribed = unsubscribed || contains(warning, "21610 left out: the recipient has unsubscribed");
    filtered = filtered || contains(warning, "30007 left out: it fails again until its cause is mended");
  }
  BOOST_TEST(unsubscribed);
  BOOST_TEST(filtered);
  for (const StepDraft& step : plan.draft->steps) {
    BOOST_TEST(get_string(step.expected, "code") == "30003");
    BOOST_TEST((step.risk == Risk::kSpend && step.ceiling));
    BOOST_TEST(!contains(step.parameters.dump(), "+1"));  // the recipient stays at Twilio
  }
  const StepResult sent = t.carry_out(plan.draft->steps.front());
  BOOST_TEST((sent.outcome == Outcome::kDone));
  const std::string original = get_string(plan.draft->steps.front().parameters, "sid");
  const Json before = t.ask_account("Messages/" + original + ".json"),
             after = t.ask_account("Messages/" + get_string(sent.result, "sid") + ".json");
  for (const char* field : {"to", "body"}) BOOST_TEST(get_string(before, field) == get_string(after, field));
}

BOOST_AUTO_TEST_CASE(a_code_that_may_arrive_twice_or_reaches_the_unsubscribed_is_refused_even_by_name) {
  SimulatedTwilio t;
  const auto named = t.planned("twilio.message.resend", {{"code", "21610"}});
  BOOST_REQUIRE(named.refusal.has_value());
  BOOST_TEST(contains(named.refusal->what, "unsubscribed"), named.refusal->what);
  const auto one = t.planned("twilio.message.resend", ids({first_failed(t, 21610)}));
  BOOST_REQUIRE(one.refusal.has_value());
  BOOST_TEST(contains(one.refusal->what, "unsubscribed"), one.refusal->what);
}

BOOST_AUTO_TEST_CASE(a_code_that_needs_mending_first_is_resent_only_when_it_is_named_and_with_a_warning) {
  SimulatedTwilio t;
  const auto plan = t.planned("twilio.message.resend", ids({first_failed(t, 30007)}));
  BOOST_REQUIRE(plan.draft.has_value());
  BOOST_TEST(contains(plan.draft->warnings.front(), "30007: it fails again"), plan.draft->warnings.front());
}

BOOST_AUTO_TEST_CASE(a_message_that_has_arrived_is_not_resent) {
  SimulatedTwilio t;
  const StepResult sent = t.carry_out(t.step("twilio.message.send", {{"to", kCustomer}}));
  const auto plan =
      t.planned("twilio.message.resend", ids({get_string(sent.result, "sid"), "SM" + std::string(32, '0')}));
  BOOST_REQUIRE(plan.refusal.has_value());
  BOOST_TEST(contains(plan.refusal->what, "it has not failed, it is delivered"), plan.refusal->what);
  BOOST_TEST(contains(plan.refusal->what, "no such message"), plan.refusal->what);
}

BOOST_AUTO_TEST_CASE(a_test_call_is_placed_with_its_price_a_minute_and_watched_until_it_ends) {
  SimulatedTwilio t;
  const StepDraft step = t.step("twilio.call.place", {{"to", kCustomer}, {"from", kMain}});
  BOOST_TEST(to_text(*step.cost) == "$0.014");
  const StepResult called = t.carry_out(step);
  BOOST_TEST((called.outcome == Outcome::kDone));
  BOOST_TEST(contains(called.told, "was answered and lasted 8 s"), called.told);
  BOOST_TEST(get_string(t.ask_account("Calls/" + get_string(called.result, "sid") + ".json"), "to") == kCustomer);
}

BOOST_AUTO_TEST_CASE(a_call_whose_reply_was_lost_is_found_and_not_placed_again) {
  SimulatedTwilio t;
  const StepDraft step = t.step("twilio.call.place", {{"to", kCustomer}});
  const Attempt attempt = t.attempt(step);
  t.fault({{"service", "twilio"}, {"path_regex", "^POST"}, {"kind", "lost_reply"}, {"count", 1}});
  BOOST_TEST((t.run(t.operation("twilio.call.place").execute(attempt)).outcome == Outcome::kUnknown));
  BOOST_TEST((t.run(t.operation("twilio.call.place").reconcile(attempt)).outcome == Outcome::kDone));
  BOOST_TEST(t.ask_account("Calls.json?To=%2B13125550199")["calls"].size() == 1u);
}

BOOST_AUTO_TEST_CASE(a_messaging_services_webhook_is_changed_read_back_and_restored) {
  SimulatedTwilio t;
  const std::string sid = service_sid(t);
  const Planned plan =
      t.planned("twilio.service.configure", {{"service_id", sid}, {"url", "https://hooks.example.com/in"}});
  BOOST_REQUIRE(plan.draft.has_value());
  const StepDraft& step = plan.draft->steps.front();
  BOOST_TEST(*step.fields.front().before == "https://voice.example.com/inbound");
  BOOST_TEST(contains(plan.draft->warnings.front(), "NEW HOST"));
  BOOST_TEST((t.carry_out(step).outcome == Outcome::kDone));
  BOOST_TEST(get_string(t.ask("/v1/Services/" + sid), "inbound_request_url") == "https://hooks.example.com/in");
  BOOST_TEST((t.take_back(step).outcome == Outcome::kDone));
  BOOST_TEST(get_string(t.ask("/v1/Services/" + sid), "inbound_request_url") == "https://voice.example.com/inbound");
}

BOOST_AUTO_TEST_CASE(a_number_joins_and_leaves_a_sender_pool_and_each_can_be_taken_back) {
  SimulatedTwilio t;
  const std::string sid = service_sid(t);
  const StepDraft add = t.step("twilio.service.configure", {{"service_id", sid}, {"number", kMain}});
  BOOST_TEST((t.carry_out(add).outcome == Outcome::kDone));
  BOOST_TEST(in_pool(t, kMain) == 1u);
  BOOST_TEST(contains(t.planned("twilio.service.configure", {{"service_id", sid}, {"number", kMain}}).refusal->what,
                      "already"));
  BOOST_TEST((t.take_back(add).outcome == Outcome::kDone));
  BOOST_TEST(in_pool(t, kMain) == 0u);
  const StepDraft leave =
      t.step("twilio.service.configure", {{"service_id", sid}, {"number", kMarketing}, {"state", "off"}});
  BOOST_TEST((t.carry_out(leave).outcome == Outcome::kDone));
  BOOST_TEST(in_pool(t, kMarketing) == 0u);
}

BOOST_AUTO_TEST_CASE(a_flag_of_a_messaging_service_is_switched) {
  SimulatedTwilio t;
  const std::string sid = service_sid(t);
  const StepDraft step =
      t.step("twilio.service.configure", {{"service_id", sid}, {"flags", "sticky_sender"}, {"state", "off"}});
  BOOST_TEST((t.carry_out(step).outcome == Outcome::kDone));
  BOOST_TEST(get_bool(t.ask("/v1/Services/" + sid), "sticky_sender").value_or(true) == false);
}

BOOST_AUTO_TEST_CASE(a_usage_trigger_is_asked_for_piece_by_piece_created_once_and_deleted_again) {
  SimulatedTwilio t;
  BOOST_TEST(t.planned("twilio.trigger.create", Json::object()).refusal->missing_slot == "usage_category");
  Json slots{{"usage_category", "sms"}, {"value", {{"amount", "100"}, {"currency", "usd"}}}};
  const auto no_callback = t.planned("twilio.trigger.create", slots);
  BOOST_TEST(no_callback.refusal->missing_slot == "callback");
  BOOST_REQUIRE(!no_callback.refusal->choices.empty());
  const StepDraft step =
      t.step("twilio.trigger.create", no_callback.refusal->choices.front().action.subject.at("slots"));
  BOOST_TEST(step.summary == "Warn at $100.00 of sms a month");
  const Attempt attempt = t.attempt(step);
  t.fault({{"service", "twilio"}, {"path_regex", "^POST"}, {"kind", "lost_reply"}, {"count", 1}});
  BOOST_TEST((t.run(t.operation("twilio.trigger.create").execute(attempt)).outcome == Outcome::kDone));
  const Json made = t.ask_account("Usage/Triggers.json")["usage_triggers"];
  BOOST_REQUIRE(made.size() == 1u);
  BOOST_TEST(get_string(made[0], "trigger_value") == "100.00");
  BOOST_TEST(get_string(made[0], "trigger_by") == "price");
  BOOST_TEST((t.take_back(step).outcome == Outcome::kDone));
  BOOST_TEST(t.ask_account("Usage/Triggers.json")["usage_triggers"].empty());
}

BOOST_AUTO_TEST_CASE(a_country_is_opened_for_sms_and_for_calls_and_closed_again) {
  SimulatedTwilio t;
  for (const std::string channel : {"sms", "voice"}) {
    const StepDraft step = t.step("twilio.geo.update", {{"country", "DE"}, {"channel", channel}, {"state", "on"}});
    BOOST_TEST((t.carry_out(step).outcome == Outcome::kDone));
    BOOST_TEST(allowed(t, channel, "DE"));
    BOOST_TEST((t.take_back(step).outcome == Outcome::kDone));
    BOOST_TEST(!allowed(t, channel, "DE"));
  }
  const auto again = t.planned("twilio.geo.update", {{"country", "FR"}, {"channel", "sms"}, {"state", "on"}});
  BOOST_TEST(contains(again.refusal->what, "already"));
  BOOST_TEST(t.planned("twilio.geo.update", {{"country", "FR"}, {"state", "on"}}).refusal->missing_slot == "channel");
}

BOOST_AUTO_TEST_CASE(a_country_that_twilio_refuses_or_silently_ignores_is_never_told_as_switched) {
  SimulatedTwilio t;
  const StepResult refused =
      t.carry_out(t.step("twilio.geo.update", {{"country", "PK"}, {"channel", "sms"}, {"state", "on"}}));
  BOOST_TEST((refused.outcome == Outcome::kNotDone));
  BOOST_TEST(contains(refused.told, "High risk country"), refused.told);
  const StepResult ignored =
      t.carry_out(t.step("twilio.geo.update", {{"country", "NG"}, {"channel", "voice"}, {"state", "off"}}));
  BOOST_TEST((ignored.outcome == Outcome::kNotDone));
  BOOST_TEST(contains(ignored.told, "did not carry it out"), ignored.told);
}

BOOST_AUTO_TEST_CASE(a_key_is_revoked_and_gone_and_our_own_is_refused) {
  SimulatedTwilio t;
  BOOST_TEST(t.planned("twilio.key.revoke", Json::object()).refusal->choices.size() == 2u);
  const std::string key = get_string(t.ask_account("Keys.json")["keys"][0], "sid"),
                    shown = key.substr(0, 4) + "…" + key.substr(key.size() - 4);  // as an ask arrives
  const StepDraft step = t.step("twilio.key.revoke", {{"key", shown}});
  BOOST_TEST(get_string(step.parameters, "key") == key);
  BOOST_TEST((step.risk == Risk::kAuth && !step.undo_parameters));
  BOOST_TEST((t.carry_out(step).outcome == Outcome::kDone));
  BOOST_TEST(t.ask_account("Keys.json")["keys"].size() == 1u);
  BOOST_TEST((t.run(t.operation("twilio.key.revoke").execute(t.attempt(step))).outcome == Outcome::kDone));

  TwilioOptions options = t.options();
  options.api_key = get_string(t.ask_account("Keys.json")["keys"][0], "sid");
  options.api_secret = Secret("not-looked-at");
  const auto with_key = make_twilio(options, t.http, t.guard, t.time, t.random);
  for (Operation* operation : with_key->operations())
    if (operation->name() == "twilio.key.revoke") {
      const auto plan = t.run(operation->plan({{"key", options.api_key}}));
      BOOST_REQUIRE((plan && plan->refusal));
      BOOST_TEST(contains(plan->refusal->what, "the key that I speak to Twilio with"));
    }
}

BOOST_AUTO_TEST_CASE(several_numbers_are_released_one_step_each_and_a_busy_one_says_when_it_was_last_used) {
  SimulatedTwilio t;
  const Planned plan = t.planned("twilio.number.release", {{"number", {kMain, "+13035550172"}}});
  BOOST_REQUIRE(plan.draft.has_value());
  BOOST_REQUIRE(plan.draft->steps.size() == 2u);
  const auto used = [&](std::size_t i) {
    for (const Field& field : plan.draft->steps[i].fields)
      if (field.name == "Last used") return field.value;
    return std::string();
  };
  BOOST_TEST(contains(used(0), "UTC"), used(0));
  BOOST_TEST(used(1) == "no call or message found");
  for (const StepDraft& step : plan.draft->steps) BOOST_TEST((t.carry_out(step).outcome == Outcome::kDone));
  BOOST_TEST(t.ask_account("IncomingPhoneNumbers.json")["incoming_phone_numbers"].size() == 10u);
  BOOST_TEST(
      (t.run(t.operation("twilio.number.release").execute(t.attempt(plan.draft->steps[0]))).outcome == Outcome::kDone));
}

BOOST_AUTO_TEST_CASE(a_webhook_that_a_messaging_service_overrules_is_refused_with_the_way_that_works) {
  SimulatedTwilio t;
  const auto plan =
      t.planned("twilio.number.configure", {{"number", kMarketing}, {"sms_url", "https://hooks.example.com/sms"}});
  BOOST_REQUIRE(plan.refusal.has_value());
  BOOST_TEST(contains(plan.refusal->what, "would change nothing"), plan.refusal->what);
  BOOST_REQUIRE(plan.refusal->choices.size() == 1u);
  BOOST_TEST(plan.refusal->choices.front().action.subject.at("intent") == "twilio.service.configure");
}

BOOST_AUTO_TEST_CASE(a_numbers_name_fallback_method_and_callback_are_set_together_and_restored) {
  SimulatedTwilio t;
  const StepDraft step = t.step("twilio.number.configure", {{"number", kMain},
                                                            {"friendly_name", "Front desk"},
                                                            {"fallback_url", "https://voice.example.com/fb"},
                                                            {"method", "get"},
                                                            {"status_callback", "https://voice.example.com/cb"}});
  BOOST_TEST((t.carry_out(step).outcome == Outcome::kDone));
  const auto number = [&] {
    return t.ask_account("IncomingPhoneNumbers/" + get_string(step.parameters, "sid") + ".json");
  };
  BOOST_TEST(get_string(number(), "friendly_name") == "Front desk");
  BOOST_TEST(get_string(number(), "voice_fallback_url") == "https://voice.example.com/fb");
  BOOST_TEST(get_string(number(), "voice_method") == "GET");
  BOOST_TEST(get_string(number(), "status_callback") == "https://voice.example.com/cb");
  BOOST_TEST((t.take_back(step).outcome == Outcome::kDone));
  BOOST_TEST(get_string(number(), "friendly_name") == "Main");
  BOOST_TEST(get_string(number(), "voice_method") == "POST");
}

BOOST_AUTO_TEST_SUITE_END()
