// The share of failing calls and messages by our own number, for the monitor of error rates. The subject is the number
// that a remedy would change.
#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "connectors/services/twilio/twilio_adapter.h"
#include "engine/base/text.h"

namespace apiops::twilio {

namespace {

struct Tally {
  long long failed = 0, total = 0;
  std::map<std::string, long long> codes;
  std::optional<Time> since;
};

using Tallies = std::map<std::string, Tally>;

void count(Tallies& tallies, const Record& record, bool failed) {
  Tally& t = tallies[record.own];
  ++t.total;
  if (!failed) return;
  ++t.failed;
  ++t.codes[record.code];
  t.since = std::min(t.since.value_or(record.at), record.at);
}

std::string leading_code(const Tally& tally) {
  const auto most = std::max_element(tally.codes.begin(), tally.codes.end(),
                                     [](const auto& a, const auto& b) { return a.second < b.second; });
  return most == tally.codes.end() ? std::string() : most->first;
}

bool is_webhook_code(std::string_view code) { return code.size() == 5 && code.starts_with("11"); }

}  // namespace

asio::awaitable<Result<std::vector<ServiceAdapter::ErrorRate>>> TwilioAdapter::error_rates(Period period) {
  auto calls = co_await read_calls(api_, period);
  if (!calls) co_return std::unexpected(calls.error());
  auto alerts = co_await read_alerts(api_, period);
  if (!alerts) co_return std::unexpected(alerts.error());
  auto messages = co_await read_messages(api_, period);
  if (!messages) co_return std::unexpected(messages.error());
  int lookups = kMaxNotificationLookups;
  co_await add_codes(api_, calls->items, alerts->items, lookups);
  std::vector<ErrorRate> rates;
  Tallies of_calls, of_messages;
  for (const auto& call : calls->items) count(of_calls, call, call_failed(call));
  for (const auto& message : messages->items) count(of_messages, message, message_failed(message));
  for (const auto& [what, tallies] : {std::pair{"calls", &of_calls}, std::pair{"messages", &of_messages}})
    for (const auto& [number, t] : *tallies) {
      ErrorRate rate{.subject = number,
                     .code = leading_code(t),
                     .failed = t.failed,
                     .total = t.total,
                     .what = what,
                     .evidence = {},
                     .remedy = std::nullopt,
                     .since = t.since};
      rates.push_back(std::move(rate));
    }
  for (ErrorRate& rate : rates) {
    if (rate.what != "calls" || rate.failed == 0 || !is_webhook_code(rate.code)) continue;
    auto number = co_await own_number(api_, rate.subject);
    if (!number || number->voice_url.empty() || !number->voice_application.empty() || !number->trunk.empty()) continue;
    const Probed probed = co_await probe_webhook(guard_, number->voice_url);
    if (!probed.checked || probed.trouble.empty()) continue;
    rate.evidence = fmt::format("the webhook {}: {}", host_of(number->voice_url), probed.trouble);
    rate.remedy = ask("twilio.webhook.fix", Json{{"number", rate.subject}}, "Fix the webhook");
  }
  co_return rates;
}

}  // namespace apiops::twilio
