// usage.report for Twilio: cost by category and by UTC day, from its usage records. Categories overlap at Twilio
// (totals contain their parts), so each is asked for by name.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>

#include "connectors/services/twilio/twilio_adapter.h"
#include "engine/base/text.h"

namespace apiops::twilio {

namespace {

constexpr std::array<std::string_view, 8> kCategories{
    "sms", "mms", "calls", "phonenumbers", "recordings", "lookups", "authy-authentications", "verify-push"};
constexpr int kDaysOfRate = 7;

net::Headers query_for(std::string_view category, Period period) {
  return {{"Category", std::string(category)},
          {"StartDate", utc_day(period.from)},
          {"EndDate", utc_day(period.to - Duration(1))},
          {"PageSize", std::to_string(kLargePage)}};
}

std::optional<Money> price_of_row(const Json& row) {
  std::string decimal = get_decimal(row, "price");
  return parse_money(decimal, lower_ascii(get_string(row, "price_unit", "usd")));
}

}  // namespace

// The mean of the last whole UTC days; nothing where Twilio tells no costs.
asio::awaitable<Result<std::optional<Money>>> TwilioAdapter::spent_a_day() {
  const Time today = start_of_day(clock_.now(), "UTC");
  const Period days{today - std::chrono::hours(24 * kDaysOfRate), today};
  auto listed = co_await api_.list(Host::kApi, api_.account_path("Usage/Records/Daily.json"), "usage_records",
                                   query_for("totalprice", days));
  if (!listed) co_return std::unexpected(listed.error());
  Money sum;
  std::size_t counted = 0;
  for (const Json& row : listed->rows)
    if (const auto price = price_of_row(row)) {
      if (counted++ == 0) sum.currency = price->currency;
      sum = sum + *price;
    }
  if (counted == 0) co_return std::optional<Money>();
  sum.micros /= static_cast<std::int64_t>(counted);
  co_return std::optional(sum);
}

asio::awaitable<Result<UsageState>> TwilioAdapter::usage(UsageQuery query) {
  UsageState state;
  std::map<std::string, Money> days;
  auto total =
      co_await api_.list(Host::kApi, api_.account_path("Usage/Records/Daily.json"), "usage_records",
                         query_for(query.usage_category.empty() ? "totalprice" : query.usage_category, query.period));
  if (!total) co_return std::unexpected(total.error());
  for (const Json& row : total->rows)
    if (const auto price = price_of_row(row)) {
      state.total.currency = price->currency;
      auto [day, fresh] = days.try_emplace(get_string(row, "start_date"), *price);
      if (!fresh) day->second = day->second + *price;
      state.total = state.total + *price;
    }
  for (const auto& [day, money] : days)
    if (const auto at = parse_iso8601(day)) state.daily.emplace_back(*at, money);
  const std::vector<std::string_view> categories =
      query.usage_category.empty() ? std::vector<std::string_view>(kCategories.begin(), kCategories.end())
                                   : std::vector<std::string_view>{query.usage_category};
  for (const auto category : categories) {
    auto listed = co_await api_.list(Host::kApi, api_.account_path("Usage/Records.json"), "usage_records",
                                     query_for(category, query.period));
    if (!listed) {
      state.notes.push_back(fmt::format("{} could not be read", category));
      continue;
    }
    for (const Json& row : listed->rows) {
      const auto price = price_of_row(row);
      const std::string count = get_decimal(row, "count");
      if (!price || ((count.empty() || count == "0") && price->micros == 0)) continue;
      const auto n = get_integer(row, "count");
      state.lines.push_back({get_string(row, "description", category),
                             fmt::format("{} {}", n ? with_thousands(*n) : count, get_string(row, "count_unit")),
                             *price});
    }
  }
  std::sort(state.lines.begin(), state.lines.end(),
            [](const UsageLine& a, const UsageLine& b) { return a.cost.micros > b.cost.micros; });
  state.notes.push_back("by UTC day, subaccounts included; Twilio's figures lag behind by up to some hours");
  if (!query.by.empty() && query.by != "day" && query.by != "category")
    state.notes.push_back(fmt::format("Twilio's usage can't be split by {}", query.by));
  co_return state;
}

}  // namespace apiops::twilio
