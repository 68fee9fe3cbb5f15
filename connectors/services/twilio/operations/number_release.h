// twilio.number.release: gives one of our numbers back. It can't be restored: somebody else can buy it.
#pragma once

#include "connectors/services/twilio/numbers.h"
#include "connectors/services/twilio/operations/outcomes.h"

namespace apiops::twilio {

class NumberRelease final : public Operation {
 public:
  explicit NumberRelease(OperationTools tools) : tools_(std::move(tools)) {}

  std::string_view name() const override { return "twilio.number.release"; }
  std::string_view title() const override { return "Release a phone number"; }
  Risk risk(const Json&) const override { return Risk::kDelete; }
  asio::awaitable<Result<Planned>> plan(Json slots) override;
  asio::awaitable<Result<Json>> observe(Json parameters) override;
  asio::awaitable<StepResult> execute(Attempt attempt) override;
  asio::awaitable<StepResult> reconcile(Attempt attempt) override;

 private:
  asio::awaitable<Result<StepDraft>> step(OwnNumber number);

  OperationTools tools_;
};

}  // namespace apiops::twilio
