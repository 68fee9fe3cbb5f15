// failures.diagnose for Twilio: which kind is asked for, messages by code, and single resources.
#include "connectors/services/twilio/diagnosis.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "connectors/services/twilio/code_meanings.h"
#include "engine/base/text.h"

namespace apiops::twilio {

namespace {

constexpr std::size_t kCodesTold = 4;

std::vector<std::pair<std::string, long long>> by_count(const std::vector<Record>& failed) {
  std::map<std::string, long long> counts;
  for (const Record& r : failed) ++counts[r.code];
  std::vector<std::pair<std::string, long long>> order(counts.begin(), counts.end());
  std::sort(order.begin(), order.end(), [](const auto& a, const auto& b) { return a.second > b.second; });
  return order;
}

// Who sent the messages that ended with this code: "from +1 … (120) and 2 other senders".
std::string senders(const std::vector<Record>& failed, const std::string& code) {
  std::map<std::string, long long> counts;
  for (const Record& r : failed)
    if (r.code == code) ++counts[r.own];
  const auto most =
      std::max_element(counts.begin(), counts.end(), [](const auto& a, const auto& b) { return a.second < b.second; });
  if (most == counts.end()) return {};
  std::string words = fmt::format("from {}", spaced_number(most->first));
  if (counts.size() > 1)
    words += fmt::format(" ({}) and {}", with_thousands(most->second),
                         count_of(static_cast<long long>(counts.size()) - 1, "other sender"));
  return words;
}

std::string dated(const Json& row, std::string_view field, std::string_view word, Time now) {
  const auto at = parse_rfc2822(get_string(row, field));
  return at ? fmt::format("{} {}", word, utc(*at, now)) : std::string();
}

void add_dates(Diagnosis& d, const Json& row,
               std::initializer_list<std::pair<std::string_view, std::string_view>> fields, Time now) {
  for (const auto& [field, word] : fields)
    if (std::string line = dated(row, field, word, now); !line.empty()) d.evidence.push_back(std::move(line));
}

}  // namespace

asio::awaitable<Result<Diagnosis>> TwilioAdapter::diagnose_messages(Period period) {
  auto messages = co_await read_messages(api_, period);
  if (!messages) co_return std::unexpected(messages.error());
  std::vector<Record> failed;
  for (const Record& m : messages->items)
    if (message_failed(m)) failed.push_back(m);
  Diagnosis d;
  const auto total = static_cast<long long>(messages->items.size()), bad = static_cast<long long>(failed.size());
  if (bad == 0) {
    d.tone = Tone::kGood;
    d.verdict = fmt::format("No message failed: {} in this period.", count_of(total, "message"));
    co_return d;
  }
  const auto order = by_count(failed);
  const std::string& code = order.front().first;
  const CodeMeaning* meaning = meaning_of(code);
  d.tone = bad * 10 > total ? Tone::kBad : Tone::kWarning;
  d.verdict = meaning ? fmt::format("{} of {} failed, most with {}: {}.", with_thousands(bad),
                                    count_of(total, "message"), code, meaning->meaning)
                      : fmt::format("{} of {} failed, most with {}.", with_thousands(bad), count_of(total, "message"),
                                    code.empty() ? "no code" : code);
  for (std::size_t i = 0; i < order.size() && i < kCodesTold; ++i)
    d.evidence.push_back(fmt::format("{} with {}, {}", with_thousands(order[i].second), code_words(order[i].first),
                                     senders(failed, order[i].first)));
  if (order.size() > kCodesTold)
    d.evidence.push_back(fmt::format("{} more codes with fewer failures", order.size() - kCodesTold));
  if (messages->cut)
    d.evidence.push_back("the reading stopped at its bound: not all messages of this period were looked at");
  d.next = meaning ? fmt::format("Next: {}.", meaning->next) : "Next: ask what " + code + " means.";
  d.trend = trend_of(failed, message_failed, period);
  co_return d;
}

asio::awaitable<Result<Diagnosis>> TwilioAdapter::diagnose_message(std::string sid) {
  const Time now = clock_.now();
  auto reply = co_await api_.get(Host::kApi, api_.account_path("Messages/" + net::encode_component(sid) + ".json"));
  if (!reply) co_return std::unexpected(reply.error());
  const Record m = message_of(reply->body);
  Diagnosis d;
  const CodeMeaning* meaning = meaning_of(m.code);
  d.tone = message_failed(m) ? Tone::kBad : Tone::kGood;
  if (message_failed(m))
    d.verdict = meaning ? fmt::format("This message is {}: {}.", m.status, meaning->meaning)
                        : fmt::format("This message is {} with {}.", m.status, m.code.empty() ? "no code" : m.code);
  else
    d.verdict = fmt::format("This message did not fail: its status is {}.", m.status.empty() ? "unknown" : m.status);
  if (m.status == "sent")
    d.evidence.push_back("sent is not delivered: the carrier has not confirmed it, and may never do so");
  add_dates(d, reply->body, {{"date_created", "made"}, {"date_sent", "sent"}, {"date_updated", "last change"}}, now);
  d.evidence.push_back(fmt::format("from {} to {}", spaced_number(m.from), spaced_number(m.to)));
  if (!m.code.empty()) d.evidence.push_back("code " + code_words(m.code));
  if (meaning) d.next = fmt::format("Next: {}.", meaning->next);
  co_return d;
}

asio::awaitable<Result<Diagnosis>> TwilioAdapter::diagnose_call(std::string sid) {
  const Time now = clock_.now();
  auto reply = co_await api_.get(Host::kApi, api_.account_path("Calls/" + net::encode_component(sid) + ".json"));
  if (!reply) co_return std::unexpected(reply.error());
  Record call = call_of(reply->body);
  call.code = co_await code_from_notifications(api_, sid);
  Diagnosis d;
  const CodeMeaning* meaning = meaning_of(call.code);
  d.tone = call_failed(call)                                     ? Tone::kBad
           : call.status == "busy" || call.status == "no-answer" ? Tone::kWarning
                                                                 : Tone::kGood;
  if (call_failed(call))
    d.verdict = meaning ? fmt::format("This call failed: {}.", meaning->meaning)
                        : fmt::format("This call failed with {}.", call.code.empty() ? "no code" : call.code);
  else
    d.verdict =
        fmt::format("This call did not fail at Twilio: it ended as {}.", call.status.empty() ? "unknown" : call.status);
  add_dates(d, reply->body, {{"date_created", "made"}, {"start_time", "began"}, {"end_time", "ended"}}, now);
  d.evidence.push_back(
      fmt::format("from {} to {}, {}", spaced_number(call.from), spaced_number(call.to), call.direction));
  if (!call.code.empty()) d.evidence.push_back("notification " + code_words(call.code));
  if (meaning) d.next = fmt::format("Next: {}.", meaning->next);
  if (call_failed(call) && call.code.starts_with("11")) {
    auto about = co_await diagnose_number(call.own, {call.at - std::chrono::hours(24), now});
    if (about && about->tone == Tone::kBad) {
      std::move(about->evidence.begin(), about->evidence.end(), std::back_inserter(d.evidence));
      d.cause = about->cause;
      d.remedy = about->remedy;
      d.remedy_text = about->remedy_text;
    }
  }
  co_return d;
}

asio::awaitable<Result<Diagnosis>> TwilioAdapter::diagnose(DiagnosisQuery query) {
  const std::string& id = query.resource;
  if (id.starts_with("SM") || id.starts_with("MM")) co_return co_await diagnose_message(id);
  if (id.starts_with("CA")) co_return co_await diagnose_call(id);
  if (id.starts_with("+") || id.starts_with("PN")) {
    auto number = co_await own_number(api_, id);
    if (!number) co_return std::unexpected(number.error());
    co_return co_await diagnose_number(number->number, query.period);
  }
  if (!id.empty()) co_return failure(ErrorKind::kUnsupported, fmt::format("{} is not an id that Twilio uses.", id));
  if (query.kind == "calls" || query.kind == "webhooks" || query.kind == "numbers")
    co_return co_await diagnose_calls(query.period);
  if (query.kind == "messages") co_return co_await diagnose_messages(query.period);
  if (!query.kind.empty())
    co_return failure(ErrorKind::kUnsupported, fmt::format("Twilio has no {} that it could tell about.", query.kind));
  // No kind: failing calls first, since one broken number stops all of its calls; then what failed of the messages.
  auto calls = co_await diagnose_calls(query.period);
  if (!calls || calls->tone == Tone::kGood) co_return co_await diagnose_messages(query.period);
  auto messages = co_await diagnose_messages(query.period);
  if (messages && messages->tone != Tone::kGood) calls->evidence.push_back("messages, too: " + messages->verdict);
  co_return calls;
}

}  // namespace apiops::twilio
