// Auto-fix for bad_params: obvious formatting only, and never in silence.
#include "engine/plans/tidy.h"

#include <boost/test/unit_test.hpp>

using namespace apiops;

namespace {

Json tidied(Json slots) {
  tidy_slots(slots);
  return slots;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(tidy)

BOOST_AUTO_TEST_CASE(numbers_with_a_country_code_become_e164) {
  for (const char* text : {"+1 (415) 555-0134", " +14155550134 ", "\"+1.415.555.0134\"", "001 415 555 0134"})
    BOOST_TEST(tidied({{"to", text}})["to"] == "+14155550134", text);
}

BOOST_AUTO_TEST_CASE(what_may_mean_something_else_stays_as_it_is) {
  for (const char* text : {"415 555 0134", "0415 555 0134", "+0 415 555 0134", "call +1 415 555 0134", "+1+415",
                           "+1 415", "PN0123", "all"})
    BOOST_TEST(tidied({{"to", text}})["to"] == text, text);
}

BOOST_AUTO_TEST_CASE(texts_that_are_sent_are_never_touched) {
  BOOST_TEST(tidied({{"body", "  “hi” "}, {"reason", " (x) "}})["body"] == "  “hi” ");
}

BOOST_AUTO_TEST_CASE(every_value_that_was_changed_is_told) {
  Json slots = {{"url", " <https://voice.example.com/twilio> "}, {"number", Json::array({"+1 415 555 0134", "all"})}};
  const auto told = tidy_slots(slots);
  BOOST_TEST(told.size() == 2u);
  BOOST_TEST(slots["url"] == "https://voice.example.com/twilio");
  BOOST_TEST(slots["number"][0] == "+14155550134");
  BOOST_TEST(tidy_slots(slots).empty());
}

BOOST_AUTO_TEST_SUITE_END()
