// Whether a step that was certainly not done is tried again (engine/plans/retry_rule.h).
#include "engine/plans/retry_rule.h"

#include <boost/test/unit_test.hpp>

namespace apiops {

namespace {

StepResult not_done(std::optional<ErrorKind> why) {
  StepResult result{.outcome = Outcome::kNotDone};
  if (why) result.error = Error{.kind = *why, .what = "why"};
  return result;
}

std::optional<Duration> pause(const StepResult& result, int tries, Risk risk) {
  SeededRandom random(7);
  return pause_before_retry(result, tries, risk, random);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(retry_rule)

BOOST_AUTO_TEST_CASE(no_error_no_retry) {
  for (const Risk risk : {Risk::kTest, Risk::kChange, Risk::kSpend, Risk::kDelete, Risk::kAuth})
    BOOST_TEST(!pause(not_done(std::nullopt), 1, risk).has_value());
}

BOOST_AUTO_TEST_CASE(what_was_done_or_is_not_known_is_never_tried_again) {
  for (const Outcome outcome : {Outcome::kDone, Outcome::kUnknown}) {
    StepResult result = not_done(ErrorKind::kTransient);
    result.outcome = outcome;
    BOOST_TEST(!pause(result, 1, Risk::kChange).has_value());
  }
}

BOOST_AUTO_TEST_CASE(only_an_error_that_may_pass_is_tried_again) {
  for (const ErrorKind kind : {ErrorKind::kTransient, ErrorKind::kUnavailable, ErrorKind::kRateLimited})
    BOOST_TEST(pause(not_done(kind), 1, Risk::kSpend).has_value());
  for (const ErrorKind kind :
       {ErrorKind::kRejected, ErrorKind::kInvalid, ErrorKind::kNotFound, ErrorKind::kUnknown, ErrorKind::kBug})
    BOOST_TEST(!pause(not_done(kind), 1, Risk::kChange).has_value());
}

BOOST_AUTO_TEST_CASE(the_number_of_tries_is_bounded_and_smallest_where_it_is_grave) {
  BOOST_TEST(!pause(not_done(ErrorKind::kTransient), kTriesGrave, Risk::kSpend).has_value());
  BOOST_TEST(pause(not_done(ErrorKind::kTransient), kTriesGrave, Risk::kChange).has_value());
  BOOST_TEST(!pause(not_done(ErrorKind::kTransient), kTriesOthers, Risk::kChange).has_value());
  BOOST_TEST(!pause(not_done(ErrorKind::kRateLimited), kTriesRefused, Risk::kSpend).has_value());
}

BOOST_AUTO_TEST_CASE(a_wait_that_the_service_asks_for_is_kept_and_never_longer_than_the_longest_pause) {
  StepResult result = not_done(ErrorKind::kRateLimited);
  result.error->retry_after = std::chrono::seconds(90);
  BOOST_TEST((pause(result, 1, Risk::kChange) == Duration(std::chrono::seconds(90))));
  result.error->retry_after = std::chrono::hours(24 * 365);
  BOOST_TEST((pause(result, 1, Risk::kChange) == kLongestPause));
  result.error->retry_after = std::chrono::seconds(-5);
  BOOST_TEST((*pause(result, 1, Risk::kChange) > Duration::zero()));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace apiops
