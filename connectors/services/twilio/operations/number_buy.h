// twilio.number.buy: buys exact numbers, one step each. Twilio has no idempotency key here, so the attempt's id goes
// into the number's FriendlyName, and after a lost reply the account is read; an order is never sent twice.
#pragma once

#include "connectors/services/twilio/offers.h"
#include "connectors/services/twilio/operations/outcomes.h"

namespace apiops::twilio {

inline constexpr std::size_t kMostNumbersAtOnce = 10;

class NumberBuy final : public Operation {
 public:
  explicit NumberBuy(OperationTools tools) : tools_(std::move(tools)) {}

  std::string_view name() const override { return "twilio.number.buy"; }
  std::string_view title() const override { return "Buy a phone number"; }
  Risk risk(const Json&) const override { return Risk::kSpend; }
  asio::awaitable<Result<Planned>> plan(Json slots) override;
  asio::awaitable<Result<Json>> observe(Json parameters) override;
  asio::awaitable<StepResult> execute(Attempt attempt) override;
  asio::awaitable<StepResult> reconcile(Attempt attempt) override;

 private:
  asio::awaitable<Result<Planned>> plan_exact(std::vector<std::string> numbers, Json slots);
  asio::awaitable<Result<Planned>> plan_search(NumberQuery query, std::size_t count, Json slots);
  StepDraft step(const Offer& offer, const std::string& country) const;
  Planned drafted(std::vector<StepDraft> steps, const std::vector<Offer>& others, const Json& slots) const;
  // The number among ours; bought by this attempt, by somebody else, or not there.
  asio::awaitable<Result<std::optional<OwnNumber>>> ours(std::string number, std::string friendly_name);

  OperationTools tools_;
};

}  // namespace apiops::twilio
