// Executes approved plans, one at a time for each plan: checks the votes and the state again, writes the journal before
// each effect, sends it once, reads it back, tells the outcome. After a crash it goes on from what is stored.
#pragma once

#include <asio/io_context.hpp>
#include <set>

#include "engine/plans/desk.h"
#include "engine/plans/plan_life.h"

namespace apiops {

inline constexpr Duration kStepLimit = std::chrono::seconds(90);      // one effect with its reading back
inline constexpr Duration kLease = std::chrono::minutes(5);           // outlasts a step
inline constexpr Duration kLookAgainEvery = std::chrono::minutes(1);  // an unknown outcome …
inline constexpr int kLooks = 60;                                     // … for an hour; then a person decides

class Executor {
 public:
  Executor(PlanDesk& desk, asio::any_io_executor loop, std::string name)
      : desk_(desk), loop_(std::move(loop)), name_(std::move(name)) {}

  // Runs the plan in the background; ignored where it runs already.
  void start(std::string plan);
  // Everything that a process which died left behind: approved, executing and unknown plans.
  asio::awaitable<Status> resume_all();
  // Plans whose time is over: proposed, waiting, approved → expired.
  asio::awaitable<Status> expire_due();
  // True while an effect is under way: a stop waits for it (bounded by the caller).
  bool busy() const { return !running_.empty(); }

 private:
  asio::awaitable<void> run(std::string plan);
  asio::awaitable<Status> run_whole(std::string plan);
  asio::awaitable<Result<bool>> claim(PlanView& view);
  asio::awaitable<Status> run_steps(PlanView& view, long long fence);
  asio::awaitable<Result<bool>> run_step(PlanView& view, std::size_t index, long long fence);
  asio::awaitable<Result<bool>> check_drift(PlanView& view, std::size_t index, long long fence);
  asio::awaitable<Result<bool>> record(PlanView& view, std::size_t index, std::string attempt, StepResult result,
                                       long long fence);
  asio::awaitable<Status> settle(PlanView& view, long long fence);
  asio::awaitable<Status> finish(PlanView& view, PlanEvent event, std::string action, std::optional<long long> fence);
  asio::awaitable<Result<bool>> find_out(PlanView& view);
  asio::awaitable<Status> recover(PlanView view);
  asio::awaitable<Status> undone(const PlanView& view);

  PlanDesk& desk_;
  asio::any_io_executor loop_;
  std::string name_;
  std::set<std::string> running_;
};

}  // namespace apiops
