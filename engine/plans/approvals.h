// Votes on plans: by button or by the typed form with the plan's code. The engine decides on what it read, the store
// commits only if that is still so; who was slower is told what the faster one did.
#pragma once

#include "engine/plans/desk.h"

namespace apiops {

struct Ballot {
  const Person* person = nullptr;
  Identity identity;
  std::string verdict;      // "approve", "reject", "cancel" (the requester's own way out)
  std::string fingerprint;  // what the clicked card showed; or, for the typed form, its head
  std::string reason;
  std::string inbox;
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

 private:
  asio::awaitable<Result<VoteReply>> refuse(PlanView view, Ballot ballot, std::string why);
  asio::awaitable<Result<std::optional<VoteReply>>> try_once(PlanView view, Ballot ballot);
  PlanDesk& desk_;
};

// Valid approvals under the policy in force: each voter's right is looked at again.
std::vector<VoteRow> valid_approvals(const PlanView& view, const Policy& policy, const Requirement& requirement);
// The requirement for this plan under the policy in force, never less than what the plan was shown with.
Requirement present_requirement(const PlanView& view, const Policy& policy);
// "Plan 41 was already approved by Ben at 15:06 and is done."
std::string already_decided(const PlanView& view, const Policy& policy, Time now);

}  // namespace apiops
