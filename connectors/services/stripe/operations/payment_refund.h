// stripe.payment.refund: gives money back, whole or in part. One idempotency key for all tries of a step, and the same
// key in the refund's metadata, so that an attempt whose reply was lost is found again.
#pragma once

#include "connectors/services/stripe/stripe_api.h"
#include "engine/base/clock.h"
#include "engine/ports/operation.h"

namespace apiops::stripe {

// Stripe forgets idempotency keys from 24 hours on; below this a repeat is certainly the same request.
inline constexpr std::chrono::hours kSameKeyFor{23};
inline constexpr const char* kAttemptMetadata = "apiops_step";

class PaymentRefund final : public Operation {
 public:
  PaymentRefund(StripeApi& api, const std::string& account, Clock& clock)
      : api_(api), account_(account), clock_(clock) {}

  std::string_view name() const override { return "stripe.payment.refund"; }
  std::string_view title() const override { return "Refund a payment"; }
  Risk risk(const Json&) const override { return Risk::kSpend; }
  asio::awaitable<Result<Planned>> plan(Json slots) override;
  asio::awaitable<Result<Json>> observe(Json parameters) override;
  asio::awaitable<StepResult> execute(Attempt attempt) override;
  // Looks for the refund first; where it is not there, repeats with the same key, which Stripe executes at most once.
  asio::awaitable<StepResult> reconcile(Attempt attempt) override;

 private:
  asio::awaitable<Result<Json>> charge(std::string id);  // of a ch_… or pi_…

  StripeApi& api_;
  const std::string& account_;
  Clock& clock_;
};

// When an attempt's id (ULID) was made; nothing where it is not one.
std::optional<Time> made_at(const std::string& attempt_id);

}  // namespace apiops::stripe
