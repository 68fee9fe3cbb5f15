// The filter may try a pattern in vain, but never leaves one out that matches.
#include "engine/intents/pattern_filter.h"

#include <algorithm>
#include <boost/test/unit_test.hpp>

#include "engine/intents/literals.h"
#include "engine/intents/rule_set.h"

using namespace apiops;

BOOST_AUTO_TEST_SUITE(pattern_filter)

BOOST_AUTO_TEST_CASE(literals_are_found_inside_and_across_one_another) {
  const Literals literals({"he", "she", "hers", "his", "\xC3\xA9"});
  BOOST_TEST(literals.in("ushers") == (std::vector<int>{0, 1, 2}), boost::test_tools::per_element());
  BOOST_TEST(literals.in("caf\xC3\xA9 his his") == (std::vector<int>{3, 4}), boost::test_tools::per_element());
  BOOST_TEST(literals.in("").empty());
  BOOST_TEST(Literals({}).in("anything").empty());
}

BOOST_AUTO_TEST_CASE(no_rules_pattern_that_matches_an_example_is_left_out) {
  auto rules = load_rules(std::string(SOURCE_DIR) + "/intents");
  BOOST_REQUIRE(rules.has_value());
  PatternFilter filter;
  std::vector<std::string> texts;
  for (const auto& rule : rules->intents) {
    for (const auto& pattern : rule.patterns) filter.add("(?:" + pattern.text + ")", rule.name);
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
      BOOST_TEST(std::binary_search(possible.begin(), possible.end(), static_cast<int>(number)),
                 "“" << text << "” is kept from " << filter.at(number).pattern());
    }
  }
  BOOST_TEST(matched > texts.size() / 3);
  BOOST_TEST(tried < texts.size() * filter.size() / 4, "the filter keeps hardly anything out");
}

BOOST_AUTO_TEST_CASE(a_broken_pattern_is_refused_with_its_place) {
  PatternFilter filter;
  BOOST_CHECK_EXCEPTION(filter.add("(", "team.yaml:7"), std::invalid_argument,
                        [](const auto& e) { return std::string(e.what()).starts_with("team.yaml:7: "); });
}

BOOST_AUTO_TEST_SUITE_END()
