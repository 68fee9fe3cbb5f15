// What codes mean, and what is said of one that nobody knows.
#include "engine/errors/catalogue.h"

#include <boost/test/unit_test.hpp>
#include <set>

using namespace apiops;

BOOST_AUTO_TEST_SUITE(error_catalogue)

BOOST_AUTO_TEST_CASE(every_code_has_a_category_a_severity_and_a_meaning) {
  const std::set<std::string_view> categories{"auth",         "config",     "rate_limit", "carrier",
                                              "spam_blocked", "bad_params", "transient"},
      severities{"critical", "warning", "info"};
  std::size_t twilio = 0;
  for (const auto& row : embedded_catalogue()) {
    BOOST_TEST(categories.contains(row.category), std::string(row.service) + " " + std::string(row.code));
    BOOST_TEST(severities.contains(row.severity));
    BOOST_TEST(!row.meaning.empty());
    twilio += row.service == "twilio" ? 1 : 0;
  }
  BOOST_TEST(twilio == 2727u);
}

BOOST_AUTO_TEST_CASE(an_unknown_code_is_judged_by_its_status_and_shown_as_it_is) {
  const ErrorCatalogue catalogue(embedded_catalogue());
  const ErrorFacts f = catalogue.explain("twilio", "99999999", "", 429);
  BOOST_TEST(!f.known);
  BOOST_TEST(f.code == "99999999");
  BOOST_TEST(f.category == "rate_limit");
}

BOOST_AUTO_TEST_CASE(a_decline_code_wins_over_card_declined) {
  const ErrorCatalogue catalogue(embedded_catalogue());
  BOOST_TEST(catalogue.explain("stripe", "card_declined", "insufficient_funds").kind == "declined");
}

BOOST_AUTO_TEST_CASE(a_teams_own_file_overrides_and_its_faults_name_the_line) {
  ErrorCatalogue catalogue(embedded_catalogue());
  BOOST_REQUIRE(
      catalogue
          .add_overrides(
              "service: twilio\ncodes:\n- {code: \"11200\", category: config, severity: info, meaning: Ours}\n",
              "own.yaml")
          .has_value());
  BOOST_TEST(catalogue.explain("twilio", "11200").meaning == "Ours");
  const auto bad = catalogue.add_overrides(
      "service: twilio\ncodes:\n- {code: \"1\", category: nonsense, severity: info, meaning: x}\n", "own.yaml");
  BOOST_REQUIRE(!bad.has_value());
  BOOST_TEST(bad.error().what.find("own.yaml:3") != std::string::npos, bad.error().what);
}

BOOST_AUTO_TEST_SUITE_END()
