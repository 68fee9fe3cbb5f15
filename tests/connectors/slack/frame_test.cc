#include "connectors/chat/slack/frame.h"

#include <boost/test/unit_test.hpp>
#include <nlohmann/json.hpp>

using namespace apiops;
using slack::read_frame;

BOOST_AUTO_TEST_SUITE(slack_frame)

BOOST_AUTO_TEST_CASE(what_nobody_reads_is_left_out_and_the_rest_is_as_it_came) {
  const auto frame = read_frame(
      R"({"envelope_id":"e1","payload":{"event":{"text":"hi","blocks":[{"elements":[{"text":"hi"}]}],"ts":"1.2"},)"
      R"("authorizations":[{"a":1}],"list":[1,-2,2.5,true,null,{"b":[]}]},"retry_attempt":0})");
  BOOST_REQUIRE(frame.has_value());
  BOOST_TEST(
      frame->dump() ==
      R"({"envelope_id":"e1","payload":{"event":{"text":"hi","ts":"1.2"},"list":[1,-2,2.5,true,null,{"b":[]}]},"retry_attempt":0})");
}

BOOST_AUTO_TEST_CASE(a_skipped_scalar_skips_itself_only) {
  const auto frame = read_frame(R"({"blocks":"x","a":1,"files":null,"b":2})");
  BOOST_REQUIRE(frame.has_value());
  BOOST_TEST(frame->dump() == R"({"a":1,"b":2})");
}

BOOST_AUTO_TEST_CASE(depth_is_bounded_inside_of_what_is_skipped_too) {
  const std::string open(100, '['), close(100, ']');
  BOOST_TEST(!read_frame(R"({"a":)" + open + close + "}").has_value());
  BOOST_TEST(!read_frame(R"({"blocks":)" + open + close + "}").has_value());
  BOOST_TEST(!read_frame(std::string(1'000'000, '[')).has_value());
}

BOOST_AUTO_TEST_CASE(no_json_is_an_error_and_no_object_is_what_it_is) {
  for (const char* bad : {"", "{", R"({"type":)", "nonsense", "\xc3\x28"}) BOOST_TEST(!read_frame(bad).has_value());
  BOOST_TEST(read_frame("[]")->is_array());
  BOOST_TEST(read_frame("7")->is_number());
}

BOOST_AUTO_TEST_SUITE_END()
