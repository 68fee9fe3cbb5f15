// Votes on plans: by button or by the typed form with the plan's code. The engine decides on what it read, the store
// commits only if that is still so; who was slower is told what the faster one did.
#pragma once

#include "engine/plans/desk.h"
#include "engine/plans/standing.h"

namespace apiops {

struct Ballot {
  const Person* person = nullptr;
  Identity identity;
  // "approve", "reject", "cancel" (the requester's own way out), "break_glass"; of a plan that was begun:
  // interventions.h
  std::string verdict;
  std::string fingerprint;  // what the clicked card showed; or, for the typed form, its head
  std::string reason;
  std::string inbox;
  bool code_typed = false;  // by the voter's own hand, as a typed confirmation asks for
};

// What the voter is told, privately where it is a refusal. `counted`: the vote is in the store.
struct VoteReply {
  bool counted = false;
  std::string text;
};

class Approvals {
 public:
  explicit Approvals(PlanDesk& desk) : desk_(desk) {}
  asio::awaitable<Result<VoteReply>> vote(std::string plan, Ballot ballot);
  // For the record: a click that can't even be a vote (another place, a forged token).
  asio::awaitable<Status> note_refusal(std::string plan, std::string person, std::string verdict, std::string why);

 private:
  asio::awaitable<Result<VoteReply>> refuse(PlanView view, Ballot ballot, std::string why);
  asio::awaitable<Result<std::optional<VoteReply>>> try_once(PlanView view, Ballot ballot);
  asio::awaitable<Result<PlanChange>> change_to(const PlanView& view, long long version);
  PlanDesk& desk_;
};

inline constexpr std::size_t kLeastReason = 10;  // characters of the reason that break-glass asks for

// "Plan 41 was already approved by Ben at 15:06 and is done.", in the zone of who reads it.
std::string already_decided(const PlanView& view, const Policy& policy, Time now, const std::string& zone);

}  // namespace apiops
