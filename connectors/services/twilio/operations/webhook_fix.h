// twilio.webhook.fix: points the numbers whose voice or message webhook does not answer to the URL that the healthy
// ones use, or to the one that was given. Each number is one step, the same as configuring it by hand.
#pragma once

#include <map>

#include "connectors/services/twilio/operations/number_configure.h"
#include "connectors/services/twilio/webhook_probe.h"

namespace apiops::twilio {

class WebhookFix final : public Operation {
 public:
  explicit WebhookFix(OperationTools tools) : tools_(std::move(tools)) {}

  std::string_view name() const override { return "twilio.webhook.fix"; }
  std::string_view title() const override { return "Fix webhooks"; }
  Risk risk(const Json&) const override { return Risk::kChange; }
  asio::awaitable<Result<Planned>> plan(Json slots) override;
  asio::awaitable<Result<Json>> observe(Json parameters) override {
    return observe_settings(tools_.api, std::move(parameters));
  }
  asio::awaitable<StepResult> execute(Attempt attempt) override {
    return execute_settings(tools_.api, std::move(attempt));
  }
  asio::awaitable<StepResult> reconcile(Attempt attempt) override {
    return reconcile_settings(tools_.api, std::move(attempt));
  }

 private:
  struct Repair {
    OwnNumber number;
    Json set;
    std::string why;
  };
  asio::awaitable<Result<std::vector<StepDraft>>> steps(std::vector<Repair> repairs);

  OperationTools tools_;
};

// The URL that most of the numbers with an answering webhook use, and how many do; empty where there is none.
struct CommonUrl {
  std::string url;
  std::size_t numbers = 0;
};
CommonUrl common_url(const std::vector<OwnNumber>& numbers, std::string OwnNumber::* field,
                     const std::map<std::string, Probed>& probes);

}  // namespace apiops::twilio
