// twilio.service.configure: a messaging service's webhooks and switches, and which numbers are in its sender pool.
// Parameters: {"sid", "set": {"InboundRequestUrl": …}}, or {"sid", "add" or "remove": PN…, "number"}.
#pragma once

#include "connectors/services/twilio/operations/outcomes.h"

namespace apiops::twilio {

class ServiceConfigure final : public Operation {
 public:
  explicit ServiceConfigure(OperationTools tools) : tools_(std::move(tools)) {}

  std::string_view name() const override { return "twilio.service.configure"; }
  std::string_view title() const override { return "Configure a messaging service"; }
  Risk risk(const Json&) const override { return Risk::kChange; }
  asio::awaitable<Result<Planned>> plan(Json slots) override;
  asio::awaitable<Result<Json>> observe(Json parameters) override;
  asio::awaitable<StepResult> execute(Attempt attempt) override;
  asio::awaitable<StepResult> reconcile(Attempt attempt) override;

 private:
  asio::awaitable<Result<Planned>> plan_pool(Json slots, std::string sid);
  asio::awaitable<Result<Planned>> plan_settings(Json slots, std::string sid);
  OperationTools tools_;
};

}  // namespace apiops::twilio
