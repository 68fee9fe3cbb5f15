// The share of failing calls and messages by our own number, for the monitor of error rates. The subject is the number
// that a remedy would change.
#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "connectors/services/twilio/diagnosis.h"
#include "connectors/services/twilio/twilio_adapter.h"
#include "engine/base/text.h"

namespace apiops::twilio {

namespace {

bool is_webhook_code(std::string_view code) { return code.size() == 5 && code.starts_with("11"); }

}  // namespace

asio::awaitable<Result<std::vector<ServiceAdapter::ErrorRate>>> TwilioAdapter::error_rates(Period period) {
  auto calls = co_await read_records(api_, RecordKind::kCalls, period);
  if (!calls) co_return std::unexpected(calls.error());
  auto alerts = co_await read_alerts(api_, period);
  if (!alerts) co_return std::unexpected(alerts.error());
  // The newest messages are enough for a rate: all of a busy day would take longer than a monitor may.
  auto messages = co_await scan<MessageTally>(
      api_, {.kind = RecordKind::kMessages, .period = period, .max_records = kMaxRecordsKept}, {.period = period});
  if (!messages) co_return std::unexpected(messages.error());
  int lookups = kMaxNotificationLookups;
  co_await add_codes(api_, calls->items, alerts->items, lookups);
  std::vector<ErrorRate> rates;
  const Groups of_calls = by_number(calls->items), &of_messages = messages->digest.by_number;
  for (const auto& [what, groups] : {std::pair{"calls", &of_calls}, std::pair{"messages", &of_messages}})
    for (const auto& [number, g] : *groups)
      rates.push_back({.subject = number,
                       .code = leading_code(g),
                       .failed = g.failed,
                       .total = g.total,
                       .what = what,
                       .evidence = {},
                       .remedy = std::nullopt,
                       .since = g.first});
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
