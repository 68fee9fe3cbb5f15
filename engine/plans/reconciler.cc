// The part of the executor that goes on after a crash or a lost reply: it finds out by reading what became of an
// attempt, and never sends again what may have arrived.
#include <algorithm>

#include "engine/base/crash_point.h"
#include "engine/base/json.h"
#include "engine/plans/executor.h"

namespace apiops {

namespace {

// The attempt whose outcome is not known: open when the process died, or answered as unknown.
const JournalRow* open_attempt(const std::vector<JournalRow>& journal, int step) {
  const JournalRow* found = nullptr;
  for (const auto& row : journal)
    if (row.step == step && (row.outcome.empty() || row.outcome == "unknown")) found = &row;
  return found;
}

bool open(const StepRow& step) { return step.state == StepState::kRunning || step.state == StepState::kUnknown; }

bool person_says(const StepRow& step) {
  return step.state == StepState::kUnknown && get_bool(step.result, "person").value_or(false);
}

}  // namespace

bool waits_for_a_person(const PlanView& view) {
  return view.plan.state == PlanState::kUnknown && std::ranges::any_of(view.steps, person_says);
}

// A plan that was executing when the process died, or whose outcome is unknown: look at once, then each minute for an
// hour, then a person says.
asio::awaitable<Status> Executor::recover(Run& run) {
  if (waits_for_a_person(run.view)) co_return Status{};
  auto ours = co_await take_over(run);
  if (!ours) co_return std::unexpected(ours.error());
  while (*ours && !stopping_) {
    auto found = co_await find_out(run);
    if (!found) co_return std::unexpected(found.error());
    PlanView& view = run.view;
    if (*found == Found::kAll) break;
    if (view.plan.state == PlanState::kExecuting) {
      if (auto lost = co_await finish(view, PlanEvent::kLoseTrack, "outcome unknown"); !lost) co_return lost;
    }
    if (*found == Found::kPersonSays) co_return Status{};
    co_await desk_.clock.sleep_for(kLookAgainEvery);
    ours = co_await read_again(run);
    if (!ours) co_return std::unexpected(ours.error());
    if (view.plan.state != PlanState::kUnknown) co_return Status{};
  }
  if (!*ours || stopping_) co_return Status{};
  PlanView& view = run.view;
  const bool more = std::ranges::any_of(view.steps, [](const StepRow& s) { return s.state == StepState::kWaiting; });
  const bool goes_on = more && desk_.clock.now() < view.plan.opens_until;
  if (goes_on && view.plan.state == PlanState::kUnknown) {
    if (auto resumed = co_await finish(view, PlanEvent::kResume, "outcome found, going on"); !resumed)
      co_return resumed;
    if (view.plan.state != PlanState::kExecuting) co_return Status{};
  }
  if (goes_on) co_return co_await run_steps(run);
  co_return co_await settle(run);
}

// One process owns a store, so who had a lease before this one began is dead, whatever is left of it. A lease that was
// given since then is of a process that lives beside this one: its file's lock was taken away from it.
bool Executor::lives_elsewhere(const PlanRow& plan) const {
  return plan.leased_until && *plan.leased_until - kLease > born_ &&
         desk_.clock.now() < *plan.leased_until + kStepLimit;
}

// What another process left behind gets a new fence: its late writes no longer hold, and it marks nothing as sent. What
// it sent may still arrive (kMayStillArrive).
asio::awaitable<Result<bool>> Executor::take_over(Run& run) {
  if (run.view.plan.executor == name_) co_return true;
  if (lives_elsewhere(run.view.plan)) co_return false;
  Together together;
  together.audit.push_back(plan_record("start", run.view, name_, "goes on where another process stopped", "pending"));
  const Duration ours_until = desk_.clock.steady() + kLease;
  auto fence = co_await desk_.store.take_over(run.view.plan.id, run.view.plan.fence, name_, desk_.clock.now() + kLease,
                                              std::move(together));
  if (!fence) co_return std::unexpected(fence.error());
  if (!*fence) co_return false;
  APIOPS_CRASH_POINT("reconciler.taken_over");
  run.ours_until = ours_until;
  co_return co_await read_again(run);
}

// Looks at every step whose outcome is open.
asio::awaitable<Result<Executor::Found>> Executor::find_out(Run& run) {
  auto journal = co_await desk_.store.journal(run.view.plan.id);
  if (!journal) co_return std::unexpected(journal.error());
  Found all = Found::kAll;
  for (std::size_t i = 0; i < run.view.steps.size(); ++i) {
    if (!open(run.view.steps[i])) continue;
    const JournalRow* row = open_attempt(*journal, run.view.steps[i].no);
    if (!row) co_return failure(ErrorKind::kBug, "A step runs without an attempt in the journal.");
    auto found = co_await look_at(run, i, *row);
    if (!found) co_return found;
    all = std::max(all, *found);
  }
  co_return all;
}

asio::awaitable<Result<Executor::Found>> Executor::look_at(Run& run, std::size_t index, JournalRow row) {
  StepRow& step = run.view.steps[index];
  if (person_says(step)) co_return Found::kPersonSays;
  if (row.phase == "intended") {
    StepResult never{.outcome = Outcome::kNotDone, .told = "Nothing was sent: the agent was stopped before."};
    never.error = Error{.kind = ErrorKind::kTransient, .what = never.told};
    auto stored = co_await record(run, index, std::move(row.attempt), std::move(never));
    if (!stored) co_return std::unexpected(stored.error());
    co_return Found::kAll;
  }
  const OperationEntry entry = desk_.operations.find(step.draft.operation);
  StepResult found;
  found.told = "This build no longer offers " + step.draft.operation + ", so I can't look what became of it.";
  if (entry.operation) {
    ++effects_;
    struct Counted {
      int& count;
      ~Counted() { --count; }
    } counted{effects_};
    found = co_await entry.operation->reconcile({.id = row.attempt,
                                                 .idempotency_key = row.idempotency_key,
                                                 .parameters = step.draft.parameters,
                                                 .expected = step.draft.expected,
                                                 .at = row.at});
  }
  APIOPS_CRASH_POINT("reconciler.looked");
  const Duration age = desk_.clock.now() - row.at;
  if (found.outcome == Outcome::kNotDone && age < kMayStillArrive) {
    found.outcome = Outcome::kUnknown;
    found.error = Error{.kind = ErrorKind::kUnknown, .what = "It is not there yet, but may still arrive."};
    found.told = "Sent, and not there yet. It may still arrive, so I look again in a minute. I will not send it again.";
  }
  const bool known = found.outcome != Outcome::kUnknown;
  const bool conflict = !known && found.error && found.error->kind == ErrorKind::kRejected;
  const bool too_long = !known && age >= kLookFor;
  if (too_long) {
    found.error = Error{.kind = ErrorKind::kRejected, .what = "What became of it could not be found out."};
    found.told = "I looked for an hour and can't tell what became of it. " + found.told;
  }
  if (known || conflict || too_long || step.state == StepState::kRunning) {
    auto stored = co_await record(run, index, std::move(row.attempt), std::move(found));
    if (!stored) co_return std::unexpected(stored.error());
  }
  if (conflict || too_long) co_return Found::kPersonSays;
  co_return known ? Found::kAll : Found::kNotYet;
}

}  // namespace apiops
