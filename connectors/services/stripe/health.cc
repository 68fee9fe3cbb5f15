// health.check for Stripe: the balance is the lightest call that every key has; endpoints and undelivered events are
// what people get to hear of too late.
#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "connectors/services/stripe/stripe_adapter.h"
#include "connectors/services/stripe/stripe_errors.h"
#include "engine/base/text.h"

namespace apiops::stripe {

namespace {

std::string down_clause(const Error& error) {
  if (error.http_status == 0) return "no answer: " + error.what;
  if (error.http_status == 401)
    return fmt::format("the key is refused ({}): set a valid one", error.code.empty() ? "401" : error.code);
  return error.what;
}

void tell_endpoints(HealthState& state, const std::vector<Endpoint>& all) {
  const auto disabled = std::ranges::count_if(all, [](const Endpoint& endpoint) { return !endpoint.enabled(); });
  if (disabled == 0) return;
  state.facts.push_back(fmt::format("{} of {} {} disabled", disabled,
                                    count_of(static_cast<long long>(all.size()), "webhook endpoint"),
                                    disabled == 1 ? "is" : "are"));
  state.follow_ups.push_back(ask("resources.list",
                                 Json{{"service", "stripe"}, {"kind", "webhooks"}, {"filter", "disabled"}},
                                 disabled == 1 ? "Show the disabled endpoint" : "Show the disabled endpoints"));
}

void tell_undelivered(HealthState& state, const UndeliveredEvents& events) {
  if (events.events.empty()) return;
  const auto count = static_cast<long long>(events.events.size());
  state.facts.push_back(
      fmt::format("{}{} of the last 24 hours undelivered", events.more ? "more than " : "", count_of(count, "event")));
  state.follow_ups.push_back(
      ask("failures.diagnose", Json{{"service", "stripe"}, {"kind", "webhooks"}}, "Why are events undelivered?"));
}

void tell_account(HealthState& state, const Json& account) {
  if (get_bool(account, "charges_enabled") == false) {
    state.verdict = Verdict::kDown;
    state.facts.insert(state.facts.begin(), "the account may not take payments (charges are disabled)");
  }
  if (get_bool(account, "payouts_enabled") == false) {
    state.verdict = std::max(state.verdict, Verdict::kDegraded);
    state.facts.push_back("payouts are disabled");
  }
}

}  // namespace

asio::awaitable<Result<HealthState>> StripeAdapter::health() {
  HealthState state;
  if (!api_.has_key()) {
    state.verdict = Verdict::kDown;
    state.facts.push_back("STRIPE_SECRET_KEY is not set");
    co_return state;
  }
  const auto balance = co_await api_.get("/v1/balance");
  if (!balance && balance.error().http_status != 403) {
    const int status = balance.error().http_status;
    state.verdict = status == 429 ? Verdict::kDegraded : Verdict::kDown;
    state.facts.push_back(down_clause(balance.error()));
    co_return state;
  }
  if (balance) state.latency = balance->took;
  state.facts.push_back(api_.live() ? "LIVE" : "TEST");
  if (!balance) state.facts.push_back("the key may not read the balance");
  const auto account = co_await api_.get("/v1/account");
  if (account) tell_account(state, account->body);
  const auto all = co_await endpoints(api_);
  if (all) {
    tell_endpoints(state, *all);
  } else {
    state.facts.push_back("webhook endpoints were not read: " + all.error().what);
  }
  const Time now = clock_.now();
  const auto events = co_await undelivered(api_, {now - std::chrono::hours(24), now}, 1);
  if (events) tell_undelivered(state, *events);
  co_return state;
}

}  // namespace apiops::stripe
