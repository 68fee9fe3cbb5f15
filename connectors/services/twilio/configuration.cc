// config.audit and idle.report for Twilio: everything is read once, then each check looks at it.
#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "connectors/services/twilio/twilio_adapter.h"
#include "engine/base/text.h"

namespace apiops::twilio {

namespace {

asio::awaitable<Result<std::vector<ApiKey>>> api_keys(TwilioApi& api) {
  auto listed = co_await api.list(Host::kApi, api.account_path("Keys.json"), "keys", {{"PageSize", "100"}});
  if (!listed) co_return std::unexpected(listed.error());
  std::vector<ApiKey> keys;
  for (const Json& row : listed->rows)
    keys.push_back(
        {get_string(row, "sid"), get_string(row, "friendly_name"), parse_rfc2822(get_string(row, "date_created"))});
  co_return keys;
}

template <typename T>
void take(Result<std::vector<T>> read, std::vector<T>& into, std::vector<std::string>& unread, std::string_view what) {
  if (read)
    into = std::move(*read);
  else
    unread.push_back(fmt::format("{} could not be read: {}", what, read.error().what));
}

}  // namespace

asio::awaitable<Result<bool>> TwilioAdapter::has_traffic(std::string number) {
  const Time now = clock_.now();
  const std::string since = utc_day(now - kIdleAfter);
  for (const char* side : {"To", "From"}) {
    auto calls = co_await api_.page(Host::kApi, api_.account_path("Calls.json"), "calls",
                                    {{side, number}, {"StartTime>", since}, {"PageSize", "1"}});
    if (!calls) co_return std::unexpected(calls.error());
    if (!calls->rows().empty()) co_return true;
    auto messages = co_await api_.page(Host::kApi, api_.account_path("Messages.json"), "messages",
                                       {{side, number}, {"DateSent>", since}, {"PageSize", "1"}});
    if (!messages) co_return std::unexpected(messages.error());
    if (!messages->rows().empty()) co_return true;
  }
  co_return false;
}

asio::awaitable<Result<std::vector<OwnNumber>>> TwilioAdapter::idle_numbers(std::vector<OwnNumber> numbers) {
  std::vector<OwnNumber> idle;
  const Time now = clock_.now();
  std::size_t looked = 0;
  for (const auto& number : numbers) {
    if (number.created && now - *number.created < kIdleAfter) continue;  // too young to tell
    if (looked++ == kMaxIdleLookups) break;
    auto used = co_await has_traffic(number.number);
    if (!used) co_return std::unexpected(used.error());
    if (!*used) idle.push_back(number);
  }
  co_return idle;
}

asio::awaitable<Result<ConfigurationView>> TwilioAdapter::read_configuration() {
  ConfigurationView view;
  view.now = clock_.now();
  auto numbers = co_await own_numbers(api_);
  if (!numbers) co_return std::unexpected(numbers.error());
  view.numbers = std::move(*numbers);
  take(co_await applications(api_), view.applications, view.unread, "applications");
  take(co_await messaging_services(api_), view.services, view.unread, "messaging services");
  take(co_await api_keys(api_), view.keys, view.unread, "API keys");
  take(co_await idle_numbers(view.numbers), view.idle, view.unread, "the use of the numbers");
  if (!view.idle.empty()) view.prices = co_await prices_for(api_, view.idle);
  std::vector<std::string> urls;
  for (const auto& n : view.numbers) {
    urls.push_back(answering_url(n, view.applications));
    urls.push_back(n.sms_url);
    urls.push_back(n.voice_fallback_url);
  }
  view.probes = co_await probe_webhooks(guard_, std::move(urls));
  std::size_t unchecked = 0;
  for (const auto& [url, probe] : view.probes) unchecked += probe.checked ? 0 : 1;
  if (unchecked > 0)
    view.unread.push_back(fmt::format("{} not probed: the address is not one that may be asked from here",
                                      count_of(static_cast<long long>(unchecked), "webhook was", "webhooks were")));
  co_return view;
}

asio::awaitable<Result<std::vector<Finding>>> TwilioAdapter::audit_configuration(std::string kind) {
  auto view = co_await read_configuration();
  if (!view) co_return std::unexpected(view.error());
  std::vector<Finding> found;
  for (const NamedCheck& check : all_checks()) {
    if (!kind.empty() && !check.kind.empty() && check.kind != kind) continue;
    auto more = check.run(*view);
    std::move(more.begin(), more.end(), std::back_inserter(found));
  }
  std::vector<Finding> all;  // worst first, else in the order of the checks
  for (const std::string_view severity : {"critical", "warning", "info"})
    for (auto& one : found)
      if (one.severity == severity) all.push_back(std::move(one));
  co_return all;
}

asio::awaitable<Result<std::vector<Resource>>> TwilioAdapter::idle() {
  auto numbers = co_await own_numbers(api_);
  if (!numbers) co_return std::unexpected(numbers.error());
  auto unused = co_await idle_numbers(std::move(*numbers));
  if (!unused) co_return std::unexpected(unused.error());
  const auto prices = co_await prices_for(api_, *unused);
  std::vector<Resource> all;
  for (const auto& number : *unused) {
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
  co_return all;
}

}  // namespace apiops::twilio
