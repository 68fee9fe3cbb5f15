// Auto-remediation: where an alert offers a repair and its category is switched on, the agent proposes the plan itself
// and the policy is the voter. It goes the way of every plan (checks, journal, reading back, audit), is announced in
// the alerts' channel with an Undo, has its own limit, and stops after the first failure.
#pragma once

#include <map>

#include "engine/errors/catalogue.h"
#include "engine/plans/planner.h"
#include "engine/watch/alerts.h"

namespace apiops {

inline constexpr Duration kAutofixAgain = std::chrono::minutes(10);  // for an alert whose repair could not be planned

class Autofix {
 public:
  Autofix(PlanDesk& plans, AlertDesk& alerts, const ErrorCatalogue& errors)
      : plans_(plans), alerts_(alerts), errors_(errors), planner_(plans) {}

  // Looks once: what the last repair came to, and which alert could be repaired now. At most one repair at a time.
  asio::awaitable<Status> look();

 private:
  asio::awaitable<Result<bool>> free_to_act(Json& setting);
  asio::awaitable<Result<bool>> within_the_hour();
  asio::awaitable<Status> repair(AlertRow alert, Json setting);
  asio::awaitable<Status> switch_off(Json setting, const PlanRow& because);
  asio::awaitable<Status> cast_vote(PlanView view);
  bool repairable(const AlertRow& alert) const;

  PlanDesk& plans_;
  AlertDesk& alerts_;
  const ErrorCatalogue& errors_;
  Planner planner_;
  std::map<std::string, Time> tried_;  // alerts, by id; bounded by the open alerts
};

}  // namespace apiops
