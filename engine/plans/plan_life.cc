#include "engine/plans/plan_life.h"

namespace apiops {

namespace {

bool one_of(PlanState s, std::initializer_list<PlanState> states) {
  for (PlanState state : states)
    if (s == state) return true;
  return false;
}

std::optional<PlanState> if_any(bool legal, PlanState to) { return legal ? std::optional(to) : std::nullopt; }

}  // namespace

std::optional<PlanState> next_state(PlanState from, PlanEvent event) {
  using S = PlanState;
  using E = PlanEvent;
  const bool voting = takes_votes(from);
  switch (event) {
    case E::kPosted:
      return if_any(from == S::kProposed, S::kWaiting);
    case E::kApprove:
      return if_any(voting, S::kApproved);
    case E::kReject:
      return if_any(voting, S::kRejected);
    case E::kExpire:
      return if_any(voting || from == S::kApproved, S::kExpired);
    case E::kCancel:
      return if_any(voting || from == S::kApproved, S::kCancelled);
    case E::kDrift:
      return if_any(voting || one_of(from, {S::kApproved, S::kExecuting}), S::kDrifted);
    case E::kStart:
      return if_any(from == S::kApproved, S::kExecuting);
    case E::kApproverLost:
      return if_any(from == S::kApproved, S::kWaiting);
    case E::kSucceed:
      return if_any(one_of(from, {S::kExecuting, S::kUnknown}), S::kSucceeded);
    case E::kFail:
      return if_any(one_of(from, {S::kExecuting, S::kUnknown}), S::kFailed);
    case E::kPartly:
      return if_any(one_of(from, {S::kExecuting, S::kUnknown}), S::kPartlyDone);
    case E::kLoseTrack:
      return if_any(from == S::kExecuting, S::kUnknown);
    case E::kResume:
      return if_any(from == S::kUnknown, S::kExecuting);
    case E::kUndone:
      return if_any(one_of(from, {S::kSucceeded, S::kPartlyDone}), S::kUndone);
  }
  return std::nullopt;
}

std::string_view in_words(PlanState state) {
  switch (state) {
    case PlanState::kProposed:
    case PlanState::kWaiting:
      return "waiting for approval";
    case PlanState::kApproved:
      return "approved";
    case PlanState::kExecuting:
      return "running";
    case PlanState::kSucceeded:
      return "done";
    case PlanState::kFailed:
      return "failed, nothing was done";
    case PlanState::kPartlyDone:
      return "partly done";
    case PlanState::kUnknown:
      return "outcome unknown";
    case PlanState::kRejected:
      return "rejected";
    case PlanState::kExpired:
      return "expired, nothing was done";
    case PlanState::kDrifted:
      return "stopped: things changed, nothing was done";
    case PlanState::kCancelled:
      return "cancelled";
    case PlanState::kUndone:
      return "undone";
  }
  return "in a state this build does not know";
}

}  // namespace apiops
