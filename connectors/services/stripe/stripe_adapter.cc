#include "connectors/services/stripe/stripe_adapter.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "engine/base/text.h"

namespace apiops {

std::unique_ptr<ServiceAdapter> make_stripe(StripeOptions options, net::HttpClient& http, net::UrlGuard& guard,
                                            Clock& clock, Random& random) {
  return std::make_unique<stripe::StripeAdapter>(std::move(options), http, guard, clock, random);
}

}  // namespace apiops

namespace apiops::stripe {

StripeAdapter::StripeAdapter(StripeOptions options, net::HttpClient& http, net::UrlGuard& guard, Clock& clock,
                             Random& random)
    : options_(std::move(options)),
      http_(http),
      guard_(guard),
      clock_(clock),
      api_(options_, http_, clock_, random),
      enable_(api_, options_.account, true),
      disable_(api_, options_.account, false),
      refund_(api_, options_.account, clock_),
      operations_{&enable_, &disable_, &refund_} {}

Action ask(std::string intent, Json slots, std::string label) {
  Json subject{{"intent", std::move(intent)}, {"slots", std::move(slots)}, {"text", label}, {"label", label}};
  return Action{"ask", std::move(subject)};
}

std::string utc(Time t, Time now) { return short_time(t, now, "UTC") + " UTC"; }

std::string dashboard(bool live, std::string_view path) {
  return fmt::format("https://dashboard.stripe.com{}{}", live ? "" : "/test", path);
}

asio::awaitable<Result<std::vector<BalanceState>>> StripeAdapter::balance() {
  auto reply = co_await api_.get("/v1/balance");
  if (!reply) co_return std::unexpected(reply.error());
  std::map<std::string, BalanceState> by_currency;
  for (const auto& row : get_array(reply->body, "available")) {
    const auto currency = get_string(row, "currency", "usd");
    BalanceState& state = by_currency[currency];
    state.available = state.available.micros == 0 ? Money{0, currency} : state.available;
    state.available.micros += from_minor_units(get_integer(row, "amount").value_or(0), currency).micros;
  }
  for (const auto& row : get_array(reply->body, "pending")) {
    const auto currency = get_string(row, "currency", "usd");
    BalanceState& state = by_currency[currency];
    state.available.currency = currency;
    Money pending = state.pending.value_or(Money{0, currency});
    pending.micros += from_minor_units(get_integer(row, "amount").value_or(0), currency).micros;
    state.pending = pending;
  }
  std::vector<BalanceState> states;
  for (auto& [currency, state] : by_currency) {
    state.note = api_.live() ? "LIVE" : "TEST";
    states.push_back(std::move(state));
  }
  co_return states;
}

// Stripe sends no header with what is left: only our own calls are known.
asio::awaitable<Result<std::vector<LimitState>>> StripeAdapter::limits(std::string) {
  const OwnCalls own = api_.own_calls();
  const long long limit = api_.live() ? 100 : 25;
  LimitState state;
  state.resource = "account";
  state.scope = api_.live() ? "LIVE account" : "TEST account";
  state.unit = "requests a second";
  state.limit = limit;
  state.left = std::max<long long>(0, limit - static_cast<long long>(own.busiest_second));
  state.reset = std::chrono::seconds(1);
  state.source = fmt::format(
      "documented limit; Stripe tells no counters, so only this agent's own calls count: {} in the last minute, {} "
      "refused",
      own.calls, own.refused);
  co_return std::vector<LimitState>{state};
}

}  // namespace apiops::stripe
