// What the laboratory's processes share: a page of memory that outlives whoever is killed, and lines of JSON over a
// socket. The driver starts both others with fork(); each is a process of its own, and dies as one.
#pragma once

#include <sys/types.h>

#include <atomic>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "engine/base/json.h"

namespace apiops::crash {

// In memory that all processes see.
struct Shared {
  std::atomic<int> under_way{0};       // calls that the simulated services have taken and not yet answered
  std::atomic<bool> sent_late{false};  // who was stopped and went on has sent something
  std::atomic<bool> a_moment{false};   // who is stopped goes on for a moment and stops at the same place again
  std::atomic<int> killed_at{-1};      // index in kPoints of the place where the agent died last, or -1
};

// Every named place (engine/base/crash_point.h).
inline constexpr const char* kPoints[] = {"inbox.stored",        "inbox.taken",           "planner.before_propose",
                                          "planner.proposed",    "outbox.taken",          "outbox.delivered",
                                          "outbox.recorded",     "approvals.before_vote", "approvals.voted",
                                          "executor.approved",   "executor.started",      "executor.before_intend",
                                          "executor.intended",   "executor.sending",      "http.sent",
                                          "executor.sent",       "executor.recorded",     "executor.before_finish",
                                          "executor.finished",   "reconciler.taken_over", "reconciler.looked",
                                          "store.before_commit", "store.committed",       "heads.before_publish",
                                          "heads.published"};

// Where and when the next life of the agent ends. No point: by chance from outside, or not at all.
struct Death {
  std::string point;
  int nth = 1;
  bool only_stopped = false;  // SIGSTOP: it stands still, and may go on later
};
void arm(const Death& death, Shared& shared);

// One end of a socket that carries lines of JSON; blocking with a limit, for the driver.
class Line {
 public:
  explicit Line(int descriptor) : descriptor_(descriptor) {}
  Line(const Line&) = delete;
  Line& operator=(const Line&) = delete;
  ~Line();
  bool say(const Json& what);  // false: the other side is gone
  enum class Heard { kLine, kNothing, kGone };
  Heard hear(Json& what, int at_most_ms);
  int descriptor() const { return descriptor_; }

 private:
  int descriptor_;
  std::string rest_;
};

}  // namespace apiops::crash
