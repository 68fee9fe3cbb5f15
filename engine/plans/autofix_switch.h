// autofix.enable and autofix.disable: the switches of auto-remediation as operations of the agent's own, so that
// turning one on is a plan of risk auth that other people approve.
#pragma once

#include <memory>

#include "engine/base/clock.h"
#include "engine/plans/policy.h"
#include "engine/ports/operation.h"
#include "engine/ports/store.h"

namespace apiops {

class AutofixSwitch final : public Operation {
 public:
  AutofixSwitch(bool turns_on, Store& store, Clock& clock, const std::shared_ptr<const Policy>& policy)
      : on_(turns_on), store_(store), clock_(clock), policy_(policy) {}

  std::string_view name() const override { return on_ ? "autofix.enable" : "autofix.disable"; }
  std::string_view title() const override { return on_ ? "Turn on auto-fix" : "Turn off auto-fix"; }
  Risk risk(const Json&) const override { return on_ ? Risk::kAuth : Risk::kChange; }
  asio::awaitable<Result<Planned>> plan(Json slots) override;
  asio::awaitable<Result<Json>> observe(Json parameters) override;
  asio::awaitable<StepResult> execute(Attempt attempt) override;
  asio::awaitable<StepResult> reconcile(Attempt attempt) override;

 private:
  StepDraft draft_of(const std::string& category) const;

  bool on_;
  Store& store_;
  Clock& clock_;
  const std::shared_ptr<const Policy>& policy_;
};

}  // namespace apiops
