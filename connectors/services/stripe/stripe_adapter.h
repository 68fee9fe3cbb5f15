// Stripe: what it can be asked. Each question has a file of its own. Live or test is told by the key and stands in
// every plan.
//
// What Stripe's API can't tell, and is said so: delivery attempts, the answers of endpoints, rate limits that are left.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "connectors/services/stripe/deliveries.h"
#include "connectors/services/stripe/operations/payment_refund.h"
#include "connectors/services/stripe/operations/webhook_switch.h"
#include "connectors/services/stripe/stripe.h"
#include "connectors/services/stripe/stripe_api.h"

namespace apiops::stripe {

class StripeAdapter final : public ServiceAdapter {
 public:
  StripeAdapter(StripeOptions options, net::HttpClient& http, net::UrlGuard& guard, Clock& clock, Random& random);

  std::string_view service() const override { return "stripe"; }
  std::string_view title() const override { return "Stripe"; }
  std::string_view account() const override { return options_.account; }
  std::string_view environment() const override { return api_.live() ? "live" : "test"; }
  bool configured() const override { return api_.has_key(); }
  std::span<Operation* const> operations() const override { return operations_; }

  asio::awaitable<Result<std::vector<CredentialState>>> credentials(bool try_them) override;
  asio::awaitable<Result<HealthState>> health() override;
  std::unique_ptr<PageReader<Failure>> failures(FailureQuery query) override;
  asio::awaitable<Result<std::map<std::string, long long>>> totals(Period period) override;
  asio::awaitable<Result<Diagnosis>> diagnose(DiagnosisQuery query) override;
  asio::awaitable<Result<std::vector<Finding>>> audit_configuration(std::string kind) override;
  asio::awaitable<Result<Page<Resource>>> resources(std::string kind, std::string filter) override;
  std::vector<std::string> resource_kinds() const override;
  asio::awaitable<Result<Resource>> resource(std::string id) override;
  asio::awaitable<Result<std::vector<WebhookState>>> webhooks(Period period) override;
  asio::awaitable<Result<UsageState>> usage(UsageQuery query) override;
  asio::awaitable<Result<std::vector<LimitState>>> limits(std::string model) override;
  asio::awaitable<Result<std::vector<BalanceState>>> balance() override;
  asio::awaitable<Result<VendorState>> vendor_status() override;
  asio::awaitable<Result<std::vector<ErrorRate>>> error_rates(Period period) override;

 private:
  asio::awaitable<Result<Diagnosis>> diagnose_webhooks(Period period, std::string endpoint);
  asio::awaitable<Result<Diagnosis>> diagnose_payments(Period period);
  asio::awaitable<Result<Diagnosis>> diagnose_one(std::string id);

  StripeOptions options_;
  net::HttpClient& http_;
  net::UrlGuard& guard_;
  Clock& clock_;
  StripeApi api_;
  WebhookSwitch enable_, disable_;
  PaymentRefund refund_;
  std::vector<Operation*> operations_;
};

// A button that asks; `label` is what it says.
Action ask(std::string intent, Json slots, std::string label);
std::string utc(Time t, Time now);  // "11:40 UTC", "Sun 15:02 UTC"
std::string dashboard(bool live, std::string_view path);

}  // namespace apiops::stripe
