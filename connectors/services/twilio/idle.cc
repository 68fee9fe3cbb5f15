// Which numbers are paid for and not used: no call and no message to or from them for a month.
#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "connectors/net/together.h"
#include "connectors/services/twilio/configuration.h"
#include "connectors/services/twilio/twilio_adapter.h"
#include "engine/base/text.h"

namespace apiops::twilio {

namespace {

// Is there any call or message with this number on this side?
asio::awaitable<Result<bool>> any(TwilioApi& api, std::string list, net::Headers filter) {
  filter.emplace_back("PageSize", "1");
  const std::string rows = list == "Calls.json" ? "calls" : "messages";
  auto page = co_await api.page(Host::kApi, api.account_path(list), rows, std::move(filter));
  if (!page) co_return std::unexpected(page.error());
  co_return !page->rows().empty();
}

asio::awaitable<Result<bool>> has_traffic(TwilioApi& api, std::string number, std::string since) {
  std::vector<asio::awaitable<Result<bool>>> looks;
  for (const char* side : {"To", "From"}) {
    looks.push_back(any(api, "Calls.json", {{side, number}, {"StartTime>", since}}));
    looks.push_back(any(api, "Messages.json", {{side, number}, {"DateSent>", since}}));
  }
  for (auto& look : co_await net::together(std::move(looks)))
    if (!look || *look) co_return look;
  co_return false;
}

}  // namespace

asio::awaitable<Result<IdleNumbers>> find_idle_numbers(TwilioApi& api, std::vector<OwnNumber> numbers, Time now) {
  IdleNumbers idle;
  std::size_t looked = 0;
  const std::string since = utc_day(now - kIdleAfter);
  for (auto& number : numbers) {
    if (number.created && now - *number.created < kIdleAfter) continue;  // too young to tell
    if (looked == kMaxIdleLookups) {
      ++idle.not_looked_at;
      continue;
    }
    ++looked;
    auto used = co_await has_traffic(api, number.number, since);
    if (!used) co_return std::unexpected(used.error());
    if (!*used) idle.numbers.push_back(std::move(number));
  }
  co_return idle;
}

asio::awaitable<Result<std::vector<Resource>>> TwilioAdapter::idle() {
  auto numbers = co_await own_numbers(api_);
  if (!numbers) co_return std::unexpected(numbers.error());
  auto unused = co_await find_idle_numbers(api_, std::move(*numbers), clock_.now());
  if (!unused) co_return std::unexpected(unused.error());
  const auto prices = co_await prices_for(api_, unused->numbers);
  std::vector<Resource> all;
  for (const auto& number : unused->numbers) {
    Resource r;
    r.kind = "numbers";
    r.id = number.sid;
    r.label = number.number;
    r.state = "idle";
    r.tone = Tone::kWarning;
    r.fields = {{"Name", number.friendly_name}, {"Why", "no call and no message for 30 days"}};
    r.monthly_cost = price_of(prices, number.number);
    r.created = number.created;
    all.push_back(std::move(r));
  }
  if (unused->not_looked_at > 0)
    all.push_back({.kind = "numbers",
                   .id = "",
                   .label = fmt::format("{} more", count_of(static_cast<long long>(unused->not_looked_at), "number")),
                   .state = "not looked at",
                   .tone = Tone::kMuted});
  co_return all;
}

}  // namespace apiops::twilio
