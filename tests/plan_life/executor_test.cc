// The executor: what it does when things go wrong, and what it says then.
#include <boost/test/unit_test.hpp>

#include "engine/base/document.h"
#include "tests/plan_life/plan_bench.h"

using namespace apiops;
using namespace apiops::testing;

namespace {

Error rate_limited(std::chrono::seconds wait) {
  return {.kind = ErrorKind::kRateLimited, .what = "Too many requests.", .retry_after = wait};
}

std::string told(PlanBench& b, const PlanRow& plan, std::size_t step = 0) {
  return get_string(b.view(plan).steps[step].result, "told");
}

}  // namespace

BOOST_AUTO_TEST_SUITE(executor)

BOOST_AUTO_TEST_CASE(an_approved_plan_is_done_once_and_says_so) {
  PlanBench b;
  const PlanRow plan = b.propose("fake.spend");
  BOOST_TEST(b.says("ben", "approve", plan).counted);
  b.turn();
  BOOST_TEST((b.state(plan) == PlanState::kSucceeded));
  b.look_around();
  b.turn();
  BOOST_TEST(b.world.made["thing-1"] == 1);
  BOOST_TEST(b.card(plan).aside.starts_with("done"));
}

BOOST_AUTO_TEST_CASE(a_refusal_for_too_many_requests_waits_its_time_and_says_so) {
  PlanBench b;
  b.world.turns = {{false, Outcome::kNotDone, rate_limited(std::chrono::seconds(90))}};
  const PlanRow plan = b.propose("fake.spend");
  b.says("ben", "approve", plan);
  b.turn();
  BOOST_TEST((b.state(plan) == PlanState::kExecuting));
  BOOST_TEST(told(b, plan).find("I try again in") != std::string::npos, told(b, plan));
  BOOST_TEST(b.world.sent == 1);
  b.pass(std::chrono::seconds(80));
  BOOST_TEST(b.world.sent == 1);
  b.pass(std::chrono::seconds(60));
  BOOST_TEST(b.world.sent == 2);
  BOOST_TEST((b.state(plan) == PlanState::kSucceeded));
}

BOOST_AUTO_TEST_CASE(a_purchase_that_failed_is_tried_once_more_and_no_oftener) {
  PlanBench b;
  const Error trouble{.kind = ErrorKind::kTransient, .what = "No connection."};
  for (int i = 0; i < 5; ++i) b.world.turns.push_back({false, Outcome::kNotDone, trouble});
  const PlanRow plan = b.propose("fake.spend");
  b.says("ben", "approve", plan);
  for (int i = 0; i < 10; ++i) b.pass(std::chrono::seconds(30));
  BOOST_TEST(b.world.sent == 2);
  BOOST_TEST((b.state(plan) == PlanState::kFailed));
}

BOOST_AUTO_TEST_CASE(a_refusal_of_the_request_itself_is_not_tried_again) {
  PlanBench b;
  b.world.turns = {{false, Outcome::kNotDone, Error{.kind = ErrorKind::kRejected, .what = "Sold."}}};
  const PlanRow plan = b.propose("fake.change");
  b.says("ben", "approve", plan);
  for (int i = 0; i < 5; ++i) b.pass(std::chrono::minutes(1));
  BOOST_TEST(b.world.sent == 1);
  BOOST_TEST((b.state(plan) == PlanState::kFailed));
}

BOOST_AUTO_TEST_CASE(what_was_not_done_and_names_no_error_is_not_tried_again) {
  PlanBench b;
  b.world.turns = {{false, Outcome::kNotDone}};
  const PlanRow plan = b.propose("fake.change");
  b.says("ben", "approve", plan);
  for (int i = 0; i < 5; ++i) b.pass(std::chrono::minutes(1));
  BOOST_TEST(b.world.sent == 1);
  BOOST_TEST((b.state(plan) == PlanState::kFailed));
}

BOOST_AUTO_TEST_CASE(nothing_is_tried_again_after_the_approval_ran_out) {
  PlanBench b;
  b.world.turns = {{false, Outcome::kNotDone, rate_limited(std::chrono::hours(1))}};
  const PlanRow plan = b.propose("fake.spend");
  b.sqlite.clock.advance(std::chrono::minutes(20));  // of 30
  b.says("ben", "approve", plan);
  b.turn();
  BOOST_TEST((b.state(plan) == PlanState::kFailed));
  BOOST_TEST(b.world.sent == 1);
}

