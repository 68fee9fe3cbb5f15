// twilio.number.configure: webhooks, callbacks and the name of our numbers. Tells where an application or trunk wins,
// and where the new host is not in use yet.
#pragma once

#include "connectors/services/twilio/operations/number_settings.h"
#include "connectors/services/twilio/operations/outcomes.h"

namespace apiops::twilio {

class NumberConfigure final : public Operation {
 public:
  explicit NumberConfigure(OperationTools tools) : tools_(std::move(tools)) {}

  std::string_view name() const override { return "twilio.number.configure"; }
  std::string_view title() const override { return "Configure a phone number"; }
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
  OperationTools tools_;
};

// What a plan that sets this URL must say of it: not https, not resolvable now, a host that none of our numbers uses
// yet. A URL that is not http(s) at all, or that leads inside, is refused in `refused`.
struct UrlJudgement {
  std::string refused;
  std::vector<std::string> warnings;
};
asio::awaitable<UrlJudgement> judge_new_url(net::UrlGuard& guard, std::string url, std::vector<OwnNumber> numbers);

}  // namespace apiops::twilio
