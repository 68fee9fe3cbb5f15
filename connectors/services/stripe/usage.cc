// usage.report for Stripe: what Stripe charges is its fees, so those are the cost; volume stands beside them. From
// balance transactions, in the currency in which the account is settled.
#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "connectors/services/stripe/stripe_adapter.h"
#include "engine/base/text.h"

namespace apiops::stripe {

namespace {

struct Line {
  long long count = 0;
  Money gross, fees;
};

struct Currency {
  std::map<std::string, Line> by_type;
  std::map<Time, Money> by_day;
  Money fees;
  long long count = 0;
};

void add(Money& sum, std::int64_t minor, const std::string& currency) {
  sum.currency = currency;
  sum.micros += from_minor_units(minor, currency).micros;
}

void take(std::map<std::string, Currency>& all, const Json& row) {
  const auto code = get_string(row, "currency", "usd");
  const std::int64_t fee = get_integer(row, "fee").value_or(0);
  const Time at = from_seconds(get_integer(row, "created").value_or(0));
  Currency& currency = all[code];
  Line& line = currency.by_type[get_string(row, "type", "other")];
  ++line.count;
  ++currency.count;
  add(line.gross, get_integer(row, "amount").value_or(0), code);
  add(line.fees, fee, code);
  add(currency.fees, fee, code);
  add(currency.by_day[std::chrono::floor<std::chrono::days>(at)], fee, code);
}

}  // namespace

asio::awaitable<Result<UsageState>> StripeAdapter::usage(UsageQuery query) {
  auto listed = co_await api_.list("/v1/balance_transactions", created_in(query.period));
  if (!listed) co_return std::unexpected(listed.error());
  std::map<std::string, Currency> all;
  for (const auto& row : listed->rows) take(all, row);
  UsageState state;
  state.notes.push_back(
      "Cost is Stripe's fees on balance transactions; fees that are invoiced apart (Radar, Billing) are not in it.");
  if (listed->more)
    state.notes.push_back(fmt::format("Only the newest {} transactions were read.",
                                      with_thousands(static_cast<long long>(listed->rows.size()))));
  if (all.empty()) co_return state;
  const auto main = std::ranges::max_element(all, {}, [](const auto& entry) { return entry.second.count; });
  for (const auto& [code, currency] : all) {
    for (const auto& [type, line] : currency.by_type) {
      state.lines.push_back(
          {type, fmt::format("{}, {}", count_of(line.count, "transaction"), to_text(line.gross)), line.fees});
    }
    if (code != main->first)
      state.notes.push_back(
          fmt::format("{} in fees are not in the total, which is in {}.", to_text(currency.fees), main->first));
  }
  std::ranges::sort(state.lines, [](const UsageLine& a, const UsageLine& b) { return a.cost.micros > b.cost.micros; });
  state.total = main->second.fees;
  state.daily.assign(main->second.by_day.begin(), main->second.by_day.end());
  co_return state;
}

}  // namespace apiops::stripe
