// twilio.message.send: one short message, announced with its price, watched until it arrives or not.
#pragma once

#include "connectors/services/twilio/operations/outgoing.h"

namespace apiops::twilio {

class MessageSend final : public Operation {
 public:
  explicit MessageSend(OperationTools tools) : tools_(std::move(tools)) {}

  std::string_view name() const override { return "twilio.message.send"; }
  std::string_view title() const override { return "Send a test message"; }
  Risk risk(const Json&) const override { return Risk::kTest; }
  asio::awaitable<Result<Planned>> plan(Json slots) override;
  asio::awaitable<Result<Json>> observe(Json parameters) override;
  asio::awaitable<StepResult> execute(Attempt attempt) override;
  asio::awaitable<StepResult> reconcile(Attempt attempt) override;

 private:
  OperationTools tools_;
};

}  // namespace apiops::twilio
