// Which message is a vote (engine/conversation/typed_vote.h).
#include "engine/conversation/typed_vote.h"

#include <boost/test/unit_test.hpp>

namespace apiops {

namespace {

std::string read(std::string_view message) {
  const auto vote = typed_vote(message);
  return vote ? vote->verdict + " " + vote->plan + " " + vote->code : "";
}

}  // namespace

BOOST_AUTO_TEST_SUITE(typed_votes)

BOOST_AUTO_TEST_CASE(a_vote_is_its_verb_its_number_and_its_code) {
  BOOST_TEST(read("approve 41 7f3a") == "approve 41 7f3a");
  BOOST_TEST(read("  Approve plan #41 7F3A\n") == "approve 41 7f3a");
  BOOST_TEST(read("please approve 41 7f3a.") == "approve 41 7f3a");
  BOOST_TEST(read("approve 41 7f3a because the phones\nare down") == "approve 41 7f3a");
  BOOST_TEST(read("break glass 41 7f3a because nobody is awake") == "break_glass 41 7f3a");
  BOOST_TEST(read("break the glass for plan 41 7f3a because nobody is awake") == "break_glass 41 7f3a");
  BOOST_TEST(read("mark plan 41 7f3a done") == "done 41 7f3a");
  BOOST_TEST(read("mark plan 41 7f3a as done") == "done 41 7f3a");
  BOOST_TEST(read("retry plan 41 7f3a") == "retry 41 7f3a");
}

BOOST_AUTO_TEST_CASE(a_sentence_about_a_vote_is_none) {
  for (const char* text : {"chris, can you approve 41 7f3a",
                           "@chris approve 41 7f3a",
                           "should we approve 41 7f3a?",
                           "approve 41 7f3a?",
                           "don't approve 41 7f3a",
                           "i approve 41 7f3a tomorrow",
                           "approve 41 7f3a or 42 beef",
                           "approve 41 7f3a would be wrong",
                           "> approve 41 7f3a",
                           "`approve 41 7f3a`",
                           "“approve 41 7f3a”",
                           "ben: approve 41 7f3a",
                           "approve 41 7f3a\napprove 42 beef",
                           "if it is cheap approve 41 7f3a",
                           "approve 41 7f3a as soon as ben agrees",
                           "approve 41 7f3a as long as it is free",
                           "approve 41 7f3a since when?",
                           "mark plan 41 7f3a undone",
                           "break 41 7f3a",
                           "approved 41 7f3a",
                           "lgtm 41 7f3a",
                           "approve 41",
                           "approve",
                           "approve all 7f3a",
                           "approve 41 ７f3a",
                           "approve 41 7fза",
                           "approve 99999999999 7f3a",
                           ""})
    BOOST_TEST(read(text).empty(), text);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace apiops
