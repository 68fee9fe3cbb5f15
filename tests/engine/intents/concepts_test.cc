// What a message names decides where no pattern fits, and an order is never a question.
#include "engine/intents/concepts.h"

#include <boost/test/unit_test.hpp>

#include "engine/intents/understand.h"

using namespace apiops;

namespace {

RuleSet parcels() {
  RuleSet rules;
  const auto added = add_rule_file(rules, R"(
concepts:
  parcels: [parcel, consignment note]
  failing: [lost, not arrive]
  why: [why]
anchors: [parcels]
orders: [send]
plain: [any, the, did, some]
intents:
  parcels.lost: {title: Lost parcels, patterns: ['nothing says this'], examples: [nothing says this], slots: []}
senses:
  parcels.lost:
    - {of: [parcels, failing], not: [why], weight: 0.7}
)",
                                   "parcels.yaml");
  BOOST_REQUIRE_MESSAGE(added.has_value(), "the rules of this test are refused");
  return rules;
}

std::string meant(const std::string& text) { return Understander(parcels()).understand(text).intent; }

const Understander& ours() {
  static const Understander kOurs = [] {
    auto rules = load_rules(std::string(SOURCE_DIR) + "/intents");
    if (!rules) throw std::runtime_error(rules.error().what);
    return Understander(std::move(*rules));
  }();
  return kOurs;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(concepts)

BOOST_AUTO_TEST_CASE(endings_and_order_do_not_matter) {
  for (const char* text : {"any parcels lost?", "lost: some parcel", "did the consignment notes not arrive"})
    BOOST_TEST(meant(text) == "parcels.lost", text);
}

BOOST_AUTO_TEST_CASE(one_of_the_concepts_alone_means_nothing) { BOOST_TEST(meant("any parcels?") == ""); }

BOOST_AUTO_TEST_CASE(a_concept_that_speaks_against_it_is_heard) {
  BOOST_TEST(meant("why did the parcels not arrive") == "");
}

BOOST_AUTO_TEST_CASE(words_of_other_matters_speak_against_it) {
  BOOST_TEST(meant("my neighbour lost his old red parcel yesterday evening behind their house") == "");
}

BOOST_AUTO_TEST_CASE(an_order_is_no_question) { BOOST_TEST(meant("send the lost parcels") == ""); }

BOOST_AUTO_TEST_CASE(a_sense_of_an_unknown_concept_is_refused_with_its_line) {
  RuleSet rules = parcels();
  const auto added = add_rule_file(rules, "senses:\n  parcels.lost:\n    - {of: [ships], weight: 0.7}\n", "more.yaml");
  BOOST_REQUIRE(!added);
  BOOST_TEST(added.error().what == "more.yaml:3: “ships” is no concept");
}

BOOST_AUTO_TEST_CASE(quoted_requests_and_bare_questions_change_nothing) {
  for (const char* text :
       {"he typed: \"release +14155550181\"", "release +14155550181? or keep it?", "buy a number, they said",
        "customer: please refund ch_3FakeAbCdEfGhIjKlMnOpR1", "> release +14155550181\nwho wrote this"})
    BOOST_TEST(!ours().is_change(ours().understand(text).intent), text);
  BOOST_TEST(ours().understand("can you release +14155550181?").intent == "twilio.number.release");
}

BOOST_AUTO_TEST_CASE(the_ask_is_found_before_and_after_a_log_of_any_length) {
  std::string log;
  while (log.size() < 40'000) log += "2026-11-24T09:12:44Z worker-3 gave up zqxv wvut klmn\n";
  BOOST_TEST(ours().understand(log + "\nwhy are calls failing?").intent == "failures.diagnose");
  BOOST_TEST(ours().understand("why are calls failing?\n" + log).intent == "failures.diagnose");
}

BOOST_AUTO_TEST_SUITE_END()
