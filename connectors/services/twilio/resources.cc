// resources.list and resource.show for Twilio. Bodies of messages are never read into an answer.
#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "connectors/services/twilio/diagnosis.h"
#include "connectors/services/twilio/settings.h"
#include "connectors/services/twilio/twilio_adapter.h"
#include "engine/base/text.h"

namespace apiops::twilio {

namespace {

constexpr std::size_t kShownRecords = 200;
constexpr std::chrono::hours kRecent{24};

Resource resource_of(const OwnNumber& n, const std::map<std::string, NumberPrices>& prices) {
  Resource r;
  r.kind = "numbers";
  r.id = n.sid;
  r.label = n.number;
  r.state = n.status.empty() ? "in use" : n.status;
  std::vector<std::string> can;
  if (n.mms) can.emplace_back("mms");
  if (n.sms) can.emplace_back("sms");
  if (n.voice) can.emplace_back("voice");
  const std::string voice = !n.trunk.empty()               ? "trunk " + n.trunk
                            : !n.voice_application.empty() ? "application " + n.voice_application
                                                           : shown_url(n.voice_url);
  const std::string sms = !n.sms_application.empty() ? "application " + n.sms_application : shown_url(n.sms_url);
  r.fields = {{"Label", n.friendly_name},
              {"Type", number_type_of(n.number)},
              {"Can", capability_words(can)},
              {"Voice webhook", voice},
              {"Message webhook", sms}};
  r.monthly_cost = price_of(prices, n.number);
  r.created = n.created;
  return r;
}

Resource resource_of(const Record& record, std::string kind, Time now) {
  Resource r;
  r.kind = std::move(kind);
  r.id = record.sid;
  r.label = record.sid;
  r.state = record.status;
  r.tone = r.state == "failed" || r.state == "undelivered" ? Tone::kBad : Tone::kPlain;
  r.fields = {{"When", utc(record.at, now)},
              {"From", spaced_number(record.from)},
              {"To", spaced_number(record.to)},
              {"Direction", record.direction},
              {"Code", record.code}};
  r.created = record.at;
  return r;
}

bool matches(const Resource& r, const std::string& filter) {
  if (filter.empty()) return true;
  const std::string wanted = lower_ascii(filter);
  std::string all = r.id + " " + r.label + " " + spaced_number(r.label) + " " + r.state;
  for (const auto& [name, value] : r.fields) all += " " + value;
  return lower_ascii(all).find(wanted) != std::string::npos;
}

Page<Resource> page_of(std::vector<Resource> all, const std::string& filter, bool cut) {
  Page<Resource> page;
  page.scanned["records"] = static_cast<long long>(all.size());
  for (auto& r : all) {
    if (!matches(r, filter)) continue;
    if (page.items.size() == kShownRecords)
      cut = true;
    else
      page.items.push_back(std::move(r));
  }
  page.last = true;
  page.cut = cut;
  return page;
}

// "37 × 11200, 2 × 30007" of what failed; empty where nothing did.
std::string codes_of(const Groups& groups) {
  std::map<std::string, long long> counts;
  for (const auto& [number, g] : groups)
    for (const auto& [code, n] : g.codes) counts[code] += n;
  std::vector<std::string> parts;
  for (const auto& [code, n] : counts)
    parts.push_back(fmt::format("{} × {}", with_thousands(n), code.empty() ? "no code" : code));
  return join(parts, ", ");
}

std::string share_words(long long all, long long failed, const Groups& groups) {
  if (failed == 0) return fmt::format("{}, none failed", with_thousands(all));
  return fmt::format("{}, {} failed: {}", with_thousands(all), with_thousands(failed), codes_of(groups));
}

// Its calls and messages of the last day, and the errors among them.
asio::awaitable<void> add_recent(TwilioApi& api, Resource& r, std::string number, Period period) {
  auto calls = co_await records_of_number(api, RecordKind::kCalls, number, period);
  auto alerts = co_await read_alerts(api, period);
  if (calls && alerts) {
    int lookups = kMaxNotificationLookups;
    co_await add_codes(api, calls->items, alerts->items, lookups);
    const Groups groups = by_number(calls->items);
    r.fields.emplace_back("Calls in 24 h",
                          share_words(static_cast<long long>(calls->items.size()), failed_of(groups), groups));
    if (failed_of(groups) > 0) r.tone = Tone::kWarning;
  }
  MessageTally tally{.period = period};
  for (const char* side : {"To", "From"}) {
    auto read = co_await scan<MessageTally>(
        api, {.kind = RecordKind::kMessages, .period = period, .filter = {{side, number}}}, {.period = period});
    if (!read) co_return;
    tally.join(std::move(read->digest));
  }
  long long all = 0;
  for (const auto& [own, g] : tally.by_number) all += g.total;
  r.fields.emplace_back("Messages in 24 h", share_words(all, failed_of(tally.by_number), tally.by_number));
  if (failed_of(tally.by_number) > 0) r.tone = Tone::kWarning;
}

}  // namespace

asio::awaitable<Result<Page<Resource>>> TwilioAdapter::resources(std::string kind, std::string filter) {
  const Time now = clock_.now();
  const Period recent{now - kRecent, now + std::chrono::minutes(1)};
  std::vector<Resource> all;
  bool cut = false;
  if (kind == "numbers") {
    auto numbers = co_await own_numbers(api_);
    if (!numbers) co_return std::unexpected(numbers.error());
    const auto prices = co_await prices_for(api_, *numbers);
    for (const auto& number : *numbers) all.push_back(resource_of(number, prices));
  } else if (kind == "keys" || kind == "services" || kind == "triggers" || kind == "webhooks") {
    auto found = kind == "keys"       ? co_await keys(api_)
                 : kind == "services" ? co_await services(api_)
                 : kind == "triggers" ? co_await triggers(api_)
                                      : co_await webhook_list(api_);
    if (!found) co_return std::unexpected(found.error());
    all = std::move(*found);
  } else if (kind == "calls" || kind == "messages") {
    auto found = co_await read_records(api_, kind == "calls" ? RecordKind::kCalls : RecordKind::kMessages, recent);
    if (!found) co_return std::unexpected(found.error());
    for (const auto& record : found->items) all.push_back(resource_of(record, kind, now));
    cut = found->cut;
  } else {
    co_return failure(ErrorKind::kUnsupported, fmt::format("Twilio has no list of {} that its API could tell.", kind));
  }
  co_return page_of(std::move(all), filter, cut);
}

asio::awaitable<Result<Resource>> TwilioAdapter::resource(std::string id) {
  const Time now = clock_.now();
  if (id.starts_with("+") || id.starts_with("PN")) {
    auto number = co_await own_number(api_, id);
    if (!number) co_return std::unexpected(number.error());
    const auto prices = co_await prices_for(api_, {*number});
    Resource r = resource_of(*number, prices);
    co_await add_recent(api_, r, number->number, {now - kRecent, now + std::chrono::minutes(1)});
    co_return r;
  }
  if (id.starts_with("SM") || id.starts_with("MM")) {
    auto reply = co_await api_.get(Host::kApi, api_.account_path("Messages/" + net::encode_component(id) + ".json"));
    if (!reply) co_return std::unexpected(reply.error());
    co_return resource_of(message_of(reply->body), "messages", now);
  }
  if (id.starts_with("CA")) {
    auto reply = co_await api_.get(Host::kApi, api_.account_path("Calls/" + net::encode_component(id) + ".json"));
    if (!reply) co_return std::unexpected(reply.error());
    Record call = call_of(reply->body);
    call.code = co_await code_from_notifications(api_, call.sid);
    co_return resource_of(call, "calls", now);
  }
  for (const char* head : {"MG", "AP", "SK", "UT", "AC"})
    if (id.starts_with(head)) co_return co_await setting(api_, id);
  co_return failure(ErrorKind::kUnsupported, fmt::format("{} is not an id that Twilio uses.", id));
}

}  // namespace apiops::twilio
