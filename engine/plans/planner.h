// From an intent with its slots to a plan that waits for votes. Reads what is there now, never changes anything.
#pragma once

#include "engine/plans/desk.h"

namespace apiops {

// A further operation of the same message: its steps follow in the same plan.
struct FurtherRequest {
  std::string operation;
  Json slots;
};

struct PlanRequest {
  std::string operation;
  Json slots;
  std::string text;  // what was asked, masked: "ask again" says it once more
  const Person* requester = nullptr;
  Identity identity;
  Place place;
  std::string ask;    // id of the ask row
  std::string inbox;  // done with it when the plan is stored; or empty
  std::string origin = "ask";
  std::string autofix = {};  // its category, where the agent itself proposes it
  std::vector<FurtherRequest> also = {};
  std::string replaces = {};  // id of the plan that this one takes the place of, while that one waits; or empty
};

// Either a plan was proposed (and its card stored), or a document says why not or asks what is missing.
struct PlanReply {
  std::optional<PlanRow> plan;
  Document document;      // where there is no plan
  std::string asked_for;  // the slot that the document asks for, or empty
};

class Planner {
 public:
  explicit Planner(PlanDesk& desk) : desk_(desk) {}

  // An Error: the service or the store could not be asked.
  asio::awaitable<Result<PlanReply>> propose(PlanRequest request);
  // The plan that takes plan `number` back: each step that was done, backwards.
  asio::awaitable<Result<PlanReply>> propose_undo(PlanRequest request, long long number);

 private:
  // One operation with its slots: a draft, or the reply that says why there is none.
  struct Drafted {
    std::optional<PlanDraft> draft;
    PlanReply reply;
  };
  asio::awaitable<Result<Drafted>> draft(std::string operation, Json slots, std::string zone);
  asio::awaitable<Result<PlanReply>> store(PlanRequest request, PlanDraft draft, std::string undoes);
  asio::awaitable<Result<PlanRow>> replace(std::string old_plan, NewPlan plan, Together together);
  PlanDesk& desk_;
};

// The hash of everything an approver sees, and of what is executed: one binds the other.
std::string fingerprint_of(const PlanDraft& draft, const std::string& requester);

}  // namespace apiops
