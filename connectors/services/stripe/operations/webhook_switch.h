// stripe.webhook.enable and stripe.webhook.disable: the same write with the opposite value, each the undo of the other.
#pragma once

#include "connectors/services/stripe/stripe_api.h"
#include "engine/ports/operation.h"

namespace apiops::stripe {

class WebhookSwitch final : public Operation {
 public:
  WebhookSwitch(StripeApi& api, const std::string& account, bool enable)
      : api_(api), account_(account), enable_(enable) {}

  std::string_view name() const override { return enable_ ? "stripe.webhook.enable" : "stripe.webhook.disable"; }
  std::string_view title() const override {
    return enable_ ? "Enable a webhook endpoint" : "Disable a webhook endpoint";
  }
  Risk risk(const Json&) const override { return Risk::kChange; }
  asio::awaitable<Result<Planned>> plan(Json slots) override;
  asio::awaitable<Result<Json>> observe(Json parameters) override;
  asio::awaitable<StepResult> execute(Attempt attempt) override;
  asio::awaitable<StepResult> reconcile(Attempt attempt) override;

 private:
  std::string_view wanted() const { return enable_ ? "enabled" : "disabled"; }
  asio::awaitable<StepResult> read_back(std::string endpoint);

  StripeApi& api_;
  const std::string& account_;
  const bool enable_;
};

}  // namespace apiops::stripe
