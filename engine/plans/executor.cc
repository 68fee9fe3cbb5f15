#include "engine/plans/executor.h"

#include <fmt/format.h>

#include <asio/co_spawn.hpp>
#include <asio/detached.hpp>

#include "engine/base/crash_point.h"
#include "engine/plans/autofix_rules.h"
#include "engine/plans/standing.h"

namespace apiops {

void Executor::start(std::string plan) {
  if (stopping_ || !running_.insert(plan).second) return;
  asio::co_spawn(loop_, run(std::move(plan)), asio::detached);
}

// Whatever stops it (a store that takes no writes, a bug) is not the end of the plan: look_around() finds it again.
asio::awaitable<void> Executor::run(std::string plan) {
  std::string trouble;
  try {
    if (auto ran = co_await run_whole(plan); !ran) trouble = ran.error().what;
  } catch (const std::exception& e) {
    trouble = e.what();
  }
  running_.erase(plan);
  if (!trouble.empty() && trouble_) trouble_(fmt::format("plan {} was put down: {}", plan, trouble));
}

asio::awaitable<Status> Executor::run_whole(std::string plan) {
  auto read = co_await read_plan(desk_.store, plan);
  if (!read) co_return std::unexpected(read.error());
  if (!*read) co_return Status{};
  Run run{.view = std::move(**read)};
  const PlanState state = run.view.plan.state;
  if (state == PlanState::kExecuting || state == PlanState::kUnknown) co_return co_await recover(run);
  if (state != PlanState::kApproved) co_return Status{};
  auto claimed = co_await claim(run);
  if (!claimed) co_return std::unexpected(claimed.error());
  if (!*claimed) co_return Status{};
  co_return co_await run_steps(run);
}

// Rights and time are looked at once more; then exactly one executor gets the plan.
asio::awaitable<Result<bool>> Executor::claim(Run& run) {
  PlanView& view = run.view;
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
    auto moved = co_await finish(view, event, why);
    if (!moved) co_return std::unexpected(moved.error());
    co_return false;
  }
  PlanView after = view;
  after.plan.state = PlanState::kExecuting;
  auto together = co_await card_everywhere(desk_, after);
  if (!together) co_return std::unexpected(together.error());
  together->audit.push_back(plan_record("start", after, name_, "started", "pending"));
  APIOPS_CRASH_POINT("executor.approved");
  const Duration ours_until = desk_.clock.steady() + kLease;
  auto fence = co_await desk_.store.start(view.plan.id, view.plan.version, name_, now + kLease, std::move(*together));
  if (!fence) co_return std::unexpected(fence.error());
  if (!*fence) co_return false;
  APIOPS_CRASH_POINT("executor.started");
  run.ours_until = ours_until;
  co_return co_await read_again(run);
}

// False: somebody else took over.
asio::awaitable<Result<bool>> Executor::keep_lease(Run& run) {
  const Duration ours_until = desk_.clock.steady() + kLease;
  auto renewed = co_await desk_.store.renew(run.view.plan.id, run.view.plan.fence, desk_.clock.now() + kLease);
  if (!renewed) co_return std::unexpected(renewed.error());
  if (*renewed) run.ours_until = ours_until;
  co_return *renewed;
}

// What is stored now. False: the plan is no longer ours.
asio::awaitable<Result<bool>> Executor::read_again(Run& run) {
  auto fresh = co_await read_plan(desk_.store, run.view.plan.id);
  if (!fresh) co_return std::unexpected(fresh.error());
  const bool ours = *fresh && (*fresh)->plan.executor == name_;
  if (ours) run.view = std::move(**fresh);
  co_return ours;
}

asio::awaitable<Status> Executor::look_around() {
  using enum PlanState;
  auto plans = co_await desk_.store.plans({kProposed, kWaiting, kApproved, kExecuting, kUnknown}, kMostOpenPlans);
  if (!plans) co_return std::unexpected(plans.error());
  for (const auto& plan : *plans) {
    if (stopping_) co_return Status{};
    if (running_.contains(plan.id)) continue;
    const bool begun = plan.state == kExecuting || plan.state == kUnknown;
    if (begun || (plan.state == kApproved && desk_.clock.now() < plan.opens_until)) start(plan.id);
    if (begun || desk_.clock.now() < plan.opens_until) continue;
    auto view = co_await read_plan(desk_.store, plan.id);
    if (!view) co_return std::unexpected(view.error());
    if (!*view || running_.contains(plan.id)) continue;
    auto expired = co_await finish(**view, PlanEvent::kExpire, "expired");
    if (!expired) co_return std::unexpected(expired.error());
  }
  co_return Status{};
}

}  // namespace apiops
