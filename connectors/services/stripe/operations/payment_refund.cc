#include "connectors/services/stripe/operations/payment_refund.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>

#include "engine/base/text.h"

namespace apiops::stripe {

namespace {

constexpr std::array<std::string_view, 3> kReasons{"duplicate", "fraudulent", "requested_by_customer"};

std::int64_t number(const Json& object, std::string_view field) { return get_integer(object, field).value_or(0); }

bool is_payment(const std::string& id) {
  return id.starts_with("pi_") || id.starts_with("ch_") || id.starts_with("py_");
}

Refusal refuse(std::string what, std::string slot = {}) { return Refusal{std::move(what), std::move(slot), {}}; }

// The amount to refund, or why that can't be.
std::expected<std::int64_t, Refusal> amount_of(const Json& slots, const Json& charge) {
  const auto currency = get_string(charge, "currency", "usd");
  const std::int64_t captured = get_integer(charge, "amount_captured").value_or(number(charge, "amount"));
  const std::int64_t left = captured - number(charge, "amount_refunded");
  const auto id = get_string(charge, "id");
  if (get_string(charge, "status") != "succeeded")
    return std::unexpected(refuse(fmt::format("{} did not succeed ({}), so there is nothing to refund.", id,
                                              get_string(charge, "status", "unknown"))));
  if (left <= 0) return std::unexpected(refuse(fmt::format("{} is refunded in full already.", id)));
  const Json& money = get_object(slots, "amount");
  const std::string text = money.empty() ? get_decimal(slots, "amount") : get_decimal(money, "amount");
  if (text.empty() && !slots.contains("amount")) return left;
  const auto named = lower_ascii(get_string(money, "currency", currency));
  const auto wanted = parse_money(text, currency);
  if (!wanted || wanted->micros <= 0) return std::unexpected(refuse("How much shall be refunded?", "amount"));
  if (named != currency) {
    return std::unexpected(
        refuse(fmt::format("{} was paid in {}, not in {}. How much of it?", id, currency, named), "amount"));
  }
  const std::int64_t amount = to_minor_units(*wanted);
  if (amount > left) {
    return std::unexpected(refuse(
        fmt::format("Only {} of {} can still be refunded.", to_text(from_minor_units(left, currency)), id), "amount"));
  }
  return amount;
}

Json state_of(const Json& charge) {
  return Json{{"amount", number(charge, "amount")},
              {"amount_refunded", number(charge, "amount_refunded")},
              {"currency", get_string(charge, "currency")},
              {"status", get_string(charge, "status")},
              {"disputed", get_bool(charge, "disputed").value_or(false)}};
}

StepDraft draft_of(const Json& charge, std::int64_t amount, const std::string& reason) {
  const auto currency = get_string(charge, "currency", "usd");
  const Money money = from_minor_units(amount, currency);
  const std::int64_t refunded = number(charge, "amount_refunded"), paid = number(charge, "amount");
  StepDraft step;
  step.service = "stripe";
  step.operation = "stripe.payment.refund";
  step.risk = Risk::kSpend;
  step.parameters = Json{{"charge", get_string(charge, "id")}, {"amount", amount}, {"currency", currency}};
  if (!reason.empty()) step.parameters["reason"] = reason;
  step.expected = state_of(charge);
  step.summary = fmt::format("Refund {} of {}", to_text(money), get_string(charge, "id"));
  step.fields = {{"Payment",
                  fmt::format("{} of {}", to_text(from_minor_units(paid, currency)),
                              to_iso8601(from_seconds(number(charge, "created"))).substr(0, 10)),
                  {},
                  Tone::kPlain},
                 {"Refunded", to_text(from_minor_units(refunded + amount, currency)),
                  to_text(from_minor_units(refunded, currency)), Tone::kPlain},
                 {"Left after it",
                  to_text(from_minor_units(std::max<std::int64_t>(0, paid - refunded - amount), currency)),
                  {},
                  Tone::kPlain}};
  if (!reason.empty()) step.fields.push_back({"Reason", reason, {}, Tone::kPlain});
  step.cost = money;
  step.ceiling = money;
  step.effect = "the money goes back to the customer's card or account in 5 to 10 days; Stripe keeps its fee";
  step.undo = "a refund can't be taken back; the customer would have to pay again";
  return step;
}

std::vector<std::string> warnings_of(const Json& charge, const std::string& reason) {
  std::vector<std::string> warnings;
  if (get_bool(charge, "disputed").value_or(false)) {
    warnings.push_back(
        "This payment is disputed: Stripe may refuse the refund, or the money could be lost twice. Handle it in the "
        "dispute.");
  }
  if (reason == "fraudulent")
    warnings.push_back(
        "The reason \"fraudulent\" also puts the card and the e-mail address on the account's block lists.");
  return warnings;
}

net::Headers form_of(const Attempt& attempt) {
  net::Headers form{{"charge", get_string(attempt.parameters, "charge")},
                    {"amount", std::to_string(number(attempt.parameters, "amount"))},
                    {std::string("metadata[") + kAttemptMetadata + "]", attempt.idempotency_key}};
  if (const auto reason = get_string(attempt.parameters, "reason"); !reason.empty())
    form.emplace_back("reason", reason);
  return form;
}

StepResult done(const Json& refund) {
  const Money money = from_minor_units(number(refund, "amount"), get_string(refund, "currency", "usd"));
  const auto status = get_string(refund, "status", "unknown");
  StepResult result;
  result.result = Json{{"refund", get_string(refund, "id")},
                       {"status", status},
                       {"amount", to_decimal(money)},
                       {"currency", money.currency}};
  const bool failed = status == "failed" || status == "canceled";
  result.outcome = failed ? Outcome::kNotDone : Outcome::kDone;
  result.told = fmt::format("{} refunded: {} ({})", to_text(money), get_string(refund, "id"), status);
  if (failed) {
    result.told = fmt::format("The refund {} of {} ended as {}: nothing was paid back.", get_string(refund, "id"),
                              to_text(money), status);
    result.error = Error{.kind = ErrorKind::kRejected, .what = "The refund ended as " + status + "."};
  }
  return result;
}

StepResult told_from(Sent sent) {
  if (sent.outcome == Outcome::kDone) return done(sent.body);
  StepResult result;
  result.outcome = sent.outcome;
  result.error = sent.error;
  result.told =
      sent.outcome == Outcome::kNotDone ? "Nothing was refunded. " : "Whether the refund was made is not known yet. ";
  if (sent.error) result.told += sent.error->what;
  return result;
}

}  // namespace

std::optional<Time> made_at(const std::string& attempt_id) {
  constexpr std::string_view kDigits = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
  if (attempt_id.size() != 26) return std::nullopt;
  long long millis = 0;
  for (const char c : attempt_id.substr(0, 10)) {
    const char upper = c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
    const auto digit = kDigits.find(upper);
    if (digit == std::string_view::npos) return std::nullopt;
    millis = millis * 32 + static_cast<long long>(digit);
  }
  return from_millis(millis);
}

asio::awaitable<Result<Json>> PaymentRefund::charge(std::string id) {
  if (id.starts_with("pi_")) {
    auto intent = co_await api_.get("/v1/payment_intents/" + net::encode_component(id));
    if (!intent) co_return std::unexpected(intent.error());
    std::string latest = get_string(intent->body, "latest_charge");
    if (latest.empty()) latest = get_string(get_object(intent->body, "latest_charge"), "id");
    if (latest.empty()) co_return failure(ErrorKind::kNotFound, fmt::format("{} has no charge: nothing was paid.", id));
    id = latest;
  }
  auto reply = co_await api_.get("/v1/charges/" + net::encode_component(id));
  if (!reply) co_return std::unexpected(reply.error());
  co_return std::move(reply->body);
}

asio::awaitable<Result<Planned>> PaymentRefund::plan(Json slots) {
  std::string payment = get_string(slots, "payment");
  if (payment.empty()) payment = get_string(slots, "resource");
  if (payment.empty())
    co_return Planned{.refusal = refuse("Which payment shall be refunded? Its id starts with pi_ or ch_.", "payment")};
  if (!is_payment(payment))
    co_return Planned{
        .refusal = refuse(fmt::format("{} is not a payment: its id would start with pi_ or ch_.", payment), "payment")};
  const std::string reason = lower_ascii(get_string(slots, "reason"));
  if (!reason.empty() && std::ranges::find(kReasons, reason) == kReasons.end()) {
    co_return Planned{
        .refusal = refuse("Stripe knows these reasons: duplicate, fraudulent, requested_by_customer.", "reason")};
  }
  auto found = co_await charge(payment);
  if (!found && found.error().kind == ErrorKind::kNotFound) {
    const std::string mode = api_.live() ? "LIVE" : "TEST";
    co_return Planned{.refusal = refuse(fmt::format("Stripe ({}) has no such payment: {}.", mode, payment), "payment")};
  }
  if (!found) co_return std::unexpected(found.error());
  const auto amount = amount_of(slots, *found);
  if (!amount) co_return Planned{.refusal = amount.error()};
  PlanDraft draft;
  draft.title = "Refund a payment";
  StepDraft step = draft_of(*found, *amount, reason);
  step.account = account_;
  step.environment = api_.live() ? "live" : "test";
  step.fields.push_back({"Mode", api_.live() ? "LIVE" : "TEST", {}, Tone::kPlain});
  draft.steps.push_back(std::move(step));
  draft.warnings = warnings_of(*found, reason);
  co_return Planned{.draft = std::move(draft)};
}

asio::awaitable<Result<Json>> PaymentRefund::observe(Json parameters) {
  auto found = co_await charge(get_string(parameters, "charge"));
  if (!found) co_return std::unexpected(found.error());
  co_return state_of(*found);
}

asio::awaitable<StepResult> PaymentRefund::execute(Attempt attempt) {
  co_return told_from(co_await api_.post("/v1/refunds", form_of(attempt), attempt.idempotency_key));
}

asio::awaitable<StepResult> PaymentRefund::reconcile(Attempt attempt) {
  const auto charge_id = get_string(attempt.parameters, "charge");
  auto refunds = co_await api_.list("/v1/refunds", {{"charge", charge_id}});
  StepResult result;
  if (!refunds) {
    result.error = refunds.error();
    result.told = "Whether the refund was made can't be read just now. " + refunds.error().what;
    co_return result;
  }
  for (const auto& refund : refunds->rows) {
    if (get_string(get_object(refund, "metadata"), kAttemptMetadata) == attempt.idempotency_key) co_return done(refund);
  }
  const auto made = made_at(attempt.id);
  const bool same_key_holds = made && clock_.now() - *made < kSameKeyFor;
  if (refunds->more || !same_key_holds) {
    result.outcome = refunds->more ? Outcome::kUnknown : Outcome::kNotDone;
    result.told = refunds->more
                      ? fmt::format("{} has more refunds than were read: please look at it in Stripe.", charge_id)
                      : fmt::format("Nothing was refunded: {} has no refund of this step.", charge_id);
    co_return result;
  }
  Sent sent = co_await api_.post("/v1/refunds", form_of(attempt), attempt.idempotency_key);
  // A stored failure is Stripe's last word on this key, and the list above shows no refund of it.
  if (sent.outcome == Outcome::kUnknown && sent.stored) sent.outcome = Outcome::kNotDone;
  co_return told_from(std::move(sent));
}

}  // namespace apiops::stripe
