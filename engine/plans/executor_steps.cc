// The part of the executor that makes steps: look, intend, send, record, and say what the plan has come to.
#include <fmt/format.h>

#include <algorithm>

#include "engine/base/crash_point.h"
#include "engine/base/digest.h"
#include "engine/base/json.h"
#include "engine/base/text.h"
#include "engine/plans/drift.h"
#include "engine/plans/executor.h"
#include "engine/plans/retry_rule.h"
#include "engine/ports/step_json.h"

namespace apiops {

namespace {

constexpr int kMaxRaces = 8;  // times that a plan's row may move while its end is written
constexpr Duration kLongestSleep = std::chrono::minutes(1);  // then the lease is renewed

bool any(const PlanView& view, StepState state) {
  return std::any_of(view.steps.begin(), view.steps.end(), [state](const StepRow& s) { return s.state == state; });
}

// What a plan has come to once no step waits any more.
PlanEvent end_of(const PlanView& view) {
  if (any(view, StepState::kUnknown) || any(view, StepState::kRunning)) return PlanEvent::kLoseTrack;
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

std::string_view audit_word(StepState state) {
  if (state == StepState::kDone) return "success";
  return state == StepState::kFailed ? "failed" : "pending";
}

AuditEntry effect_record(const PlanView& view, const StepRow& step, const std::string& who, const StepResult& result) {
  AuditEntry entry = plan_record("effect", view, who, step.draft.operation, std::string(audit_word(step.state)));
  entry.record["outcome"] = to_string(result.outcome);
  entry.record["context"] = get_string(step.result, "told");
  entry.record["step"] = step.no;
  if (result.error) entry.record["error_code"] = result.error->code;
  entry.resource = get_string(result.result, "sid", get_string(result.result, "id"));
  if (!entry.resource.empty()) entry.record["resource_id"] = entry.resource;
  return entry;
}

std::string told_by(const StepResult& result) {
  if (!result.told.empty()) return result.told;
  return result.error ? result.error->what : "";
}

int tries_of(const std::vector<JournalRow>& journal, int step) {
  return static_cast<int>(std::ranges::count_if(journal, [step](const JournalRow& row) { return row.step == step; }));
}

}  // namespace

asio::awaitable<Status> Executor::run_steps(Run& run) {
  for (std::size_t i = 0; i < run.view.steps.size(); ++i) {
    while (run.view.steps[i].state == StepState::kWaiting) {
      if (stopping_) co_return Status{};
      auto goes_on = co_await try_step(run, i);
      if (!goes_on) co_return std::unexpected(goes_on.error());
      if (!*goes_on) co_return Status{};
    }
    // A step that fails does not hide the others; one whose outcome is unknown stops them: what follows may rest on it.
    if (run.view.steps[i].state == StepState::kUnknown || run.view.steps[i].state == StepState::kRunning) break;
  }
  co_return co_await settle(run);
}

// One look at a waiting step, and one attempt where it fits. False: the plan is over, or no longer ours.
asio::awaitable<Result<bool>> Executor::try_step(Run& run, std::size_t index) {
  auto turn = co_await wait_for_turn(run, index);
  if (!turn) co_return std::unexpected(turn.error());
  if (!*turn || stopping_) co_return false;
  if (run.view.steps[index].state != StepState::kWaiting) co_return true;  // cancelled while it waited
  auto fits = co_await check_drift(run, index);
  if (!fits) co_return std::unexpected(fits.error());
  if (run.view.plan.state != PlanState::kExecuting) co_return false;
  if (!*fits) co_return true;
  auto sent = co_await send(run, index);
  if (!sent) co_return std::unexpected(sent.error());
  if (*sent) co_return true;
  // Refused by the store: not ours any more, or cancelled between the look and the intention.
  auto ours = co_await read_again(run);
  if (!ours) co_return std::unexpected(ours.error());
  co_return *ours&& run.view.plan.state == PlanState::kExecuting&& run.view.steps[index].state != StepState::kWaiting;
}

// Until the pause after a refusal is over. The lease is kept; a cancellation is seen. False: not ours any more.
asio::awaitable<Result<bool>> Executor::wait_for_turn(Run& run, std::size_t index) {
  for (;;) {
    auto kept = co_await keep_lease(run);
    if (!kept || !*kept) co_return kept;
    const Time again_at = from_millis(get_integer(run.view.steps[index].result, "again_at").value_or(0));
    const Time at = std::max(again_at, run.look_again);
    const Duration left = at - desk_.clock.now();
    if (left <= Duration::zero() || stopping_ || run.view.steps[index].state != StepState::kWaiting) co_return true;
    co_await desk_.clock.sleep_for(std::min(left, kLongestSleep));
    auto ours = co_await read_again(run);
    if (!ours || !*ours) co_return ours;
  }
}

// False: it does not fit. The plan has been ended, or the step waits for a time when it can be looked at again.
asio::awaitable<Result<bool>> Executor::check_drift(Run& run, std::size_t index) {
  const StepDraft& draft = run.view.steps[index].draft;
  const OperationEntry entry = desk_.operations.find(draft.operation);
  if (!entry.operation) co_return co_await stop_here(run, "This build no longer offers " + draft.operation + ".", true);
  auto now = co_await entry.operation->observe(draft.parameters);
  if (now && canonical(*now) == canonical(draft.expected)) co_return true;
  if (now)
    co_return co_await stop_here(run, "Changed since the plan was shown: " + difference(draft.expected, *now), true);
  const auto pause = pause_before_retry(now.error(), ++run.looks, desk_.random);
  if (pause && desk_.clock.now() + *pause < run.view.plan.opens_until)
    co_return co_await look_later(run, index, std::move(now.error()), *pause);
  if (now.error().kind == ErrorKind::kNotFound) co_return co_await stop_here(run, now.error().what, true);
  co_return co_await stop_here(run, "What this rests on could not be read again: " + now.error().what, false);
}

// Nothing was sent: the card says what it waits for.
asio::awaitable<Result<bool>> Executor::look_later(Run& run, std::size_t index, Error why, Duration pause) {
  run.look_again = desk_.clock.now() + pause;
  PlanView waiting = run.view;
  waiting.steps[index].result = {{"told", desk_.gate.mask(std::string_view(fmt::format(
                                              "{} I look again in {}.", why.what, human_duration(pause))))}};
  auto together = co_await card_everywhere(desk_, std::move(waiting));
  if (!together) co_return std::unexpected(together.error());
  auto noted = co_await desk_.store.note(std::move(*together));
  if (!noted) co_return std::unexpected(noted.error());
  co_return false;
}

// Nothing more is begun. `moved`: what was seen is no longer so; else it could not be read.
asio::awaitable<Result<bool>> Executor::stop_here(Run& run, std::string why, bool moved) {
  const Json told = {{"told", desk_.gate.mask(std::string_view(why))}};
  const bool nothing_done = !any(run.view, StepState::kDone);
  auto skipped = co_await desk_.store.skip_steps(run.view.plan.id, run.view.plan.fence, told, {});
  if (!skipped) co_return std::unexpected(skipped.error());
  auto ours = co_await read_again(run);
  if (!ours) co_return std::unexpected(ours.error());
  if (*ours && moved && nothing_done) {
    auto ended = co_await finish(run.view, PlanEvent::kDrift, "drifted: " + get_string(told, "told"));
    if (!ended) co_return std::unexpected(ended.error());
  }
  co_return false;
}

// Intends, sends once, records. False: the store refused the intention, and nothing was sent.
asio::awaitable<Result<bool>> Executor::send(Run& run, std::size_t index) {
  StepRow& step = run.view.steps[index];
  const PlanRow& plan = run.view.plan;
  PlanView running = run.view;
  running.steps[index].state = StepState::kRunning;
  running.steps[index].result = Json();
  auto together = co_await card_everywhere(desk_, running);
  if (!together) co_return std::unexpected(together.error());
  const Attempt attempt{.id = make_id(desk_.clock.now(), desk_.random),
                        .idempotency_key = plan.id + "-" + std::to_string(step.no),
                        .parameters = step.draft.parameters,
                        .expected = step.draft.expected,
                        .at = desk_.clock.now()};
  together->audit.push_back(plan_record("effect", running, name_, "intends " + step.draft.operation, "pending"));
  APIOPS_CRASH_POINT("executor.before_intend");
  auto intended = co_await desk_.store.intend({.attempt = attempt.id,
                                               .plan = plan.id,
                                               .step = step.no,
                                               .idempotency_key = attempt.idempotency_key,
                                               .request_digest = sha256_hex(canonical(step.draft.parameters)),
                                               .fence = plan.fence,
                                               .at = attempt.at},
                                              std::move(*together));
  if (!intended) co_return std::unexpected(intended.error());
  if (!*intended) co_return false;
  APIOPS_CRASH_POINT("executor.intended");
  step.state = StepState::kRunning;
  run.looks = 0;
  // The process may be suspended at any instruction. Who took over meanwhile has another fence, and this mark fails;
  // who was suspended after it is late, and leaves the attempt open: it is found out about like a lost reply.
  const Duration marked_at = desk_.clock.steady();
  auto marked = co_await desk_.store.sending(attempt.id, plan.fence, desk_.clock.now() + kLease);
  if (!marked) co_return std::unexpected(marked.error());
  if (!*marked) co_return false;
  APIOPS_CRASH_POINT("executor.sending");
  if (desk_.clock.steady() - marked_at > kSendWithin) co_return false;
  ++effects_;
  struct Counted {
    int& count;
    ~Counted() { --count; }
  } counted{effects_};
  StepResult result = co_await desk_.operations.find(step.draft.operation).operation->execute(attempt);
  APIOPS_CRASH_POINT("executor.sent");
  co_return co_await record(run, index, attempt.id, std::move(result));
}

// What came of an attempt. A step that was certainly not done, where trying again may help, waits for its next turn.
asio::awaitable<Result<bool>> Executor::record(Run& run, std::size_t index, std::string attempt, StepResult result) {
  StepRow& step = run.view.steps[index];
  auto journal = co_await desk_.store.journal(run.view.plan.id);
  if (!journal) co_return std::unexpected(journal.error());
  const Time now = desk_.clock.now();
  step.state = state_of(result.outcome);
  Json kept = {{"told", told_by(result)}, {"result", result.result}};
  if (result.error) kept["error"] = to_json(*result.error);
  const int tries = tries_of(*journal, step.no);
  if (const auto pause = pause_before_retry(result, tries, step.draft.risk, desk_.random);
      pause && now + *pause < run.view.plan.opens_until) {
    step.state = StepState::kWaiting;
    kept["again_at"] = to_millis(now + *pause);
    kept["told"] = fmt::format("{} I try again in {} (try {}).", told_by(result), human_duration(*pause), tries + 1);
  }
  if (result.outcome == Outcome::kUnknown && result.error && result.error->kind == ErrorKind::kRejected)
    kept["person"] = true;
  step.result = desk_.gate.mask(kept);
  auto together = co_await card_everywhere(desk_, run.view);
  if (!together) co_return std::unexpected(together.error());
  together->audit.push_back(effect_record(run.view, step, name_, result));
  auto stored = co_await desk_.store.outcome(std::move(attempt), std::string(to_string(result.outcome)), step,
                                             run.view.plan.fence, std::move(*together));
  if (!stored) co_return std::unexpected(stored.error());
  APIOPS_CRASH_POINT("executor.recorded");
  co_return *stored;
}

asio::awaitable<Status> Executor::settle(Run& run) {
  PlanView& view = run.view;
  if (end_of(view) == PlanEvent::kLoseTrack) {
    if (auto lost = co_await finish(view, PlanEvent::kLoseTrack, "outcome unknown"); !lost) co_return lost;
    co_return co_await recover(run);
  }
  if (any(view, StepState::kWaiting)) {
    const Json told = {{"told", "the approval ran out before it began"}};
    auto skipped = co_await desk_.store.skip_steps(view.plan.id, view.plan.fence, told, {});
    if (!skipped) co_return std::unexpected(skipped.error());
    for (auto& step : view.steps)
      if (step.state == StepState::kWaiting) step.state = StepState::kSkipped, step.result = told;
  }
  co_return co_await finish(view, end_of(view), "ended");
}

// Moves the plan; the row may have moved since it was read (a counted vote, a renewed lease): its state must match.
asio::awaitable<Status> Executor::finish(PlanView& view, PlanEvent event, std::string action) {
  for (int race = 0; race < kMaxRaces; ++race) {
    const auto to = next_state(view.plan.state, event);
    if (!to) co_return Status{};
    auto row = co_await desk_.store.plan(view.plan.id);
    if (!row) co_return std::unexpected(row.error());
    if (!*row || (*row)->state != view.plan.state || (*row)->fence != view.plan.fence) co_return Status{};
    view.plan.version = (*row)->version;
    auto moved = co_await finish_once(view, *to, action);
    if (!moved) co_return std::unexpected(moved.error());
    if (*moved) break;
  }
  co_return Status{};
}

// The plan's last state, its cards, its record, and the plan that it takes back: one transaction.
asio::awaitable<Result<bool>> Executor::finish_once(PlanView& view, PlanState to, std::string action) {
  PlanView after = view;
  after.plan.state = to;
  if (!is_open(to)) after.plan.ended_at = desk_.clock.now();
  auto together = co_await card_everywhere(desk_, after);
  if (!together) co_return std::unexpected(together.error());
  const bool good = to == PlanState::kSucceeded;
  together->audit.push_back(plan_record("finish", after, name_, std::move(action),
                                        good          ? "success"
                                        : is_open(to) ? "pending"
                                                      : "failed"));
  together->audit.back().record["state"] = to_string(to);
  std::vector<PlanChange> also;
  if (good && !view.plan.undoes.empty()) {
    auto old = co_await read_plan(desk_.store, view.plan.undoes);
    if (!old) co_return std::unexpected(old.error());
    if (*old && next_state((*old)->plan.state, PlanEvent::kUndone)) {
      (*old)->plan.state = PlanState::kUndone;
      auto cards = co_await card_everywhere(desk_, **old);
      if (!cards) co_return std::unexpected(cards.error());
      together->outbox.insert(together->outbox.end(), cards->outbox.begin(), cards->outbox.end());
      together->buttons.insert(together->buttons.end(), cards->buttons.begin(), cards->buttons.end());
      together->audit.push_back(
          plan_record("finish", **old, name_, fmt::format("undone by plan {}", view.plan.number), "success"));
      also.push_back({.plan = (*old)->plan.id, .version = (*old)->plan.version, .to = PlanState::kUndone});
    }
  }
  const PlanChange change{.plan = view.plan.id,
                          .version = view.plan.version,
                          .to = to,
                          .fence = view.plan.fence,
                          .drop_buttons = !takes_votes(to)};
  APIOPS_CRASH_POINT("executor.before_finish");
  auto moved = co_await desk_.store.move(change, std::move(*together), std::move(also));
  if (!moved) co_return std::unexpected(moved.error());
  APIOPS_CRASH_POINT("executor.finished");
  if (*moved) view = std::move(after);
  co_return *moved;
}

}  // namespace apiops
