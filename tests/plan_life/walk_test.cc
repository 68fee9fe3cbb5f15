// Random walks over the plan's life against the real store: people vote, cancel and judge, time passes, the service
// misbehaves, the process dies between any two moves. Whatever happens, each move is one that the model allows, what is
// over stays over, nothing is made twice, and the trail verifies.
#include <boost/test/unit_test.hpp>

#include "engine/record/audit_verify.h"
#include "tests/plan_life/plan_bench.h"

using namespace apiops;
using namespace apiops::testing;

namespace {

constexpr int kWalks = 60, kMoves = 14;

// Can the model get from one state to the other, in any number of moves?
bool reachable(PlanState from, PlanState to) {
  std::set<PlanState> seen{from};
  std::vector<PlanState> open{from};
  while (!open.empty()) {
    const PlanState at = open.back();
    open.pop_back();
    if (at == to) return true;
    for (int event = 0; event <= static_cast<int>(PlanEvent::kUndone); ++event)
      if (const auto next = next_state(at, static_cast<PlanEvent>(event)); next && seen.insert(*next).second)
        open.push_back(*next);
  }
  return false;
}

Turn any_turn(Random& random) {
  switch (random.below(7)) {
    case 0:
      return {true, Outcome::kUnknown, Error{.kind = ErrorKind::kUnknown, .what = "Cut after it was done."}};
    case 1:
      return {false, Outcome::kUnknown, Error{.kind = ErrorKind::kUnknown, .what = "Cut before it was done."}};
    case 2:
      return {false, Outcome::kNotDone, Error{.kind = ErrorKind::kRateLimited, .what = "Too many."}};
    case 3:
      return {false, Outcome::kNotDone, Error{.kind = ErrorKind::kTransient, .what = "Refused."}};
    case 4:
      return {false, Outcome::kNotDone, Error{.kind = ErrorKind::kRejected, .what = "Sold."}};
    default:
      return {};
  }
}

void one_move(PlanBench& b, const PlanRow& plan, Random& random) {
  static const std::vector<std::string> kPeople = {"ana", "ben", "chris"};
  static const std::vector<std::string> kVerdicts = {"approve", "approve", "approve", "reject",
                                                     "cancel",  "done",    "retry",   "drop"};
  switch (random.below(8)) {
    case 0:
    case 1:
    case 2:
      (void)b.says(kPeople[random.below(3)], kVerdicts[random.below(kVerdicts.size())], plan);
      break;
    case 3:
      b.sqlite.clock.advance(std::chrono::seconds(random.below(400)));
      break;
    case 4:
      b.executor->stop();  // the process dies: what it awaited is never heard of again
      b.begin_process();
      b.look_around();
      break;
    case 5:
      b.world.unreadable =
          random.below(2) == 0 ? std::optional(Error{.kind = ErrorKind::kTransient, .what = "503"}) : std::nullopt;
      break;
    case 6:
      b.world.seen = random.below(6) == 0 ? "moved" : "as planned";
      break;
    default:
      b.look_around();
  }
  for (int i = 0; i < static_cast<int>(random.below(12)); ++i) b.round();
}

}  // namespace

BOOST_AUTO_TEST_SUITE(walk)

BOOST_AUTO_TEST_CASE(whatever_happens_each_move_is_legal_and_nothing_is_made_twice) {
  std::map<PlanState, int> ends;
  for (std::uint64_t seed = 1; seed <= kWalks; ++seed) {
    PlanBench b(seed);
    SeededRandom random(seed * 7919);
    const PlanRow plan =
        b.propose(random.below(2) == 0 ? "fake.change" : "fake.spend", 1 + static_cast<int>(random.below(3)));
    for (int i = 0; i < 6; ++i) b.world.turns.push_back(any_turn(random));
    PlanState before = b.state(plan);
    for (int move = 0; move < kMoves; ++move) {
      one_move(b, plan, random);
      const PlanState now = b.state(plan);
      BOOST_TEST(reachable(before, now), "seed " << seed << ": " << to_string(before) << " → " << to_string(now));
      before = now;
    }
    // The service is well again, and two hours pass: no plan is stuck.
    b.world.unreadable.reset();
    b.world.turns.clear();
    b.begin_process();
    for (int i = 0; i < 300 && is_open(b.state(plan)); ++i) {
      b.look_around();
      b.sqlite.clock.advance(std::chrono::minutes(1));
      for (int turns = 0; turns < 25; ++turns) b.round();
      if (waits_for_a_person(b.view(plan))) (void)b.says("ben", "drop", plan);
    }
    const PlanView end = b.view(plan);
    BOOST_TEST(!is_open(end.plan.state), "seed " << seed << " is stuck: " << to_string(end.plan.state));
    ++ends[end.plan.state];
    for (const auto& step : end.steps) {
      const int made = b.world.made[get_string(step.draft.parameters, "thing")];
      BOOST_TEST(made <= 1, "seed " << seed << ": made " << made << " times");
      if (step.state == StepState::kDone && get_string(step.result, "told").find("says") == std::string::npos)
        BOOST_TEST(made == 1, "seed " << seed << ": told as done");
      if (step.state == StepState::kSkipped) BOOST_TEST(made == 0, "seed " << seed << ": told as not begun");
    }
    BOOST_TEST(verify_audit(*run(b.sqlite.loop, b.sqlite.store->audit({}))).sound());
  }
  BOOST_TEST(ends.size() >= 5u);  // the walks get about
}

BOOST_AUTO_TEST_SUITE_END()
