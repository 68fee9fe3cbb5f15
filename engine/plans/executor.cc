#include "engine/plans/executor.h"

#include <fmt/format.h>

#include <algorithm>
#include <asio/co_spawn.hpp>
#include <asio/detached.hpp>

#include "engine/base/digest.h"
#include "engine/base/json.h"
#include "engine/base/text.h"
#include "engine/plans/autofix_rules.h"
#include "engine/plans/plan_life.h"
#include "engine/plans/standing.h"
#include "engine/ports/step_json.h"

namespace apiops {

namespace {

std::string told_by(const StepResult& result) {
  if (!result.told.empty()) return result.told;
  return result.error ? result.error->what : "";
}

bool any(const PlanView& view, StepState state) {
  return std::any_of(view.steps.begin(), view.steps.end(), [state](const StepRow& s) { return s.state == state; });
}

// What a plan has come to once no step waits any more.
PlanEvent end_of(const PlanView& view) {
  if (any(view, StepState::kUnknown)) return PlanEvent::kLoseTrack;
  if (!any(view, StepState::kFailed) && !any(view, StepState::kSkipped)) return PlanEvent::kSucceed;
  return any(view, StepState::kDone) ? PlanEvent::kPartly : PlanEvent::kFail;
}

StepState state_of(Outcome outcome) {
  switch (outcome) {
    case Outcome::kDone:
      return StepState::kDone;
    case Outcome::kNotDone:
      return StepState::kFailed;
    case Outcome::kUnknown:
      return StepState::kUnknown;
  }
  return StepState::kUnknown;
}

}  // namespace

void Executor::start(std::string plan) {
  if (!running_.insert(plan).second) return;
  asio::co_spawn(loop_, run(std::move(plan)), asio::detached);
}

asio::awaitable<void> Executor::run(std::string plan) {
  try {
    // A store that takes no writes is not the end of the plan: expire_due() and the next start find it again.
    (void)co_await run_whole(plan);
  } catch (...) {
    running_.erase(plan);
    throw;
  }
  running_.erase(plan);
  desk_.outbox_changed();
}

asio::awaitable<Status> Executor::run_whole(std::string plan) {
  auto read = co_await read_plan(desk_.store, plan);
  if (!read) co_return std::unexpected(read.error());
  if (!*read) co_return Status{};
  PlanView view = std::move(**read);
  if (view.plan.state == PlanState::kExecuting || view.plan.state == PlanState::kUnknown)
    co_return co_await recover(std::move(view));
  if (view.plan.state != PlanState::kApproved) co_return Status{};
  auto claimed = co_await claim(view);
  if (!claimed) co_return std::unexpected(claimed.error());
  if (!*claimed) co_return Status{};
  co_return co_await run_steps(view, view.plan.fence);
}

// Rights and time are looked at once more; then exactly one executor gets the plan.
asio::awaitable<Result<bool>> Executor::claim(PlanView& view) {
  const Time now = desk_.clock.now();
  auto standing = co_await read_standing(desk_, view);
  if (!standing) co_return std::unexpected(standing.error());
  if (now >= view.plan.opens_until || !standing->enough()) {
    const bool over = now >= view.plan.opens_until;
    const PlanEvent event = over                                 ? PlanEvent::kExpire
                            : view.plan.origin == kAutofixOrigin ? PlanEvent::kCancel  // no person can approve it
                                                                 : PlanEvent::kApproverLost;
    const std::string why = over                        ? "expired before it started"
                            : standing->why_not.empty() ? "an approver lost the right"
                                                        : standing->why_not;
    auto moved = co_await finish(view, event, why, std::nullopt);
    if (!moved) co_return std::unexpected(moved.error());
    co_return false;
  }
  PlanView after = view;
  after.plan.state = PlanState::kExecuting;
  auto together = co_await card_everywhere(desk_, after);
  if (!together) co_return std::unexpected(together.error());
  together->audit.push_back(plan_record("start", after, name_, "started", "pending"));
  auto fence = co_await desk_.store.start(view.plan.id, view.plan.version, name_, now + kLease, std::move(*together));
  if (!fence) co_return std::unexpected(fence.error());
  if (!*fence) co_return false;
  auto fresh = co_await read_plan(desk_.store, view.plan.id);
  if (!fresh) co_return std::unexpected(fresh.error());
  view = std::move(**fresh);
  desk_.outbox_changed();
  co_return true;
}

asio::awaitable<Status> Executor::run_steps(PlanView& view, long long fence) {
  for (std::size_t i = 0; i < view.steps.size(); ++i) {
    if (view.steps[i].state != StepState::kWaiting) continue;
    auto renewed = co_await desk_.store.renew(view.plan.id, fence, desk_.clock.now() + kLease);
    if (!renewed) co_return std::unexpected(renewed.error());
    if (!*renewed) co_return Status{};  // somebody else took over
    auto fits = co_await check_drift(view, i, fence);
    if (!fits) co_return std::unexpected(fits.error());
    if (!*fits) co_return Status{};
    auto goes_on = co_await run_step(view, i, fence);
    if (!goes_on) co_return std::unexpected(goes_on.error());
    if (!*goes_on) break;
  }
  co_return co_await settle(view, fence);
}

// False: the plan has been ended here, because what was seen when it was planned is no longer so.
asio::awaitable<Result<bool>> Executor::check_drift(PlanView& view, std::size_t index, long long fence) {
  StepRow& step = view.steps[index];
  const OperationEntry entry = desk_.operations.find(step.draft.operation);
  std::string trouble;
  if (!entry.operation) {
    trouble = "This build no longer offers " + step.draft.operation + ".";
  } else {
    auto now = co_await entry.operation->observe(step.draft.parameters);
    if (now && canonical(*now) == canonical(step.draft.expected)) co_return true;
    trouble = now ? "What this plan rests on has changed since it was shown. Nothing was done." : now.error().what;
    if (!now && (any(view, StepState::kDone) || now.error().kind != ErrorKind::kNotFound))
      trouble = "The state before could not be read again: " + trouble;
  }
  step.result = Json{{"told", desk_.gate.mask(std::string_view(trouble))}};
  if (!any(view, StepState::kDone)) {
    auto ended = co_await finish(view, PlanEvent::kDrift, "drifted: " + trouble, fence);
    if (!ended) co_return std::unexpected(ended.error());
    co_return false;
  }
  auto ended = co_await settle(view, fence);
  if (!ended) co_return std::unexpected(ended.error());
  co_return false;
}

// True: the next step may go on.
asio::awaitable<Result<bool>> Executor::run_step(PlanView& view, std::size_t index, long long fence) {
  StepRow& step = view.steps[index];
  step.state = StepState::kRunning;
  auto together = co_await card_everywhere(desk_, view);
  if (!together) co_return std::unexpected(together.error());
  JournalRow row{.attempt = make_id(desk_.clock.now(), desk_.random),
                 .plan = view.plan.id,
                 .step = step.no,
                 .idempotency_key = view.plan.id + "-" + std::to_string(step.no),
                 .request_digest = sha256_hex(canonical(step.draft.parameters)),
                 .fence = fence,
                 .at = desk_.clock.now()};
  together->audit.push_back(plan_record("effect", view, name_, "intends " + step.draft.operation, "pending"));
  const Attempt attempt{.id = row.attempt,
                        .idempotency_key = row.idempotency_key,
                        .parameters = step.draft.parameters,
                        .expected = step.draft.expected,
                        .at = row.at};
  auto intended = co_await desk_.store.intend(std::move(row), std::move(*together));
  if (!intended) co_return std::unexpected(intended.error());
  if (!*intended) co_return false;  // not ours any more, or this step has an attempt already: never a second one
  desk_.outbox_changed();
  StepResult result = co_await desk_.operations.find(step.draft.operation).operation->execute(attempt);
  co_return co_await record(view, index, attempt.id, std::move(result), fence);
}

asio::awaitable<Result<bool>> Executor::record(PlanView& view, std::size_t index, std::string attempt,
                                               StepResult result, long long fence) {
  StepRow& step = view.steps[index];
  step.state = state_of(result.outcome);
  Json kept = {{"told", told_by(result)}, {"result", result.result}};
  if (result.error) kept["error"] = to_json(*result.error);
  step.result = desk_.gate.mask(kept);
  auto together = co_await card_everywhere(desk_, view);
  if (!together) co_return std::unexpected(together.error());
  AuditEntry entry = plan_record("effect", view, name_, step.draft.operation,
                                 result.outcome == Outcome::kDone      ? "success"
                                 : result.outcome == Outcome::kNotDone ? "failed"
                                                                       : "pending");
  entry.record["outcome"] = to_string(result.outcome);
  entry.record["context"] = get_string(step.result, "told");
  if (result.error) entry.record["error_code"] = result.error->code;
  entry.resource = get_string(result.result, "sid", get_string(result.result, "id"));
  if (!entry.resource.empty()) entry.record["resource_id"] = entry.resource;
  together->audit.push_back(std::move(entry));
  auto stored = co_await desk_.store.outcome(std::move(attempt), std::string(to_string(result.outcome)), step, fence,
                                             std::move(*together));
  if (!stored) co_return std::unexpected(stored.error());
  desk_.outbox_changed();
  // A step that fails does not hide the others; one whose outcome is unknown stops them: what follows may rest on it.
  co_return *stored&& result.outcome != Outcome::kUnknown;
}

asio::awaitable<Status> Executor::settle(PlanView& view, long long fence) {
  const PlanEvent event = end_of(view);
  if (event != PlanEvent::kLoseTrack && any(view, StepState::kWaiting)) {
    for (auto& step : view.steps)
      if (step.state == StepState::kWaiting) step.state = StepState::kSkipped;
    auto skipped = co_await desk_.store.skip_steps(view.plan.id, fence, {});
    if (!skipped) co_return std::unexpected(skipped.error());
  }
  const PlanEvent last = end_of(view);
  auto done = co_await finish(view, last, std::string("ended"), fence);
  if (!done) co_return std::unexpected(done.error());
  if (last == PlanEvent::kLoseTrack) co_return co_await recover(view);
  if (last == PlanEvent::kSucceed) co_return co_await undone(view);
  co_return Status{};
}

asio::awaitable<Status> Executor::finish(PlanView& view, PlanEvent event, std::string action,
                                         std::optional<long long> fence) {
  const auto to = next_state(view.plan.state, event);
  if (!to) co_return Status{};
  // The row may have moved since it was read (renewed lease, counted step): its version is read again, its state must
  // match.
  auto row = co_await desk_.store.plan(view.plan.id);
  if (!row) co_return std::unexpected(row.error());
  if (!*row || (*row)->state != view.plan.state) co_return Status{};
  view.plan.version = (*row)->version;
  const PlanState before = view.plan.state;
  view.plan.state = *to;
  if (!is_open(*to)) view.plan.ended_at = desk_.clock.now();
  auto together = co_await card_everywhere(desk_, view);
  if (!together) co_return std::unexpected(together.error());
  const bool good = *to == PlanState::kSucceeded || *to == PlanState::kUndone;
  together->audit.push_back(plan_record("finish", view, name_, std::move(action),
                                        good           ? "success"
                                        : is_open(*to) ? "pending"
                                                       : "failed"));
  const PlanChange change{
      .plan = view.plan.id, .version = view.plan.version, .to = *to, .fence = fence, .drop_buttons = !takes_votes(*to)};
  auto moved = co_await desk_.store.move(change, std::move(*together));
  if (!moved) co_return std::unexpected(moved.error());
  if (!*moved) view.plan.state = before;
  desk_.outbox_changed();
  co_return Status{};
}

// The plan that this one took back is told so on its own card.
asio::awaitable<Status> Executor::undone(const PlanView& view) {
  if (view.plan.undoes.empty()) co_return Status{};
  auto old = co_await read_plan(desk_.store, view.plan.undoes);
  if (!old) co_return std::unexpected(old.error());
  if (!*old) co_return Status{};
  co_return co_await finish(**old, PlanEvent::kUndone, fmt::format("undone by plan {}", view.plan.number),
                            std::nullopt);
}

}  // namespace apiops
