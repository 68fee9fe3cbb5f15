#include "connectors/services/twilio/usage_parts.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "connectors/net/together.h"
#include "connectors/services/twilio/numbers.h"
#include "connectors/services/twilio/traffic.h"
#include "engine/base/text.h"

namespace apiops::twilio {

namespace {

constexpr std::size_t kMaxSubaccounts = 100;  // whose usage is read

// What messages or calls cost, by our own number. Twilio tells prices as negative amounts, and none until it is billed.
struct CostTally {
  struct Share {
    long long count = 0, unpriced = 0;
    std::int64_t micros = 0;
  };
  std::map<std::string, Share, std::less<>> by_number;
  std::string currency;

  void add(const RecordView& record) {
    auto share = by_number.find(record.own);
    if (share == by_number.end()) share = by_number.emplace(record.own, Share{}).first;
    ++share->second.count;
    const auto price = parse_money(std::string(record.price), lower_ascii(std::string(record.currency)));
    if (!price) {
      ++share->second.unpriced;
      return;
    }
    share->second.micros -= price->micros;
    if (currency.empty()) currency = price->currency;
  }
  void join(CostTally&& page) {
    for (const auto& [number, more] : page.by_number) {
      Share& share = by_number[number];
      share.count += more.count;
      share.unpriced += more.unpriced;
      share.micros += more.micros;
    }
    if (currency.empty()) currency = std::move(page.currency);
  }
};

asio::awaitable<Result<UsageLine>> usage_of(TwilioApi& api, std::string account, std::string name, Period period) {
  auto listed = co_await api.list(
      Host::kApi, fmt::format("/2010-04-01/Accounts/{}/Usage/Records.json", net::encode_component(account)),
      "usage_records",
      {{"Category", "totalprice"},
       {"StartDate", utc_day(period.from)},
       {"EndDate", utc_day(period.to - Duration(1))},
       {"IncludeSubaccounts", "false"},
       {"PageSize", "50"}});
  if (!listed) co_return std::unexpected(listed.error());
  UsageLine line{.label = std::move(name), .quantity = "", .cost = {}};
  for (const Json& row : listed->rows)
    if (const auto price = price_of_row(row)) {
      line.cost.currency = price->currency;
      line.cost = line.cost + *price;
    }
  co_return line;
}

}  // namespace

asio::awaitable<Status> add_numbers(TwilioApi& api, UsageState& state, Period period, std::string category) {
  Result<Scanned<CostTally>> messages, calls;
  if (category != "calls") messages = co_await scan<CostTally>(api, {.kind = RecordKind::kMessages, .period = period});
  if (!messages) co_return std::unexpected(messages.error());
  if (category != "sms" && category != "mms")
    calls = co_await scan<CostTally>(api, {.kind = RecordKind::kCalls, .period = period});
  if (!calls) co_return std::unexpected(calls.error());
  const std::string currency = !messages->digest.currency.empty() ? messages->digest.currency : calls->digest.currency;
  std::map<std::string, UsageLine> lines;
  long long unpriced = 0;
  for (const auto& [what, tally] : {std::pair{"message", &messages->digest}, std::pair{"call", &calls->digest}})
    for (const auto& [number, share] : tally->by_number) {
      UsageLine& line = lines.try_emplace(number, UsageLine{spaced_number(number), "", {0, currency}}).first->second;
      line.quantity += (line.quantity.empty() ? "" : ", ") + count_of(share.count, what);
      line.cost.micros += share.micros;
      unpriced += share.unpriced;
    }
  for (auto& [number, line] : lines) state.lines.push_back(std::move(line));
  state.notes.push_back(fmt::format("By number: added up from the {} themselves, without monthly fees.",
                                    category.empty()      ? "messages and calls"
                                    : category == "calls" ? "calls"
                                                          : "messages (SMS and MMS together)"));
  if (unpriced > 0)
    state.notes.push_back(fmt::format("{} without a price (yet) are not counted.",
                                      count_of(unpriced, "message or call", "messages and calls")));
  if (messages->cut || calls->cut) state.notes.push_back("The reading stopped at its bound: the rest is not counted.");
  co_return Status{};
}

asio::awaitable<Status> add_subaccounts(TwilioApi& api, UsageState& state, Period period) {
  auto listed = co_await api.list(Host::kApi, "/2010-04-01/Accounts.json", "accounts", {{"PageSize", "100"}});
  if (!listed) co_return std::unexpected(listed.error());
  std::vector<std::string> names;
  std::vector<asio::awaitable<Result<UsageLine>>> readings;
  for (const Json& row : listed->rows) {  // name and id only: the resource has the account's token in clear
    if (names.size() == kMaxSubaccounts) break;
    const std::string sid = get_string(row, "sid"), name = get_string(row, "friendly_name", sid);
    names.push_back(sid == api.account_sid() ? name + " (main)" : name);
    readings.push_back(usage_of(api, sid, names.back(), period));
  }
  auto lines = co_await net::together(std::move(readings));
  for (std::size_t i = 0; i < lines.size(); ++i)
    if (lines[i])
      state.lines.push_back(std::move(*lines[i]));
    else
      state.notes.push_back(fmt::format("The usage of “{}” could not be read: {}", names[i], lines[i].error().what));
  if (listed->rows.size() > kMaxSubaccounts)
    state.notes.push_back(fmt::format("Only {} of {} accounts were looked at.", kMaxSubaccounts, listed->rows.size()));
  state.notes.push_back("By account, each without its subaccounts, by UTC day.");
  co_return Status{};
}

}  // namespace apiops::twilio
