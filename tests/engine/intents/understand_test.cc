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

BOOST_AUTO_TEST_CASE(what_is_mended_is_a_word_and_never_an_id) {
  BOOST_TEST(said("lsit phoen nubmers").intent == "resources.list");
  BOOST_TEST(said("onyl criticl errros").slots["severity"] == "critical");
  BOOST_TEST(said("relase +14155550181").intent == "twilio.number.release");
  BOOST_TEST(said("status of batch_aproved01").slots["resource"] == "batch_aproved01");
  BOOST_TEST(said("fill in the form for HR").intent == "");
}

BOOST_AUTO_TEST_CASE(look_alike_letters_and_invisible_characters_are_read_as_what_they_show) {
  BOOST_TEST(said("check Twilіo errоrs").intent == "errors.report");              // Cyrillic і and о
  BOOST_TEST(said("che\u200Bck Twilio er\u200Drors").intent == "errors.report");  // zero width
}

BOOST_AUTO_TEST_CASE(a_thing_named_before_is_what_it_means) {
  const auto u = said("we no longer need +442079460111, release it");
  BOOST_TEST(u.intent == "twilio.number.release");
  BOOST_TEST(u.slots["number"] == "+442079460111");
  BOOST_TEST(said("can proj_Fake1234567890 be archived?").intent == "openai.project.archive");
  BOOST_TEST(said("would you mind cancelling batch_fake12345").intent == "openai.batch.cancel");
}

BOOST_AUTO_TEST_CASE(several_requests_are_read_apart_each_with_its_own_values) {
  const auto u = said("release +14155550181, and then disable we_1139T8wad0Gt9NWCs1ShXVkX");
  BOOST_TEST(u.intent == "twilio.number.release");
  BOOST_TEST(u.slots["number"] == "+14155550181");
  BOOST_REQUIRE(u.also.size() == 1u);
  BOOST_TEST(u.also[0].intent == "stripe.webhook.disable");
  BOOST_TEST(u.also[0].slots["endpoint"] == "we_1139T8wad0Gt9NWCs1ShXVkX");
}

BOOST_AUTO_TEST_CASE(one_thing_to_be_left_alone_holds_the_whole_request_back) {
  BOOST_TEST(said("don't release +14155550181, release +14155550182").intent == "");
  BOOST_TEST(said("release +14155550181 but not +14155550182").intent == "");
}

BOOST_AUTO_TEST_CASE(what_was_spoken_of_is_what_it_means_in_the_thread) {
  Context thread;
  BOOST_TEST(match_line(understander(), "what is we_1139T8wad0Gt9NWCs1ShXVkX", &thread)["intent"] == "resource.show");
  const Json disabled = match_line(understander(), "disable it", &thread);
  BOOST_TEST(disabled["intent"] == "stripe.webhook.disable");
  BOOST_TEST(disabled["slots"]["endpoint"] == "we_1139T8wad0Gt9NWCs1ShXVkX");
}

BOOST_AUTO_TEST_CASE(a_bare_value_answers_a_request_that_lacked_it) {
  Context thread;
  match_line(understander(), "send a test message", &thread);
  const Json to = match_line(understander(), "+14155550188", &thread);
  BOOST_TEST(to["intent"] == "twilio.message.send");
  BOOST_TEST(to["slots"]["to"] == "+14155550188");
}

BOOST_AUTO_TEST_CASE(no_change_is_understood_without_its_reasons_being_tellable) {
  const Json why = understander().explain("don't delete we_1139T8wad0Gt9NWCs1ShXVkX, delete it later");
  BOOST_TEST(!why["readings"].empty());
  bool held = false;
  for (const auto& reading : why["readings"]) held = held || !reading["against"].empty();
  BOOST_TEST(held);
}

BOOST_AUTO_TEST_CASE(the_sample_conversations_are_understood) {
  std::ifstream in(std::string(SOURCE_DIR) + "/../shared/data/conversations-sample.jsonl");
  if (!in) {
    std::cout << "skipped: understanding of the sample conversations, because the sample is not on this machine\n";
    return;
  }
  std::string line;
  while (std::getline(in, line)) {
    Context thread;
    const Json conversation = Json::parse(line);  // the turns are read in place: no copy of a temporary
    for (const auto& turn : conversation["turns"]) {
      const Json got = match_line(understander(), turn["text"].get<std::string>(), &thread);
      BOOST_TEST(agrees(turn, got), turn["text"] << " became " << got.dump());
    }
  }
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
  BOOST_TEST(wrong == 0);
  BOOST_TEST(all > 0);
}

BOOST_AUTO_TEST_SUITE_END()
