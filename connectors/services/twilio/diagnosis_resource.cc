// "Why did SM… fail", "what happened to CA…": the timeline of one message or call, what its webhook answered, how the
// number is set up, whether others fail like it, and one way out.
#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "connectors/services/twilio/code_meanings.h"
#include "connectors/services/twilio/diagnosis.h"
#include "engine/base/text.h"

namespace apiops::twilio {

namespace {

constexpr std::chrono::hours kAround{24};  // of the resource's own time: what else failed like it
constexpr std::size_t kMaxEvents = 20;

using Field = std::pair<std::string_view, std::string_view>;  // of a date, and what happened then

// In its place by time; of one second: as they were added.
void add_moment(Diagnosis& d, std::optional<Time> at, std::string what, Tone tone = Tone::kPlain) {
  if (!at) return;
  const auto place = std::ranges::upper_bound(d.timeline, *at, {}, &Moment::at);
  d.timeline.insert(place, {*at, std::move(what), tone});
}

void add_dates(Diagnosis& d, const Json& row, std::initializer_list<Field> fields) {
  for (const auto& [field, word] : fields) add_moment(d, parse_rfc2822(get_string(row, field)), std::string(word));
}

// What Twilio's debugger says about it. Bodies and headers of the webhook's answer may hold secrets: they are not read.
asio::awaitable<std::vector<Alert>> alerts_about(TwilioApi& api, std::string sid, Time at) {
  auto read = co_await read_alerts(api, {at - std::chrono::hours(1), at + kAround});
  if (!read) co_return std::vector<Alert>();
  const auto found = read->items.find(sid);
  co_return found == read->items.end() ? std::vector<Alert>() : found->second;
}

void add_alerts(Diagnosis& d, const std::vector<Alert>& alerts) {
  for (const Alert& alert : alerts) {
    std::string what = fmt::format("{} in Twilio's debugger", code_words(alert.code));
    if (!alert.url.empty()) what += ": " + shown_url(alert.url);
    if (alert.http_status) what += fmt::format(" answered with status {}", alert.http_status);
    add_moment(d, alert.at, std::move(what), Tone::kBad);
  }
}

// The requests that a call made to webhooks, and their answers' status.
asio::awaitable<void> add_events(TwilioApi& api, Diagnosis& d, std::string call) {
  auto page = co_await api.page(Host::kApi, api.account_path("Calls/" + net::encode_component(call) + "/Events.json"),
                                "events", {{"PageSize", std::to_string(kMaxEvents)}});
  if (!page) co_return;
  for (const Json& row : page->rows()) {
    const Json &request = get_object(row, "request"), &response = get_object(row, "response");
    const auto status = get_integer(response, "response_code");
    const std::string url = get_string(request, "url");
    if (url.empty() || host_of(url).ends_with("twilio.com")) continue;  // the request that made the call
    const bool bad = !status || *status >= 400 || *status == 0;
    add_moment(d, parse_rfc2822(get_string(response, "date_created")),
               fmt::format("{} {}: {}", get_string(request, "method"), shown_url(url),
                           status && *status > 0 ? fmt::format("status {}", *status) : std::string("no answer")),
               bad ? Tone::kBad : Tone::kPlain);
  }
}

// "160 of 160 messages from +1 … in the 24 hours around it failed, 160 of them with 30034".
asio::awaitable<void> add_company(TwilioApi& api, Diagnosis& d, const Record& message) {
  const Period around{message.at - kAround, message.at + kAround};
  const char* side = message.direction == "inbound" ? "To" : "From";
  auto read = co_await scan<MessageTally>(api,
                                          {.kind = RecordKind::kMessages,
                                           .period = around,
                                           .filter = {{side, message.own}},
                                           .max_records = kMaxRecordsKept},
                                          {.period = around});
  if (!read || read->records < 2) co_return;
  const Group& group = read->digest.by_number[message.own];
  const auto same = group.codes.find(message.code);
  d.evidence.push_back(fmt::format("{} of {} of {} within a day of it failed, {} with {}", with_thousands(group.failed),
                                   count_of(read->records, "message"), spaced_number(message.own),
                                   with_thousands(same == group.codes.end() ? 0 : same->second),
                                   message.code.empty() ? "no code" : message.code));
}

bool is_about_registration(std::string_view code) { return code == "30034" || code == "30032" || code == "30035"; }
bool may_work_later(std::string_view code) { return code == "30003" || code == "30008" || code == "30001"; }

// How the sender is set up, where that is what the code is about.
asio::awaitable<void> add_sender(TwilioApi& api, Diagnosis& d, const Record& message) {
  if (!is_about_registration(message.code)) co_return;
  auto services = co_await messaging_services(api);
  if (!services) co_return;
  const MessagingService *own = nullptr, *registered = nullptr;
  for (const auto& s : *services) {
    if (s.has(message.own)) own = &s;
    if (s.registered.value_or(false)) registered = &s;
  }
  if (!own)
    d.evidence.push_back(fmt::format("{} is in no messaging service", spaced_number(message.own)));
  else
    d.evidence.push_back(
        fmt::format("{} is in the messaging service “{}”, which is {}", spaced_number(message.own), own->name,
                    own->registered ? *own->registered ? "registered for A2P 10DLC" : "not registered for A2P 10DLC"
                                    : "registered or not: Twilio does not say"));
  if (!own && registered) {
    d.remedy = ask("twilio.service.configure", Json{{"service_id", registered->sid}, {"number", message.own}},
                   fmt::format("add {} to {}", message.own, registered->sid));
    d.remedy_text = fmt::format("Proposed: add {} to the registered messaging service “{}”.",
                                spaced_number(message.own), registered->name);
  }
}

void verdict_of_message(Diagnosis& d, const Record& m) {
  const CodeMeaning* meaning = meaning_of(m.code);
  const bool failed = message_failed(m.status);
  d.tone = failed ? Tone::kBad : Tone::kGood;
  if (!failed)
    d.verdict = fmt::format("This message did not fail: its status is {}.", m.status.empty() ? "unknown" : m.status);
  else if (meaning)
    d.verdict = fmt::format("This message is {}: {}.", m.status, meaning->meaning);
  else
    d.verdict = fmt::format("This message is {} with {}.", m.status, m.code.empty() ? "no code" : m.code);
  if (m.status == "sent")
    d.evidence.push_back("sent is not delivered: the carrier has not confirmed it, and may never do so");
  if (failed && m.status == "failed") d.evidence.push_back("failed: Twilio did not send it, so no carrier has it");
  if (m.status == "undelivered") d.evidence.push_back("undelivered: it was sent, and a carrier reported the failure");
}

void verdict_of_call(Diagnosis& d, const Record& call) {
  const CodeMeaning* meaning = meaning_of(call.code);
  const bool unanswered = call.status == "busy" || call.status == "no-answer";
  d.tone = call_failed(call) ? Tone::kBad : unanswered ? Tone::kWarning : Tone::kGood;
  if (!call_failed(call))
    d.verdict =
        fmt::format("This call did not fail at Twilio: it ended as {}.", call.status.empty() ? "unknown" : call.status);
  else if (meaning)
    d.verdict = fmt::format("This call failed: {}.", meaning->meaning);
  else
    d.verdict = fmt::format("This call failed with {}.", call.code.empty() ? "no code" : call.code);
}

}  // namespace

asio::awaitable<Result<Diagnosis>> TwilioAdapter::diagnose_message(std::string sid) {
  auto reply = co_await api_.get(Host::kApi, api_.account_path("Messages/" + net::encode_component(sid) + ".json"));
  if (!reply) co_return std::unexpected(reply.error());
  const Record m = message_of(reply->body);
  Diagnosis d;
  d.code = m.code;
  verdict_of_message(d, m);
  add_dates(d, reply->body, {{"date_created", "made"}, {"date_sent", "sent"}});
  add_moment(
      d, parse_rfc2822(get_string(reply->body, "date_updated")),
      "status " + (m.status.empty() ? std::string("unknown") : m.status) + (m.code.empty() ? "" : ", code " + m.code),
      message_failed(m.status) ? Tone::kBad : Tone::kPlain);
  d.evidence.insert(d.evidence.begin(),
                    fmt::format("from {} to {}, {}", spaced_number(m.from), spaced_number(m.to), m.direction));
  add_alerts(d, co_await alerts_about(api_, sid, m.at));
  if (!message_failed(m.status)) co_return d;
  co_await add_company(api_, d, m);
  co_await add_sender(api_, d, m);
  if (!d.remedy && may_work_later(m.code)) {
    d.remedy = ask("twilio.message.resend", Json{{"ids", Json::array({sid})}}, "resend " + sid);
    d.remedy_text = "Proposed: send it again. It may arrive twice where the carrier had it after all.";
  }
  co_return d;
}

asio::awaitable<Result<Diagnosis>> TwilioAdapter::diagnose_call(std::string sid) {
  auto reply = co_await api_.get(Host::kApi, api_.account_path("Calls/" + net::encode_component(sid) + ".json"));
  if (!reply) co_return std::unexpected(reply.error());
  Record call = call_of(reply->body);
  call.code = co_await code_from_notifications(api_, sid);
  const auto alerts = co_await alerts_about(api_, sid, call.at);
  if (call.code.empty() && !alerts.empty()) call.code = alerts.front().code;
  Diagnosis d;
  d.code = call.code;
  verdict_of_call(d, call);
  add_dates(d, reply->body, {{"date_created", "made"}, {"start_time", "began"}});
  co_await add_events(api_, d, sid);
  const std::string seconds = get_string(reply->body, "duration");
  add_moment(d, parse_rfc2822(get_string(reply->body, "end_time")),
             fmt::format("ended as {}{}", call.status.empty() ? "unknown" : call.status,
                         seconds.empty() ? "" : fmt::format(" after {} s", seconds)),
             call.status == "failed" ? Tone::kBad : Tone::kPlain);
  add_alerts(d, alerts);
  d.evidence.push_back(
      fmt::format("from {} to {}, {}", spaced_number(call.from), spaced_number(call.to), call.direction));
  if (!call_failed(call) || !call.code.starts_with("11")) co_return d;
  const Time now = clock_.now();
  auto about = co_await diagnose_number(call.own, {call.at - kAround, now});
  if (!about || about->tone != Tone::kBad) co_return d;
  std::move(about->evidence.begin(), about->evidence.end(), std::back_inserter(d.evidence));
  d.cause = about->cause;
  d.next = about->next;
  d.remedy = about->remedy;
  d.remedy_text = about->remedy_text;
  co_return d;
}

}  // namespace apiops::twilio
