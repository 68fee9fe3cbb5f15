// What people say, and what must never be taken for a change.
#include "engine/intents/understand.h"

#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <fstream>
#include <iostream>
#include <nlohmann/json.hpp>

#include "engine/intents/rule_set.h"

using namespace apiops;

namespace {

const Understander& understander() {
  static const Understander kUnderstander = [] {
    auto rules = load_rules(std::string(SOURCE_DIR) + "/intents");
    if (!rules) throw std::runtime_error(rules.error().what);
    return Understander(std::move(*rules));
  }();
  return kUnderstander;
}

Understanding said(const std::string& text) { return understander().understand(text); }

bool agrees(const Json& wanted, const Json& got) {
  if (wanted["intent"].is_array())
    return std::find(wanted["intent"].begin(), wanted["intent"].end(), got["intent"]) != wanted["intent"].end();
  if (wanted["intent"] != got["intent"]) return false;
  for (const auto& [name, value] : wanted["slots"].items())
    if (!got["slots"].contains(name) || got["slots"][name] != value) return false;
  return true;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(understanding)

BOOST_AUTO_TEST_CASE(every_example_and_counter_example_of_the_rules_holds) {
  for (const auto& fault : understander().check()) BOOST_ERROR(fault.file << ":" << fault.line << ": " << fault.what);
  BOOST_TEST(understander().examples() > 450u);
}

BOOST_AUTO_TEST_CASE(a_purchase_with_its_slots) {
  const auto u = said("please buy two numbers in 415 with sms and voice");
  BOOST_TEST(u.intent == "twilio.number.buy");
  BOOST_TEST(u.slots["area_code"] == "415");
  BOOST_TEST(u.slots["count"] == "2");
  BOOST_TEST((u.slots["capabilities"] == Json::array({"sms", "voice"})));
}

BOOST_AUTO_TEST_CASE(a_number_in_any_platforms_spelling_is_e164) {
  for (const std::string text : {"release +14155550181", "release <tel:+14155550181|415-555-0181>",
                                 "release (415) 555-0181", "release +1 415 555 0181"})
    BOOST_TEST(said(text).slots["number"] == "+14155550181", text);
}

BOOST_AUTO_TEST_CASE(told_not_to_asked_how_or_done_already_is_no_change) {
  for (const std::string text :
       {"don't buy a number", "how do I release a number?", "we already refunded pi_1139T8wad0Gt9NWCs1ShXVkX",
        "whatever you do, never delete we_1139T8wad0Gt9NWCs1ShXVkX", "should we release +14155550181?",
        "what if we disable we_1139T8wad0Gt9NWCs1ShXVkX", "did you buy a number yesterday"}) {
    const std::string intent = said(text).intent;
    const bool change = intent.starts_with("twilio.") || intent.starts_with("stripe.") || intent.starts_with("openai.");
    BOOST_TEST(!change, text << " became " << intent);
  }
}

BOOST_AUTO_TEST_CASE(a_follow_up_keeps_what_it_does_not_name) {
  const Context context{.intent = "errors.report", .slots = {{"service", "twilio"}}, .asked_for = {}};
  const auto u = understander().understand("last 7 days instead", &context);
  BOOST_TEST(u.intent == "errors.report");
  BOOST_TEST(u.slots["service"] == "twilio");
  BOOST_TEST(u.slots["period"]["last"] == "7d");
  BOOST_TEST(understander().understand("and for Stripe?", &context).slots["service"] == "stripe");
}

BOOST_AUTO_TEST_CASE(cancel_ends_a_question_back) {
  const Context context{.intent = "twilio.number.release", .slots = Json::object(), .asked_for = "number"};
  BOOST_TEST(understander().understand("never mind", &context).rule == "left");
}

BOOST_AUTO_TEST_CASE(the_sample_utterances_are_understood) {
  std::ifstream in(std::string(SOURCE_DIR) + "/../shared/data/utterances-sample.jsonl");
  if (!in) {
    std::cout << "skipped: understanding of the sample utterances, because the sample is not on this machine\n";
    return;
  }
  std::string line;
  int wrong = 0, all = 0;
  while (std::getline(in, line)) {
    const Json wanted = Json::parse(line);
    const Json got = match_line(understander(), wanted["text"].get<std::string>(), nullptr);
    ++all;
    if (!agrees(wanted, got)) ++wrong, std::cout << "differs: " << wanted["text"] << " → " << got.dump() << "\n";
  }
  BOOST_TEST(wrong <= 1);  // “move us to OpenAI tier 5” is answered as a setting of the console, as operations.md says
  BOOST_TEST(all > 0);
}

BOOST_AUTO_TEST_SUITE_END()