BOOST_AUTO_TEST_CASE(what_was_seen_is_looked_at_again_and_the_difference_is_shown) {
  PlanBench b;
  const PlanRow plan = b.propose("fake.change");
  b.world.seen = "something else";
  b.says("ben", "approve", plan);
  b.turn();
  BOOST_TEST((b.state(plan) == PlanState::kDrifted));
  BOOST_TEST(b.world.sent == 0);
  BOOST_TEST(told(b, plan).find("as planned → something else") != std::string::npos, told(b, plan));
}

BOOST_AUTO_TEST_CASE(fault_row_72_a_price_above_the_ceiling_is_drift_and_offers_a_new_plan) {
  PlanBench b;
  const PlanRow plan = b.propose("fake.spend");
  b.world.seen = "above the ceiling";
  b.says("ben", "approve", plan);
  b.turn();
  BOOST_TEST((b.state(plan) == PlanState::kDrifted));
  BOOST_TEST(b.world.sent == 0);
  BOOST_TEST(b.offers(plan, "Ask again"));
}

BOOST_AUTO_TEST_CASE(fault_row_72_of_a_suspended_account_nothing_is_sent) {
  PlanBench b;
  const PlanRow plan = b.propose("fake.spend");
  b.world.unreadable = Error{.kind = ErrorKind::kRejected, .what = "The account is suspended."};
  b.says("ben", "approve", plan);
  b.turn();
  BOOST_TEST((b.state(plan) == PlanState::kFailed));
  BOOST_TEST(b.world.sent == 0);
  BOOST_TEST(told(b, plan).find("suspended") != std::string::npos, told(b, plan));
}

BOOST_AUTO_TEST_CASE(what_can_not_be_read_now_is_looked_at_again_before_anything_is_sent) {
  PlanBench b;
  const PlanRow plan = b.propose("fake.change");
  b.world.unreadable = Error{.kind = ErrorKind::kTransient, .what = "No answer."};
  b.says("ben", "approve", plan);
  b.turn();
  BOOST_TEST((b.state(plan) == PlanState::kExecuting));
  BOOST_TEST(b.world.sent == 0);
  b.world.unreadable.reset();
  b.pass(std::chrono::seconds(5));
  BOOST_TEST((b.state(plan) == PlanState::kSucceeded));
}

BOOST_AUTO_TEST_CASE(of_a_batch_each_item_is_told) {
  PlanBench b;
  b.world.turns = {{}, {false, Outcome::kNotDone, Error{.kind = ErrorKind::kRejected, .what = "Opted out."}}, {}};
  const PlanRow plan = b.propose("fake.change", 3);
  b.says("ben", "approve", plan);
  b.turn();
  BOOST_TEST((b.state(plan) == PlanState::kPartlyDone));
  BOOST_TEST(b.card(plan).aside == "partly done · 2 of 3 done");
  BOOST_TEST(b.world.made.size() == 2u);
}

