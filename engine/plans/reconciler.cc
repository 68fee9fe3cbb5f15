// The part of the executor that goes on after a crash or a lost reply: it finds out by reading what became of an
// attempt, and never sends again what may have arrived.
#include <algorithm>

#include "engine/base/json.h"
#include "engine/plans/executor.h"
#include "engine/plans/plan_life.h"

namespace apiops {

namespace {

// The attempt whose outcome is not known: open when the process died, or answered as unknown.
const JournalRow* open_attempt(const std::vector<JournalRow>& journal, int step) {
  const JournalRow* found = nullptr;
  for (const auto& row : journal)
    if (row.step == step && (row.outcome.empty() || row.outcome == "unknown")) found = &row;
  return found;
}

}  // namespace

asio::awaitable<Status> Executor::resume_all() {
  auto plans = co_await desk_.store.plans({PlanState::kApproved, PlanState::kExecuting, PlanState::kUnknown}, 1'000);
  if (!plans) co_return std::unexpected(plans.error());
  for (const auto& plan : *plans) start(plan.id);
  co_return Status{};
}

asio::awaitable<Status> Executor::expire_due() {
  auto plans = co_await desk_.store.plans({PlanState::kProposed, PlanState::kWaiting, PlanState::kApproved}, 1'000);
  if (!plans) co_return std::unexpected(plans.error());
  for (const auto& plan : *plans) {
    if (desk_.clock.now() < plan.opens_until) {
      if (plan.state == PlanState::kApproved) start(plan.id);
      continue;
    }
    if (running_.contains(plan.id)) continue;
    auto view = co_await read_plan(desk_.store, plan.id);
    if (!view) co_return std::unexpected(view.error());
    if (!*view) continue;
    auto expired = co_await finish(**view, PlanEvent::kExpire, "expired", std::nullopt);
    if (!expired) co_return std::unexpected(expired.error());
  }
  co_return Status{};
}

// Looks at every step whose outcome is open. True: all are known now.
asio::awaitable<Result<bool>> Executor::find_out(PlanView& view) {
  auto journal = co_await desk_.store.journal(view.plan.id);
  if (!journal) co_return std::unexpected(journal.error());
  bool all_known = true;
  for (std::size_t i = 0; i < view.steps.size(); ++i) {
    StepRow& step = view.steps[i];
    if (step.state != StepState::kRunning && step.state != StepState::kUnknown) continue;
    const JournalRow* row = open_attempt(*journal, step.no);
    const OperationEntry entry = desk_.operations.find(step.draft.operation);
    if (!row || !entry.operation) {
      all_known = false;
      continue;
    }
    const Attempt attempt{.id = row->attempt,
                          .idempotency_key = row->idempotency_key,
                          .parameters = step.draft.parameters,
                          .expected = step.draft.expected,
                          .at = row->at};
    StepResult found = co_await entry.operation->reconcile(attempt);
    const bool known = found.outcome != Outcome::kUnknown;
    if (known || step.state == StepState::kRunning) {
      auto stored = co_await record(view, i, attempt.id, std::move(found), view.plan.fence);
      if (!stored) co_return std::unexpected(stored.error());
    }
    all_known = all_known && known;
  }
  co_return all_known;
}

// A plan that was executing when the process died, or whose outcome is unknown: look, each minute for an hour, then a
// person.
asio::awaitable<Status> Executor::recover(PlanView view) {
  for (int look = 0; look < kLooks; ++look) {
    auto known = co_await find_out(view);
    if (!known) co_return std::unexpected(known.error());
    if (*known) break;
    if (view.plan.state == PlanState::kExecuting) {
      auto lost = co_await finish(view, PlanEvent::kLoseTrack, "outcome unknown", view.plan.fence);
      if (!lost) co_return std::unexpected(lost.error());
    }
    if (look + 1 == kLooks) co_return Status{};
    co_await desk_.clock.sleep_for(kLookAgainEvery);
    auto fresh = co_await read_plan(desk_.store, view.plan.id);
    if (!fresh) co_return std::unexpected(fresh.error());
    if (!*fresh || (*fresh)->plan.state != PlanState::kUnknown) co_return Status{};
    view = std::move(**fresh);
  }
  const bool more = std::any_of(view.steps.begin(), view.steps.end(),
                                [](const StepRow& s) { return s.state == StepState::kWaiting; });
  if (view.plan.state == PlanState::kUnknown && more) {
    auto resumed = co_await finish(view, PlanEvent::kResume, "outcome found, going on", view.plan.fence);
    if (!resumed) co_return std::unexpected(resumed.error());
  }
  if (more && desk_.clock.now() < view.plan.opens_until) co_return co_await run_steps(view, view.plan.fence);
  co_return co_await settle(view, view.plan.fence);
}

}  // namespace apiops
