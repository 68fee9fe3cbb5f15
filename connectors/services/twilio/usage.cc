// usage.report for Twilio: cost by category and by UTC day, from its usage records. Categories overlap at Twilio
// (totals contain their parts), so each is asked for by name; what they leave of the total is told as the rest.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>

#include "connectors/net/together.h"
#include "connectors/services/twilio/twilio_adapter.h"
#include "connectors/services/twilio/usage_parts.h"
#include "engine/base/text.h"

namespace apiops::twilio {

namespace {

constexpr std::array<std::string_view, 10> kCategories{"sms",         "mms",
                                                       "calls",       "phonenumbers",
                                                       "recordings",  "transcriptions",
                                                       "lookups",     "authy-authentications",
                                                       "verify-push", "a2p-registration-fees"};
constexpr int kDaysOfRate = 7;
constexpr std::int64_t kLeastRest = 10'000;  // a cent: less is rounding

net::Headers query_for(std::string_view category, Period period) {
  return {{"Category", std::string(category)},
          {"StartDate", utc_day(period.from)},
          {"EndDate", utc_day(period.to - Duration(1))},
          {"PageSize", std::to_string(kLargePage)}};
}

asio::awaitable<Result<Listed>> records(TwilioApi& api, std::string list, std::string category, Period period) {
  co_return co_await api.list(Host::kApi, api.account_path("Usage/" + list), "usage_records",
                              query_for(category, period));
}

void add_days(UsageState& state, const Listed& total) {
  std::map<std::string, Money> days;
  for (const Json& row : total.rows)
    if (const auto price = price_of_row(row)) {
      state.total.currency = price->currency;
      auto [day, fresh] = days.try_emplace(get_string(row, "start_date"), *price);
      if (!fresh) day->second = day->second + *price;
      state.total = state.total + *price;
    }
  for (const auto& [day, money] : days)
    if (const auto at = parse_iso8601(day)) state.daily.emplace_back(*at, money);
}

void add_category(UsageState& state, const Listed& listed, std::string_view category) {
  for (const Json& row : listed.rows) {
    const auto price = price_of_row(row);
    const std::string count = get_decimal(row, "count");
    if (!price || ((count.empty() || count == "0") && price->micros == 0)) continue;
    const auto n = get_integer(row, "count");
    state.lines.push_back({get_string(row, "description", category),
                           fmt::format("{} {}", n ? with_thousands(*n) : count, get_string(row, "count_unit")),
                           *price});
  }
}

// What the categories that were asked for leave of the total.
void add_rest(UsageState& state) {
  Money rest = state.total;
  for (const UsageLine& line : state.lines) rest.micros -= line.cost.micros;
  if (rest.micros >= kLeastRest) state.lines.push_back({"other categories", "", rest});
}

}  // namespace

std::optional<Money> price_of_row(const Json& row) {
  return parse_money(get_decimal(row, "price"), lower_ascii(get_string(row, "price_unit", "usd")));
}

// The mean of the last whole UTC days; nothing where Twilio tells no costs.
asio::awaitable<Result<std::optional<Money>>> TwilioAdapter::spent_a_day() {
  const Time today = start_of_day(clock_.now(), "UTC");
  auto listed =
      co_await records(api_, "Records/Daily.json", "totalprice", {today - std::chrono::hours(24 * kDaysOfRate), today});
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
  const bool all = query.usage_category.empty();
  auto total = co_await records(api_, "Records/Daily.json", all ? "totalprice" : query.usage_category, query.period);
  if (!total) co_return std::unexpected(total.error());
  add_days(state, *total);
  if (query.by == "number") {
    if (auto added = co_await add_numbers(api_, state, query.period, query.usage_category); !added)
      co_return std::unexpected(added.error());
  } else if (query.by == "subaccount") {
    if (auto added = co_await add_subaccounts(api_, state, query.period); !added)
      co_return std::unexpected(added.error());
  } else {
    const auto categories = all ? std::vector<std::string>(kCategories.begin(), kCategories.end())
                                : std::vector<std::string>{query.usage_category};
    std::vector<asio::awaitable<Result<Listed>>> readings;
    for (const auto& category : categories) readings.push_back(records(api_, "Records.json", category, query.period));
    const auto listed = co_await net::together(std::move(readings));
    for (std::size_t i = 0; i < categories.size(); ++i)
      if (listed[i])
        add_category(state, *listed[i], categories[i]);
      else
        state.notes.push_back(fmt::format("The category {} could not be read.", categories[i]));
    if (all && state.notes.empty()) add_rest(state);
    state.notes.push_back("By UTC day, subaccounts included; Twilio's figures lag behind by up to some hours.");
    if (!query.by.empty() && query.by != "day" && query.by != "category")
      state.notes.push_back(fmt::format("Twilio's usage can't be split by {}.", query.by));
  }
  std::sort(state.lines.begin(), state.lines.end(),
            [](const UsageLine& a, const UsageLine& b) { return a.cost.micros > b.cost.micros; });
  co_return state;
}

}  // namespace apiops::twilio
