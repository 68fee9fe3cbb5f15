// Failed payments as Stripe's events tell them (charges have no status filter). One failed try makes two events,
// charge.failed and payment_intent.payment_failed; it is counted once.
#pragma once

#include <optional>
#include <set>
#include <string>

#include "engine/base/json.h"
#include "engine/ports/service_types.h"

namespace apiops::stripe {

// The failure in an event of one of those types; nothing where `seen` already holds its charge.
std::optional<Failure> failed_payment(const Json& event, std::set<std::string>& seen);
// From a charge or a payment intent itself.
Failure failure_of_charge(const Json& charge);
Failure failure_of_intent(const Json& intent);

}  // namespace apiops::stripe
