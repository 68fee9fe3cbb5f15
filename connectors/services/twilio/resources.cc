// resources.list and resource.show for Twilio. Bodies of messages are never read into an answer.
#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

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

Resource resource_of(const MessagingService& s) {
  Resource r;
  r.kind = "services";
  r.id = s.sid;
  r.label = s.name;
  r.fields = {
      {"Numbers", std::to_string(s.numbers.size())},
      {"Inbound", s.inbound_url.empty() ? (s.uses_number_webhook.value_or(false) ? "the numbers' webhooks" : "none")
                                        : shown_url(s.inbound_url)},
      {"Registered for A2P", s.registered ? (*s.registered ? "yes" : "no") : "unknown"}};
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

asio::awaitable<Result<std::vector<Resource>>> keys(TwilioApi& api) {
  auto listed = co_await api.list(Host::kApi, api.account_path("Keys.json"), "keys", {{"PageSize", "100"}});
  if (!listed) co_return std::unexpected(listed.error());
  std::vector<Resource> all;
  for (const Json& row : listed->rows) {
    Resource r{.kind = "keys",
               .id = get_string(row, "sid"),
               .label = get_string(row, "friendly_name"),
               .state = "",
               .tone = Tone::kPlain};
    r.created = parse_rfc2822(get_string(row, "date_created"));
    if (r.created) r.fields.emplace_back("Made", utc_day(*r.created));
    all.push_back(std::move(r));
  }
  co_return all;
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
  } else if (kind == "keys") {
    auto found = co_await keys(api_);
    if (!found) co_return std::unexpected(found.error());
    all = std::move(*found);
  } else if (kind == "services") {
    auto found = co_await messaging_services(api_);
    if (!found) co_return std::unexpected(found.error());
    for (const auto& service : *found) all.push_back(resource_of(service));
  } else if (kind == "calls" || kind == "messages") {
    auto found = kind == "calls" ? co_await read_calls(api_, recent) : co_await read_messages(api_, recent);
    if (!found) co_return std::unexpected(found.error());
    std::sort(found->items.begin(), found->items.end(), [](const Record& a, const Record& b) { return a.at > b.at; });
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
    auto calls = co_await calls_of_number(api_, number->number, {now - kRecent, now + std::chrono::minutes(1)});
    if (calls) {
      const auto failed = std::count_if(calls->items.begin(), calls->items.end(), call_failed);
      r.fields.emplace_back("Calls in 24 h", fmt::format("{}, {} failed", calls->items.size(), failed));
      if (failed > 0) r.tone = Tone::kWarning;
    }
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
  if (id.starts_with("MG")) {
    auto services = co_await messaging_services(api_);
    if (!services) co_return std::unexpected(services.error());
    for (const auto& service : *services)
      if (service.sid == id) co_return resource_of(service);
    co_return failure(ErrorKind::kNotFound, fmt::format("Twilio has no messaging service {} in this account.", id));
  }
  co_return failure(ErrorKind::kUnsupported, fmt::format("{} is not an id that Twilio uses.", id));
}

}  // namespace apiops::twilio
