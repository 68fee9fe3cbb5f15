#include "connectors/services/stripe/payments.h"

#include <nlohmann/json.hpp>

#include "engine/base/text.h"

namespace apiops::stripe {

namespace {

Money amount_of(const Json& object) {
  return from_minor_units(get_integer(object, "amount").value_or(0), get_string(object, "currency", "usd"));
}

// A reference is an id, or the whole object where it was expanded.
std::string reference(const Json& object, std::string_view field) {
  if (auto id = get_string(object, field); !id.empty()) return id;
  return get_string(get_object(object, field), "id");
}

}  // namespace

Failure failure_of_charge(const Json& charge) {
  Failure failure;
  failure.kind = "payments";
  failure.code = get_string(charge, "failure_code");
  const auto reason = get_string(get_object(charge, "outcome"), "reason");
  failure.detail = reason.empty() ? clean_line(clip(get_string(charge, "failure_message"), 200)) : reason;
  failure.resource = reference(charge, "payment_intent");
  if (failure.resource.empty()) failure.resource = get_string(charge, "id");
  failure.from = reference(charge, "customer");
  failure.status = get_string(charge, "status", "failed");
  failure.amount = amount_of(charge);
  failure.at = from_seconds(get_integer(charge, "created").value_or(0));
  failure.http_status = 402;
  return failure;
}

Failure failure_of_intent(const Json& intent) {
  const Json& error = get_object(intent, "last_payment_error");
  Failure failure;
  failure.kind = "payments";
  failure.code = get_string(error, "code");
  failure.detail = get_string(error, "decline_code");
  if (failure.detail.empty()) failure.detail = clean_line(clip(get_string(error, "message"), 200));
  failure.resource = get_string(intent, "id");
  failure.from = reference(intent, "customer");
  failure.status = get_string(intent, "status", "failed");
  failure.amount = amount_of(intent);
  failure.at = from_seconds(get_integer(intent, "created").value_or(0));
  failure.http_status = 402;
  return failure;
}

std::optional<Failure> failed_payment(const Json& event, std::set<std::string>& seen) {
  const Json& object = get_object(get_object(event, "data"), "object");
  const bool is_charge = get_string(event, "type") == "charge.failed";
  std::string charge =
      is_charge ? get_string(object, "id") : get_string(get_object(object, "last_payment_error"), "charge");
  if (charge.empty()) charge = reference(object, "latest_charge");
  if (charge.empty()) charge = get_string(event, "id");
  if (!seen.insert(charge).second) return std::nullopt;
  Failure failure = is_charge ? failure_of_charge(object) : failure_of_intent(object);
  failure.at = from_seconds(get_integer(event, "created").value_or(0));
  return failure;
}

}  // namespace apiops::stripe
