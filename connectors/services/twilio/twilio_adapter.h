// Twilio: what it can be asked. Each question has a file of its own.
//
// What Twilio's API can't tell, and is said so: messages can't be filtered by status (all are looked at), lists have no
// totals, dates are filtered by UTC day only, a call has no error code of its own (alerts and notifications have it).
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "connectors/services/twilio/checks/check.h"
#include "connectors/services/twilio/offers.h"
#include "connectors/services/twilio/traffic.h"
#include "connectors/services/twilio/twilio.h"
#include "connectors/services/twilio/webhook_probe.h"

namespace apiops::twilio {

class TwilioAdapter final : public ServiceAdapter {
 public:
  TwilioAdapter(TwilioOptions options, net::HttpClient& http, net::UrlGuard& guard, Clock& clock, Random& random);

  std::string_view service() const override { return "twilio"; }
  std::string_view title() const override { return "Twilio"; }
  std::string_view account() const override { return options_.account; }
  std::string_view environment() const override { return "live"; }
  bool configured() const override { return api_.configured(); }
  std::span<Operation* const> operations() const override { return operations_; }

  asio::awaitable<Result<std::vector<CredentialState>>> credentials(bool try_them) override;
  asio::awaitable<Result<HealthState>> health() override;
  std::unique_ptr<PageReader<Failure>> failures(FailureQuery query) override;
  asio::awaitable<Result<Diagnosis>> diagnose(DiagnosisQuery query) override;
  asio::awaitable<Result<std::vector<Finding>>> audit_configuration(std::string kind) override;
  asio::awaitable<Result<Page<Resource>>> resources(std::string kind, std::string filter) override;
  std::vector<std::string> resource_kinds() const override {
    return {"numbers", "webhooks", "keys", "services", "triggers", "calls", "messages"};
  }
  asio::awaitable<Result<Resource>> resource(std::string id) override;
  asio::awaitable<Result<std::vector<WebhookState>>> webhooks(Period period) override;
  asio::awaitable<Result<UsageState>> usage(UsageQuery query) override;
  asio::awaitable<Result<std::vector<LimitState>>> limits(std::string model) override;
  asio::awaitable<Result<std::vector<BalanceState>>> balance() override;
  asio::awaitable<Result<std::vector<NumberOffer>>> search_numbers(NumberQuery query) override;
  asio::awaitable<Result<std::vector<Resource>>> idle() override;
  asio::awaitable<Result<VendorState>> vendor_status() override;
  asio::awaitable<Result<std::vector<ErrorRate>>> error_rates(Period period) override;
  asio::awaitable<Result<std::vector<std::string>>> inventory() override;

 private:
  asio::awaitable<Result<Diagnosis>> diagnose_calls(Period period);
  // Of the whole account, or of what one of our numbers sent.
  asio::awaitable<Result<Diagnosis>> diagnose_messages(Period period, std::string sender = {});
  asio::awaitable<Result<Diagnosis>> diagnose_number(std::string number, Period period);
  // A number that is not ours: what went to it and came from it. `kind`: calls, messages; empty: both.
  asio::awaitable<Result<Diagnosis>> diagnose_counterpart(std::string number, std::string kind, Period period);
  asio::awaitable<Result<Diagnosis>> diagnose_any_number(std::string number_or_sid, std::string kind, Period period);
  asio::awaitable<Result<Diagnosis>> diagnose_message(std::string sid);
  asio::awaitable<Result<Diagnosis>> diagnose_call(std::string sid);
  asio::awaitable<Result<Diagnosis>> diagnose_url(std::string url, Period period);
  // A service, an application, a key, a trigger: what the configuration audit finds about it.
  asio::awaitable<Result<Diagnosis>> diagnose_settings(std::string id);
  asio::awaitable<Result<std::optional<Money>>> spent_a_day();

  TwilioOptions options_;
  net::HttpClient& http_;
  net::UrlGuard& guard_;
  Clock& clock_;
  TwilioApi api_;
  std::vector<std::unique_ptr<Operation>> owned_;
  std::vector<Operation*> operations_;
};

}  // namespace apiops::twilio
