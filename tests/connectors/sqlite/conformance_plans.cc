// Plans: numbered once, decided once, executed by one, each effect intended once.
#include <asio/co_spawn.hpp>
#include <boost/test/unit_test.hpp>

#include "engine/record/audit_verify.h"
#include "tests/connectors/sqlite/store_conformance.h"
#include "tests/support/run.h"

namespace apiops::testing {

namespace {

bool vote(Bench& b, const PlanRow& plan, const std::string& person, PlanState to, Together together = {}) {
  auto counted = run(b.loop, b.store.vote(vote_of(plan, person, b.clock.now()),
                                          {.plan = plan.id, .version = plan.version, .to = to}, std::move(together)));
  BOOST_REQUIRE(counted.has_value());
  return *counted;
}

PlanRow again(Bench& b, const PlanRow& plan) { return **run(b.loop, b.store.plan(plan.id)); }

void a_proposed_plan_gets_the_next_number_wherever_it_is_told(Bench& b) {
  NewPlan plan = new_plan(b);
  Together together;
  together.outbox.push_back(message_to(b, "plan:" + plan.plan.id, ops_place(), "Plan {{number}} · Buy {{number}}"));
  together.buttons.push_back({.token_hash = "h1",
                              .action = {.kind = "ask", .subject = Json{{"slots", Json{{"plan", "{{number}}"}}}}},
                              .ends_at = b.clock.now()});
  together.audit.push_back(record_of("plan", plan.plan.id));
  together.audit.back().record["plan"] = "{{number}}";
  auto first = run(b.loop, b.store.propose(plan, together));
  BOOST_REQUIRE(first.has_value());
  BOOST_TEST(first->number == 1);
  BOOST_TEST(proposed(b).number == 2);
  auto message = run(b.loop, b.store.messages_of("plan:" + plan.plan.id));
  BOOST_TEST(get_string(message->at(0).document, "title") == "Plan 1 · Buy 1");
  auto button = run(b.loop, b.store.button("h1"));
  BOOST_REQUIRE((button && button->has_value()));
  BOOST_TEST((*button)->action.subject["slots"]["plan"] == "1");
  BOOST_TEST(get_string(whole_trail(b).at(1).entry.record, "plan") == "1");
  auto stored = run(b.loop, b.store.plan_by_number(1));
  BOOST_REQUIRE((*stored).has_value());
  BOOST_TEST((*stored)->fingerprint == plan.plan.fingerprint);
  BOOST_TEST(((*stored)->requester_identity == plan.plan.requester_identity));
  auto steps = run(b.loop, b.store.steps(plan.plan.id));
  BOOST_REQUIRE(steps->size() == 1u);
  BOOST_TEST((*steps)[0].draft.parameters == plan.steps[0].draft.parameters);
}

void of_two_votes_on_the_same_version_one_wins(Bench& b) {
  const PlanRow plan = proposed(b);
  int won = 0, answered = 0;
  for (const char* person : {"ana", "cleo"})
    asio::co_spawn(b.loop,
                   b.store.vote(vote_of(plan, person, b.clock.now()),
                                {.plan = plan.id, .version = plan.version, .to = PlanState::kApproved},
                                {.audit = {record_of("vote")}}),
                   [&](std::exception_ptr, Result<bool> counted) { ++answered, won += counted && *counted ? 1 : 0; });
  run(b.loop, b.store.ready());
  while (answered < 2) b.loop.restart(), b.loop.run_one();
  BOOST_TEST(won == 1);
  BOOST_TEST(run(b.loop, b.store.votes(plan.id))->size() == 1u);
  BOOST_TEST((again(b, plan).state == PlanState::kApproved));
  BOOST_TEST(again(b, plan).version == 2);
  BOOST_TEST(again(b, plan).decided_at.has_value());
}

void a_person_votes_once_on_a_plan(Bench& b) {
  PlanRow plan = proposed(b);
  BOOST_TEST(vote(b, plan, "ana", PlanState::kWaiting));
  plan = again(b, plan);
  BOOST_TEST(!vote(b, plan, "ana", PlanState::kApproved));
  BOOST_TEST((again(b, plan).state == PlanState::kWaiting));
  BOOST_TEST(again(b, plan).version == plan.version);
}

AllowanceRow allowance(Bench& b) { return *run(b.loop, b.store.allowance("spending/day", "2026-11-24")); }

Result<bool> approved_with(Bench& b, const PlanRow& plan, long long amount) {
  return run(b.loop,
             b.store.vote(vote_of(plan, "ana", b.clock.now()),
                          {.plan = plan.id,
                           .version = plan.version,
                           .to = PlanState::kApproved,
                           .holds = {{.rule = "spending/day", .window = "2026-11-24", .amount = amount, .most = 100}}},
                          {}));
}

void an_allowance_is_reserved_with_the_approval_and_settled_with_the_end(Bench& b) {
  const PlanRow one = proposed(b), two = proposed(b), three = proposed(b);
  BOOST_TEST(*approved_with(b, one, 60));
  BOOST_TEST(allowance(b).reserved == 60);
  const auto over = approved_with(b, two, 41);
  BOOST_REQUIRE(!over.has_value());
  BOOST_TEST(over.error().code == kOverAllowance);
  BOOST_TEST((again(b, two).state == two.state));  // the vote and the move were rolled back with it
  BOOST_TEST(run(b.loop, b.store.votes(two.id))->empty());
  BOOST_TEST(*approved_with(b, three, 40));
  BOOST_TEST(
      *run(b.loop, b.store.move({.plan = one.id, .version = again(b, one).version, .to = PlanState::kWaiting}, {})));
  BOOST_TEST(allowance(b).reserved == 40);  // an approver was lost: free again
  BOOST_TEST(*run(
      b.loop, b.store.move({.plan = three.id, .version = again(b, three).version, .to = PlanState::kSucceeded}, {})));
  BOOST_TEST(allowance(b).reserved == 0);
  BOOST_TEST(allowance(b).used == 40);
}

void a_plan_remembers_when_it_was_reminded_of_and_escalated(Bench& b) {
  const PlanRow plan = proposed(b);
  BOOST_TEST(*run(
      b.loop,
      b.store.move({.plan = plan.id, .version = plan.version, .to = plan.state, .reminded_at = b.clock.now()}, {})));
  BOOST_TEST(!*run(
      b.loop,
      b.store.move({.plan = plan.id, .version = plan.version, .to = plan.state, .reminded_at = b.clock.now()}, {})));
  BOOST_TEST(
      *run(b.loop,
           b.store.move({.plan = plan.id, .version = plan.version + 1, .to = plan.state, .escalated_at = b.clock.now()},
                        {})));
  BOOST_TEST((again(b, plan).reminded_at == b.clock.now()));
  BOOST_TEST((again(b, plan).escalated_at == b.clock.now()));
}

void a_vote_on_another_fingerprint_a_closed_or_an_old_plan_changes_nothing(Bench& b) {
  PlanRow plan = proposed(b);
  const std::size_t records = whole_trail(b).size();
  PlanRow other = plan;
  other.fingerprint = std::string(64, 'b');
  BOOST_TEST(!vote(b, other, "ana", PlanState::kApproved, {.audit = {record_of("vote")}}));
  b.clock.advance(std::chrono::hours(2));
  BOOST_TEST(!vote(b, plan, "ana", PlanState::kApproved, {.audit = {record_of("vote")}}));
  BOOST_TEST(*run(b.loop, b.store.move({.plan = plan.id, .version = 1, .to = PlanState::kExpired}, {})));
  PlanRow closed = again(b, plan);
  BOOST_TEST(closed.ended_at.has_value());
  BOOST_TEST(!vote(b, closed, "ana", PlanState::kApproved, {.audit = {record_of("vote")}}));
  BOOST_TEST(whole_trail(b).size() == records);
  BOOST_TEST(run(b.loop, b.store.votes(plan.id))->empty());
}

void one_executor_gets_an_approved_plan(Bench& b) {
  PlanRow plan = proposed(b);
  const long long fence = executing(b, plan);
  BOOST_TEST(fence == 1);
  BOOST_TEST(!run(b.loop, b.store.start(plan.id, plan.version, "agent-2", b.clock.now(), {}))->has_value());
  BOOST_TEST(*run(b.loop, b.store.renew(plan.id, fence, b.clock.now() + std::chrono::minutes(5))));
  BOOST_TEST(!*run(b.loop, b.store.renew(plan.id, fence + 1, b.clock.now())));
  BOOST_TEST(!*run(
      b.loop,
      b.store.move({.plan = plan.id, .version = plan.version, .to = PlanState::kSucceeded, .fence = fence + 1}, {})));
  BOOST_TEST(
      *run(b.loop,
           b.store.move({.plan = plan.id, .version = plan.version, .to = PlanState::kSucceeded, .fence = fence}, {})));
}

void the_journal_refuses_a_second_attempt_while_one_is_open_done_or_unknown(Bench& b) {
  PlanRow plan = proposed(b);
  const long long fence = executing(b, plan);
  StepRow step = run(b.loop, b.store.steps(plan.id))->at(0);
  JournalRow first = attempt_of(b, plan, 1, fence);
  BOOST_TEST(!*run(b.loop, b.store.intend(attempt_of(b, plan, 1, fence + 1), {})));
  BOOST_TEST(*run(b.loop, b.store.intend(first, {})));
  BOOST_TEST(!*run(b.loop, b.store.intend(attempt_of(b, plan, 1, fence), {})));
  BOOST_TEST(run(b.loop, b.store.journal(plan.id))->at(0).phase == "intended");
  BOOST_TEST(!*run(b.loop, b.store.sending(first.attempt, fence + 1, b.clock.now())));
  BOOST_TEST(*run(b.loop, b.store.sending(first.attempt, fence, b.clock.now())));
  BOOST_TEST(!*run(b.loop, b.store.sending(first.attempt, fence, b.clock.now())));  // once
  BOOST_TEST(run(b.loop, b.store.journal(plan.id))->at(0).phase == "sent");
  step.state = StepState::kUnknown;
  BOOST_TEST(*run(b.loop, b.store.outcome(first.attempt, "unknown", step, fence, {})));
  BOOST_TEST(!*run(b.loop, b.store.intend(attempt_of(b, plan, 1, fence), {})));
  step.state = StepState::kFailed;
  BOOST_TEST(*run(b.loop, b.store.outcome(first.attempt, "not_done", step, fence, {})));
  JournalRow second = attempt_of(b, plan, 1, fence);
  BOOST_TEST(*run(b.loop, b.store.intend(second, {})));
  step.state = StepState::kDone;
  step.result = {{"told", "bought"}};
  BOOST_TEST(*run(b.loop, b.store.outcome(second.attempt, "done", step, fence, {})));
  BOOST_TEST(!*run(b.loop, b.store.intend(attempt_of(b, plan, 1, fence), {})));
  BOOST_TEST(!*run(b.loop, b.store.outcome(second.attempt, "not_done", step, fence, {})));  // settled: never changes
  auto journal = run(b.loop, b.store.journal(plan.id));
  BOOST_REQUIRE(journal->size() == 2u);
  BOOST_TEST((*journal)[1].try_no == 2);
  BOOST_TEST((*journal)[1].outcome == "done");
  BOOST_TEST(get_string(run(b.loop, b.store.steps(plan.id))->at(0).result, "told") == "bought");
}

void steps_that_never_ran_are_skipped_and_those_that_ran_are_not(Bench& b) {
  PlanRow plan = proposed(b, 3);
  const long long fence = executing(b, plan);
  BOOST_TEST(*run(b.loop, b.store.intend(attempt_of(b, plan, 1, fence), {})));
  BOOST_TEST(*run(b.loop, b.store.skip_steps(plan.id, fence, Json(), {})));
  auto steps = run(b.loop, b.store.steps(plan.id));
  BOOST_TEST((steps->at(0).state == StepState::kRunning));
  BOOST_TEST((steps->at(2).state == StepState::kSkipped));
}

void a_replaced_plan_and_its_successor_change_together(Bench& b) {
  PlanRow old = proposed(b);
  auto fresh = run(b.loop, b.store.replace({.plan = old.id, .version = old.version, .to = PlanState::kDrifted},
                                           new_plan(b), {.audit = {record_of("plan")}}));
  BOOST_REQUIRE(fresh.has_value());
  BOOST_TEST(fresh->replaces == old.id);
  BOOST_TEST((again(b, old).state == PlanState::kDrifted));
  NewPlan late = new_plan(b);
  BOOST_TEST(
      !run(b.loop, b.store.replace({.plan = old.id, .version = old.version, .to = PlanState::kDrifted}, late, {}))
           .has_value());
  BOOST_TEST(!run(b.loop, b.store.plan(late.plan.id))->has_value());
  BOOST_TEST(proposed(b).number == 3);  // a number is not used up by what was not stored
  BOOST_TEST(run(b.loop, b.store.plans({PlanState::kProposed}, 10))->size() == 2u);
  BOOST_TEST(run(b.loop, b.store.plans({}, 10))->size() == 3u);
}

void a_unit_that_fails_leaves_the_others_of_its_commit_alone(Bench& b) {
  PlanRow plan = proposed(b);
  NewPlan twin = new_plan(b);
  twin.plan.id = plan.id;  // refused by the key
  int answered = 0;
  std::vector<bool> stored;
  auto count = [&](std::exception_ptr, Result<PlanRow> row) { ++answered, stored.push_back(row.has_value()); };
  asio::co_spawn(b.loop, b.store.propose(new_plan(b), {.audit = {record_of("plan", "left")}}), count);
  asio::co_spawn(b.loop, b.store.propose(twin, {.audit = {record_of("plan", "twin")}}), count);
  asio::co_spawn(b.loop, b.store.propose(new_plan(b), {.audit = {record_of("plan", "right")}}), count);
  while (answered < 3) b.loop.restart(), b.loop.run_one();
  BOOST_TEST(stored == (std::vector<bool>{true, false, true}), boost::test_tools::per_element());
  const auto trail = whole_trail(b);
  BOOST_TEST(trail.back().entry.plan == "right");
  BOOST_TEST(std::none_of(trail.begin(), trail.end(), [](const AuditRow& row) { return row.entry.plan == "twin"; }));
  BOOST_TEST(verify_audit(trail).sound());
  BOOST_TEST(run(b.loop, b.store.plans({}, 10))->at(0).number == 3);
}

void buttons_of_a_decided_plan_no_longer_vote(Bench& b) {
  NewPlan plan = new_plan(b);
  Together together;
  together.buttons.push_back({.token_hash = "h1",
                              .action = {.kind = "approve", .subject = Json{{"plan", plan.plan.id}}},
                              .fingerprint = plan.plan.fingerprint,
                              .ends_at = b.clock.now()});
  BOOST_REQUIRE(run(b.loop, b.store.propose(plan, together)).has_value());
  BOOST_TEST(*run(
      b.loop, b.store.move({.plan = plan.plan.id, .version = 1, .to = PlanState::kWaiting, .drop_buttons = true}, {})));
  BOOST_TEST((*run(b.loop, b.store.button("h1")))->fingerprint == plan.plan.fingerprint);
  BOOST_TEST(
      *run(b.loop,
           b.store.move({.plan = plan.plan.id, .version = 2, .to = PlanState::kRejected, .drop_buttons = true}, {})));
  auto button = run(b.loop, b.store.button("h1"));
  BOOST_REQUIRE(button->has_value());  // still known, so that a click on it is answered
  BOOST_TEST((*button)->fingerprint.empty());
  BOOST_TEST(!run(b.loop, b.store.button("h2"))->has_value());
}

}  // namespace

#define APIOPS_RULE(name) \
  Rule { #name, name }
std::vector<Rule> plan_rules() {
  return {APIOPS_RULE(a_proposed_plan_gets_the_next_number_wherever_it_is_told),
          APIOPS_RULE(of_two_votes_on_the_same_version_one_wins),
          APIOPS_RULE(a_person_votes_once_on_a_plan),
          APIOPS_RULE(an_allowance_is_reserved_with_the_approval_and_settled_with_the_end),
          APIOPS_RULE(a_plan_remembers_when_it_was_reminded_of_and_escalated),
          APIOPS_RULE(a_vote_on_another_fingerprint_a_closed_or_an_old_plan_changes_nothing),
          APIOPS_RULE(one_executor_gets_an_approved_plan),
          APIOPS_RULE(the_journal_refuses_a_second_attempt_while_one_is_open_done_or_unknown),
          APIOPS_RULE(steps_that_never_ran_are_skipped_and_those_that_ran_are_not),
          APIOPS_RULE(a_replaced_plan_and_its_successor_change_together),
          APIOPS_RULE(a_unit_that_fails_leaves_the_others_of_its_commit_alone),
          APIOPS_RULE(buttons_of_a_decided_plan_no_longer_vote)};
}

}  // namespace apiops::testing
