// Executes approved plans, one at a time for each plan: checks the votes and the state again, writes the journal before
// each effect, sends it once, reads it back, tells the outcome. After a crash it goes on from what is stored, and what
// may have been sent is looked up, never sent again. Loop thread only; the desk outlives it.
#pragma once

#include <asio/io_context.hpp>
#include <functional>
#include <set>

#include "engine/plans/desk.h"
#include "engine/plans/plan_life.h"

namespace apiops {

inline constexpr Duration kStepLimit = std::chrono::seconds(90);  // one effect with its reading back
inline constexpr Duration kLease = std::chrono::minutes(5);       // outlasts a step
// From the mark that an attempt is sent to its first byte. Who was suspended in between sends nothing: somebody else
// may be looking by now what became of it.
inline constexpr Duration kSendWithin = std::chrono::seconds(5);
// A request whose sender died may still be on its way for as long as it may begin late (kSendWithin) and a call may
// take: before that, "not there" proves nothing.
inline constexpr Duration kMayStillArrive = std::chrono::seconds(45);
inline constexpr Duration kLookAgainEvery = std::chrono::minutes(1);  // an unknown outcome …
inline constexpr Duration kLookFor = std::chrono::hours(1);           // … for so long; then a person says what it is
inline constexpr std::size_t kMostOpenPlans = 10'000;                 // looked through by one tick

class Executor {
 public:
  Executor(PlanDesk& desk, asio::any_io_executor loop, std::string name)
      : desk_(desk), loop_(std::move(loop)), name_(std::move(name)), born_(desk.clock.now()) {}

  // Runs the plan in the background; ignored where it runs already.
  void start(std::string plan);
  // Whatever is open and not at work here: what a dead process left behind, what a full disk stopped, whose time is
  // over. Called at the start and on every tick.
  asio::awaitable<Status> look_around();
  // No new step begins; what is under way ends.
  void stop() { stopping_ = true; }
  // True while an effect is under way: a stop waits for it (bounded by the caller).
  bool busy() const { return effects_ > 0; }
  // What broke in the background, for the log.
  void on_trouble(std::function<void(std::string)> told) { trouble_ = std::move(told); }

 private:
  // One plan at work: what was read of it, and until when it is ours by the steady clock.
  struct Run {
    PlanView view;
    Duration ours_until{};
    int looks = 0;      // at what the next step rests on, that failed
    Time look_again{};  // after the last of them
  };
  asio::awaitable<void> run(std::string plan);
  asio::awaitable<Status> run_whole(std::string plan);
  asio::awaitable<Result<bool>> claim(Run& run);
  asio::awaitable<Result<bool>> keep_lease(Run& run);
  asio::awaitable<Result<bool>> read_again(Run& run);

  // executor_steps.cc
  asio::awaitable<Status> run_steps(Run& run);
  asio::awaitable<Result<bool>> try_step(Run& run, std::size_t index);
  asio::awaitable<Result<bool>> check_drift(Run& run, std::size_t index);
  asio::awaitable<Result<bool>> look_later(Run& run, std::size_t index, Error why, Duration pause);
  asio::awaitable<Result<bool>> stop_here(Run& run, std::string why, bool moved);
  asio::awaitable<Result<bool>> send(Run& run, std::size_t index);
  asio::awaitable<Result<bool>> record(Run& run, std::size_t index, std::string attempt, StepResult result);
  asio::awaitable<Result<bool>> wait_for_turn(Run& run, std::size_t index);
  asio::awaitable<Status> settle(Run& run);
  asio::awaitable<Status> finish(PlanView& view, PlanEvent event, std::string action);
  asio::awaitable<Result<bool>> finish_once(PlanView& view, PlanState to, std::string action);

  // reconciler.cc
  enum class Found { kAll, kNotYet, kPersonSays };
  asio::awaitable<Status> recover(Run& run);
  bool lives_elsewhere(const PlanRow& plan) const;
  asio::awaitable<Result<bool>> take_over(Run& run);
  asio::awaitable<Result<Found>> find_out(Run& run);
  asio::awaitable<Result<Found>> look_at(Run& run, std::size_t index, JournalRow attempt);

  PlanDesk& desk_;
  asio::any_io_executor loop_;
  std::string name_;
  Time born_;
  std::set<std::string> running_;
  int effects_ = 0;
  bool stopping_ = false;
  std::function<void(std::string)> trouble_;
};

// The hour of looking is over, or what was found can't be judged here: a person says what became of the step.
bool waits_for_a_person(const PlanView& view);

}  // namespace apiops
