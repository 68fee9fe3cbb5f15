// twilio.trigger.create: Twilio calls a webhook when the cost of a category passes a value. The trigger's own name,
// chosen when it is planned, is what it is found by after a lost reply, and deleted by when it is taken back.
#pragma once

#include "connectors/services/twilio/operations/outcomes.h"

namespace apiops::twilio {

class TriggerCreate final : public Operation {
 public:
  explicit TriggerCreate(OperationTools tools) : tools_(std::move(tools)) {}

  std::string_view name() const override { return "twilio.trigger.create"; }
  std::string_view title() const override { return "Create a usage trigger"; }
  Risk risk(const Json&) const override { return Risk::kChange; }
  asio::awaitable<Result<Planned>> plan(Json slots) override;
  asio::awaitable<Result<Json>> observe(Json parameters) override;
  asio::awaitable<StepResult> execute(Attempt attempt) override;
  asio::awaitable<StepResult> reconcile(Attempt attempt) override;

 private:
  asio::awaitable<Result<std::vector<std::string>>> callbacks_in_use();
  OperationTools tools_;
};

}  // namespace apiops::twilio
