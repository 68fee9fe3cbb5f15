// What everything that works on plans shares: the store, the time, the gate, the policy in force. References outlive
// it.
#pragma once

#include <functional>
#include <memory>

#include "engine/base/clock.h"
#include "engine/base/random.h"
#include "engine/masking/gate.h"
#include "engine/plans/operation_index.h"
#include "engine/plans/policy.h"
#include "engine/ports/store.h"

namespace apiops {

struct PlanDesk {
  Store& store;
  Clock& clock;
  Random& random;
  const MaskingGate& gate;
  const OperationIndex& operations;
  const std::shared_ptr<const Policy>& policy;     // replaced as a whole on reload
  std::function<void(std::string plan)> approved;  // wakes the executor
  std::vector<Place> approvers_look_at = {};       // channels that get a card of every plan, besides its own place
};

// A plan with all that a card of it shows.
struct PlanView {
  PlanRow plan;
  std::vector<StepRow> steps;
  std::vector<VoteRow> votes;
};

// A plan by id, read whole; empty where there is none.
asio::awaitable<Result<std::optional<PlanView>>> read_plan(Store& store, std::string id);
asio::awaitable<Result<std::optional<PlanView>>> read_plan_by_number(Store& store, long long number);

// The card in all its places, as `view` is now: masked, with fresh buttons. One write for each place that shows the
// plan. `note`: said below it, besides.
asio::awaitable<Result<Together>> card_everywhere(const PlanDesk& desk, PlanView view, std::string note = {});

// The first card of a plan is there for people to see: proposed → waiting.
asio::awaitable<Status> first_card_posted(Store& store, std::string plan);

// A number that a plan buys is ours to be, and approvers choose by it: it stays readable, and so do the others on
// offer.
void let_numbers_through(const PlanView& view, const MaskingGate& gate);

// A record about a plan, filled with what every record about a plan holds.
AuditEntry plan_record(std::string kind, const PlanView& view, std::string person, std::string action,
                       std::string result);

}  // namespace apiops
