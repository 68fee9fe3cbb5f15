// twilio.key.revoke: deletes an API key. Never the one that the agent itself speaks with.
#pragma once

#include "connectors/services/twilio/operations/outcomes.h"

namespace apiops::twilio {

class KeyRevoke final : public Operation {
 public:
  explicit KeyRevoke(OperationTools tools) : tools_(std::move(tools)) {}

  std::string_view name() const override { return "twilio.key.revoke"; }
  std::string_view title() const override { return "Revoke a Twilio key"; }
  Risk risk(const Json&) const override { return Risk::kAuth; }
  asio::awaitable<Result<Planned>> plan(Json slots) override;
  asio::awaitable<Result<Json>> observe(Json parameters) override;
  asio::awaitable<StepResult> execute(Attempt attempt) override;
  asio::awaitable<StepResult> reconcile(Attempt attempt) override;

 private:
  asio::awaitable<Result<Planned>> ask_which();
  OperationTools tools_;
};

}  // namespace apiops::twilio
