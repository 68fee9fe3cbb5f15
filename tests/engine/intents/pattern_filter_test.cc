// The filter may try a pattern in vain, but never leaves one out that matches.
#include "engine/intents/pattern_filter.h"

#include <algorithm>
#include <boost/test/unit_test.hpp>

#include "engine/intents/literals.h"
#include "engine/intents/rule_set.h"

using namespace apiops;

BOOST_AUTO_TEST_SUITE(pattern_filter)

BOOST_AUTO_TEST_CASE(literals_are_found_inside_and_across_one_another) {
  const Literals literals({"he", "hers", "his", "she", "\xC3\xA9"});
  BOOST_TEST(literals.in("ushers") == (std::vector<int>{0, 1, 3}), boost::test_tools::per_element());
  BOOST_TEST(literals.in("caf\xC3\xA9 his his") == (std::vector<int>{2, 4}), boost::test_tools::per_element());
  BOOST_TEST(literals.in("").empty());
  BOOST_TEST(Literals({}).in("anything").empty());
}

BOOST_AUTO_TEST_CASE(no_rules_pattern_that_matches_an_example_is_left_out) {
  auto rules = load_rules(std::string(SOURCE_DIR) + "/intents");
  BOOST_REQUIRE(rules.has_value());
  PatternFilter filter;
  std::vector<std::string> texts;
  for (const auto& rule : rules->intents) {
    for (const auto& pattern : rule.patterns) filter.add("(?:" + pattern.text + ")", pattern.needs);
    for (const auto& example : rule.examples) texts.push_back(example.text);
  }
  filter.close();
  std::size_t tried = 0, matched = 0;
  for (const auto& text : texts) {
    const auto possible = filter.possible(text);
    tried += possible.size();
    for (std::size_t number = 0; number < filter.size(); ++number) {
      if (!RE2::PartialMatch(text, filter.at(number))) continue;
      ++matched;
      BOOST_TEST(std::binary_search(possible.begin(), possible.end(), number),
                 "“" << text << "” is kept from " << filter.at(number).pattern());
    }
  }
  BOOST_TEST(matched > texts.size() / 3);
  BOOST_TEST(tried < texts.size() * filter.size() / 4, "the filter keeps hardly anything out");
}

BOOST_AUTO_TEST_CASE(a_pattern_needs_one_literal_of_each_of_two_groups) {
  BOOST_TEST(needs_of("(?:show|list) (?:errors|failures)") ==
                 (Needs{"list errors\nlist failures\nshow errors\nshow failures"}),
             boost::test_tools::per_element());
  BOOST_TEST(needs_of("twilio.*(?:broken|down)") == (Needs{"twilio", "broken\ndown"}),
             boost::test_tools::per_element());
  BOOST_TEST(needs_of("[a-z]+ ?").empty());
  PatternFilter filter;
  filter.add("twilio.*(?:broken|down)", {"twilio", "broken\ndown"});
  filter.add("[a-z]+ ?", {});
  filter.close();
  BOOST_TEST(filter.possible("down with twilio") == (std::vector<std::size_t>{0, 1}), boost::test_tools::per_element());
  BOOST_TEST(filter.possible("twilio is up") == (std::vector<std::size_t>{1}), boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(a_pattern_that_is_too_large_for_the_usual_bound_still_matches) {
  const LazyPattern large("(?:ab?){1,900}(?:ba?){1,900}c");
  BOOST_TEST(RE2::FullMatch("aababbc", *large));
  BOOST_TEST(!RE2::FullMatch("aababbcc", *large));
  BOOST_TEST(&*large == &*large, "it is compiled once");
}

BOOST_AUTO_TEST_CASE(a_pattern_that_does_not_compile_is_never_taken_for_one_that_does_not_match) {
  BOOST_CHECK_THROW(*LazyPattern("("), std::logic_error);
}

BOOST_AUTO_TEST_CASE(a_macro_that_holds_itself_is_refused_with_the_place_that_uses_it) {
  for (const std::string held : {"{thing}", "(?:work )?{thing}", "{thing}{thing}", "{other}"}) {
    RuleSet rules;
    const auto added = add_rule_file(rules,
                                     "macros:\n  thing: '" + held +
                                         "'\n  other: 'a {thing}'\nintents:\n  team.ask:\n    title: "
                                         "Ask\n    patterns: ['restart {thing}']\n    examples: [restart]\n",
                                     "team.yaml");
    BOOST_REQUIRE(!added);
    BOOST_TEST(added.error().what.starts_with("team.yaml:7: {"), added.error().what);
    BOOST_TEST(added.error().what.find("does the macro hold itself?") != std::string::npos, added.error().what);
  }
}

BOOST_AUTO_TEST_CASE(a_broken_pattern_is_refused_with_its_place) {
  RuleSet rules;
  const auto added = add_rule_file(
      rules, "intents:\n  team.ask:\n    title: Ask\n    patterns: [ask]\n    against: ['(']\n    examples: [ask]\n",
      "team.yaml");
  BOOST_REQUIRE(!added);
  BOOST_TEST(added.error().what.starts_with("team.yaml:5: "), added.error().what);
}

BOOST_AUTO_TEST_SUITE_END()
