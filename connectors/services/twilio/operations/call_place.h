// twilio.call.place: one short call that says it is a test and hangs up, watched until it ends.
#pragma once

#include "connectors/services/twilio/operations/outgoing.h"

namespace apiops::twilio {

class CallPlace final : public Operation {
 public:
  explicit CallPlace(OperationTools tools) : tools_(std::move(tools)) {}

  std::string_view name() const override { return "twilio.call.place"; }
  std::string_view title() const override { return "Place a test call"; }
  Risk risk(const Json&) const override { return Risk::kTest; }
  asio::awaitable<Result<Planned>> plan(Json slots) override;
  asio::awaitable<Result<Json>> observe(Json parameters) override;
  asio::awaitable<StepResult> execute(Attempt attempt) override;
  asio::awaitable<StepResult> reconcile(Attempt attempt) override;

 private:
  OperationTools tools_;
};

}  // namespace apiops::twilio
