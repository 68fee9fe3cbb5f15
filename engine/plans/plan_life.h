// The life of a plan: all legal moves in one pure function. A click on an old button is simply "no".
//
//   proposed ─▶ waiting                       the first card's remote id is known
//   proposed, waiting ─▶ approved · rejected · expired · cancelled · drifted
//   approved ─▶ executing · waiting (an approver lost the right) · expired · drifted · cancelled
//   executing ─▶ succeeded · failed · partly_done · unknown · drifted (before the first effect only)
//   unknown ─▶ succeeded · failed · partly_done · executing (known not done, and still open)
//   succeeded, partly_done ─▶ undone
#pragma once

#include <optional>

#include "engine/ports/store_rows.h"

namespace apiops {

enum class PlanEvent : std::uint8_t {
  kPosted,
  kApprove,
  kReject,
  kExpire,
  kCancel,
  kDrift,
  kStart,
  kApproverLost,
  kSucceed,
  kFail,
  kPartly,
  kLoseTrack,
  kResume,
  kUndone,
};

std::optional<PlanState> next_state(PlanState from, PlanEvent event);

inline bool is_open(PlanState s) {
  return s == PlanState::kProposed || s == PlanState::kWaiting || s == PlanState::kApproved ||
         s == PlanState::kExecuting || s == PlanState::kUnknown;
}
inline bool takes_votes(PlanState s) { return s == PlanState::kProposed || s == PlanState::kWaiting; }

// "waiting for approval", "done", "outcome unknown": for people.
std::string_view in_words(PlanState state);

}  // namespace apiops