BOOST_AUTO_TEST_CASE(cancelled_between_steps_nothing_more_begins) {
  PlanBench b;
  b.world.turns = {{}, {false, Outcome::kNotDone, rate_limited(std::chrono::seconds(60))}};
  const PlanRow plan = b.propose("fake.change", 3);
  b.says("ben", "approve", plan);
  b.turn();
  BOOST_TEST(b.offers(plan, "Cancel the rest"));
  const VoteReply reply = b.says("ana", "cancel", plan);
  BOOST_TEST(reply.counted, reply.text);
  b.pass(std::chrono::minutes(2));
  BOOST_TEST((b.state(plan) == PlanState::kPartlyDone));
  BOOST_TEST(b.world.made.size() == 1u);
  BOOST_TEST(told(b, plan, 2).find("cancelled by ana") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(an_attempt_whose_reply_was_lost_is_found_and_not_sent_again) {
  PlanBench b;
  b.world.turns = {{true, Outcome::kUnknown, Error{.kind = ErrorKind::kUnknown, .what = "Cut."}}};
  const PlanRow plan = b.propose("fake.spend");
  b.says("ben", "approve", plan);
  b.turn();
  BOOST_TEST((b.state(plan) == PlanState::kSucceeded));
  BOOST_TEST(b.world.made["thing-1"] == 1);
}

BOOST_AUTO_TEST_CASE(what_is_not_there_yet_may_still_arrive_and_is_not_sent_again_before_that) {
  PlanBench b;
  b.world.turns = {{false, Outcome::kUnknown, Error{.kind = ErrorKind::kUnknown, .what = "Cut."}}};
  const PlanRow plan = b.propose("fake.spend");
  b.says("ben", "approve", plan);
  b.turn();
  BOOST_TEST((b.state(plan) == PlanState::kUnknown));
  BOOST_TEST(b.world.sent == 1);
  b.world.made["thing-1"] = 1;  // it arrives late
  b.pass(std::chrono::minutes(1));
  BOOST_TEST((b.state(plan) == PlanState::kSucceeded));
  BOOST_TEST(b.world.sent == 1);
}

BOOST_AUTO_TEST_CASE(fault_row_46_an_outcome_that_can_not_be_read_for_an_hour_is_for_a_person_to_say) {
  PlanBench b;
  b.world.turns = {{true, Outcome::kUnknown, Error{.kind = ErrorKind::kUnknown, .what = "Cut."}}};
  const PlanRow plan = b.propose("fake.spend");
  b.says("ben", "approve", plan);
  for (int i = 0; i < 500 && b.world.sent == 0; ++i) b.round();  // it breaks down right after the effect was sent
  b.world.unreadable = Error{.kind = ErrorKind::kTransient, .what = "503"};
  b.turn();
  BOOST_REQUIRE((b.state(plan) == PlanState::kUnknown));
  BOOST_TEST(!b.offers(plan, "It was done"));
  BOOST_TEST(!b.says("ben", "drop", plan).counted);
  for (int minute = 0; minute < 62; ++minute) b.pass(std::chrono::minutes(1));
  BOOST_TEST(b.world.looked >= 55);
  BOOST_TEST(b.world.sent == 1);
  BOOST_TEST(b.offers(plan, "It was done"));
  BOOST_TEST(b.offers(plan, "Not done: try once more"));
  BOOST_TEST(!b.says("ana", "done", plan).counted);   // who asked for a purchase does not judge it
  BOOST_TEST(!b.says("ben", "retry", plan).counted);  // its approval ran out
  const VoteReply reply = b.says("ben", "done", plan);
  BOOST_TEST(reply.counted, reply.text);
  b.turn();
  BOOST_TEST((b.state(plan) == PlanState::kSucceeded));
  BOOST_TEST(told(b, plan) == "done, says ben");
  BOOST_TEST(!b.says("chris", "drop", plan).counted);
}

BOOST_AUTO_TEST_CASE(a_plan_and_the_one_it_takes_back_change_together) {
  PlanBench b;
  const PlanRow plan = b.propose("fake.change");
  b.says("ben", "approve", plan);
  b.turn();
  Planner planner(b.desk());
  auto undo = run(b.sqlite.loop, planner.propose_undo({.operation = "change.undo",
                                                       .requester = b.policy->person("ana"),
                                                       .identity = {"console", "main", "ana"},
                                                       .place = {"console", "main", "#ops", "t2"}},
                                                      plan.number));
  BOOST_REQUIRE((undo && undo->plan));
  BOOST_TEST((b.state(plan) == PlanState::kSucceeded));
  b.says("ben", "approve", *undo->plan);
  b.turn();
  BOOST_TEST((b.state(*undo->plan) == PlanState::kSucceeded));
  BOOST_TEST((b.state(plan) == PlanState::kUndone));
  BOOST_TEST(b.card(plan).aside == "undone");
}

BOOST_AUTO_TEST_CASE(fault_row_50_a_stop_begins_no_new_step_and_the_next_process_goes_on) {
  PlanBench b;
  b.world.turns = {{false, Outcome::kNotDone, rate_limited(std::chrono::seconds(30))}};
  const PlanRow plan = b.propose("fake.change", 2);
  b.says("ben", "approve", plan);
  b.turn();
  b.executor->stop();
  BOOST_TEST(!b.executor->busy());
  b.pass(std::chrono::minutes(1));
  BOOST_TEST(b.world.sent == 1);
  b.begin_process();
  b.look_around();
  b.turn();
  b.pass(std::chrono::minutes(1));
  BOOST_TEST((b.state(plan) == PlanState::kSucceeded));
  BOOST_TEST(b.world.made.size() == 2u);
}

BOOST_AUTO_TEST_CASE(fault_row_52_who_was_taken_over_writes_nothing_and_sends_nothing) {
  PlanBench b;
  b.world.turns = {{false, Outcome::kNotDone, rate_limited(std::chrono::seconds(30))}};
  const PlanRow plan = b.propose("fake.spend");
  b.says("ben", "approve", plan);
  b.turn();
  const long long fence = b.view(plan).plan.fence;
  auto taken =
      run(b.sqlite.loop, b.sqlite.store->take_over(plan.id, fence, "another", b.sqlite.clock.now() + kLease, {}));
  BOOST_REQUIRE((taken && *taken));
  b.pass(std::chrono::minutes(2));
  BOOST_TEST(b.world.sent == 1);
  BOOST_TEST((b.state(plan) == PlanState::kExecuting));
  BOOST_TEST(b.view(plan).plan.executor == "another");
}

BOOST_AUTO_TEST_CASE(fault_row_52_what_a_living_process_works_on_is_not_taken_from_it) {
  PlanBench b;
  b.world.turns = {{false, Outcome::kNotDone, rate_limited(std::chrono::hours(1))}};
  const PlanRow plan = b.propose("fake.change");
  b.sqlite.clock.advance(std::chrono::seconds(1));
  b.says("ben", "approve", plan);
  b.turn();
  // A second one beside it, on the same store, that was there before the plan was begun.
  Executor beside(b.desk(), b.sqlite.loop.get_executor(), "beside");
  b.sqlite.clock.advance(std::chrono::seconds(1));
  run(b.sqlite.loop, b.sqlite.store->renew(plan.id, b.view(plan).plan.fence, b.sqlite.clock.now() + kLease));
  (void)run(b.sqlite.loop, beside.look_around());
  b.turn();
  BOOST_TEST(b.view(plan).plan.executor == "process-1");
  b.executor->stop();
  b.pass(std::chrono::minutes(1));  // from here on it keeps no lease
  b.pass(kLease + kStepLimit + std::chrono::seconds(1));
  (void)run(b.sqlite.loop, beside.look_around());
  b.turn();
  BOOST_TEST(b.view(plan).plan.executor == "beside");
  beside.stop();
  b.sqlite.clock.stop();  // what it has under way ends here, as it goes before the bench does
  b.turn();
}

BOOST_AUTO_TEST_CASE(fault_row_63_a_step_of_the_wall_clock_back_never_lets_an_approval_live_longer) {
  PlanBench b;
  const PlanRow plan = b.propose("fake.spend");
  b.sqlite.clock.advance(std::chrono::minutes(29));
  run(b.sqlite.loop, b.sqlite.store->ready());
  // The next process starts with a wall clock that was put back a year: the store's mark says how late it is.
  b.sqlite.clock.set(b.sqlite.clock.now() - std::chrono::hours(24 * 365));
  Time mark{};
  b.sqlite.options.clock_mark = [&mark](Time latest) { mark = latest; };
  b.executor.reset();
  b.desk_.reset();
  b.sqlite.open();
  BOOST_TEST((mark >= plan.opens_until - std::chrono::minutes(2)));
  b.sqlite.clock.set(std::max(mark, b.sqlite.clock.now()));
  b.begin_process();
  b.sqlite.clock.advance(std::chrono::minutes(2));
  BOOST_TEST(!b.says("ben", "approve", plan).counted);
  b.look_around();
  b.turn();
  BOOST_TEST((b.state(plan) == PlanState::kExpired));
  BOOST_TEST(b.world.sent == 0);
}

BOOST_AUTO_TEST_SUITE_END()
