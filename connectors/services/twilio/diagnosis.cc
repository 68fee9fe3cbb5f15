// failures.diagnose for Twilio: which kind is asked for, and messages by code. Single resources: diagnosis_resource.cc.
#include "connectors/services/twilio/diagnosis.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "connectors/services/twilio/code_meanings.h"
#include "engine/base/text.h"

namespace apiops::twilio {

namespace {

constexpr std::size_t kCodesTold = 4;

std::vector<std::pair<std::string, long long>> by_count(const Groups& groups) {
  std::map<std::string, long long> counts;
  for (const auto& [number, g] : groups)
    for (const auto& [code, n] : g.codes) counts[code] += n;
  std::vector<std::pair<std::string, long long>> order(counts.begin(), counts.end());
  std::sort(order.begin(), order.end(),
            [](const auto& a, const auto& b) { return std::tie(b.second, a.first) < std::tie(a.second, b.first); });
  return order;
}

// Who sent the messages that ended with this code: "from +1 … (120) and 2 other senders".
std::string senders(const Groups& groups, const std::string& code) {
  std::string most;
  long long count = 0, others = -1;
  for (const auto& [number, g] : groups) {
    const auto of_code = g.codes.find(code);
    if (of_code == g.codes.end()) continue;
    ++others;
    if (of_code->second > count) most = number, count = of_code->second;
  }
  std::string words = fmt::format("from {}", spaced_number(most));
  if (others > 0) words += fmt::format(" ({}) and {}", with_thousands(count), count_of(others, "other sender"));
  return words;
}

// What could not be read is not told as good.
Diagnosis without(Diagnosis other, std::string_view kind, const Error& error) {
  other.evidence.push_back(fmt::format("{} could not be read: {}", kind, error.what));
  if (other.tone == Tone::kGood) other.tone = Tone::kWarning;
  return other;
}

// No kind was asked for: failing calls first, since one broken number stops all of its calls; then what failed of the
// messages.
Result<Diagnosis> calls_then_messages(Result<Diagnosis> calls, Result<Diagnosis> messages) {
  if (!calls && !messages) return calls;
  if (!calls) return without(std::move(*messages), "calls", calls.error());
  if (!messages) return without(std::move(*calls), "messages", messages.error());
  if (calls->tone == Tone::kGood) {
    messages->evidence.push_back("calls: " + calls->verdict);
    return messages;
  }
  if (messages->tone != Tone::kGood) calls->evidence.push_back("messages, too: " + messages->verdict);
  return calls;
}

}  // namespace

asio::awaitable<Result<Diagnosis>> TwilioAdapter::diagnose_messages(Period period, std::string sender) {
  const net::Headers filter = sender.empty() ? net::Headers{} : net::Headers{{"From", sender}};
  auto read = co_await scan<MessageTally>(api_, {.kind = RecordKind::kMessages, .period = period, .filter = filter},
                                          {.period = period});
  if (!read) co_return std::unexpected(read.error());
  const Groups& groups = read->digest.by_number;
  Diagnosis d;
  const long long total = read->records, bad = failed_of(groups);
  if (bad == 0) {
    d.tone = Tone::kGood;
    d.verdict = fmt::format("No message failed: {} in this period.", count_of(total, "message"));
    co_return d;
  }
  const auto order = by_count(groups);
  const std::string& code = order.front().first;
  const CodeMeaning* meaning = meaning_of(code);
  d.tone = bad * 10 > total ? Tone::kBad : Tone::kWarning;
  d.verdict = meaning ? fmt::format("{} of {} failed, most with {}: {}.", with_thousands(bad),
                                    count_of(total, "message"), code, meaning->meaning)
                      : fmt::format("{} of {} failed, most with {}.", with_thousands(bad), count_of(total, "message"),
                                    code.empty() ? "no code" : code);
  for (std::size_t i = 0; i < order.size() && i < kCodesTold; ++i)
    d.evidence.push_back(fmt::format("{} with {}, {}", with_thousands(order[i].second), code_words(order[i].first),
                                     senders(groups, order[i].first)));
  if (order.size() > kCodesTold)
    d.evidence.push_back(fmt::format("{} more codes with fewer failures", order.size() - kCodesTold));
  if (read->cut)
    d.evidence.push_back("the reading stopped at its bound: not all messages of this period were looked at");
  d.code = code;
  d.trend = trend_chart(std::move(read->digest.trend), period);
  co_return d;
}

asio::awaitable<Result<Diagnosis>> TwilioAdapter::diagnose_any_number(std::string number_or_sid, std::string kind,
                                                                      Period period) {
  auto own = co_await own_number(api_, number_or_sid);
  if (!own && own.error().kind == ErrorKind::kNotFound && number_or_sid.starts_with("+"))
    co_return co_await diagnose_counterpart(number_or_sid, kind, period);
  if (!own) co_return std::unexpected(own.error());
  if (kind == "messages") co_return co_await diagnose_messages(period, own->number);
  auto calls = co_await diagnose_number(own->number, period);
  if (kind == "calls") co_return calls;
  co_return calls_then_messages(std::move(calls), co_await diagnose_messages(period, own->number));
}

asio::awaitable<Result<Diagnosis>> TwilioAdapter::diagnose(DiagnosisQuery query) {
  const std::string& id = query.resource;
  if (id.starts_with("SM") || id.starts_with("MM")) co_return co_await diagnose_message(id);
  if (id.starts_with("CA")) co_return co_await diagnose_call(id);
  if (id.starts_with("+") || id.starts_with("PN")) co_return co_await diagnose_any_number(id, query.kind, query.period);
  if (id.starts_with("http://") || id.starts_with("https://")) co_return co_await diagnose_url(id, query.period);
  for (const char* head : {"MG", "AP", "SK", "UT"})
    if (id.starts_with(head)) co_return co_await diagnose_settings(id);
  if (!id.empty()) co_return failure(ErrorKind::kUnsupported, fmt::format("{} is not an id that Twilio uses.", id));
  if (query.kind == "calls" || query.kind == "webhooks" || query.kind == "numbers")
    co_return co_await diagnose_calls(query.period);
  if (query.kind == "messages") co_return co_await diagnose_messages(query.period);
  if (!query.kind.empty())
    co_return failure(ErrorKind::kUnsupported, fmt::format("Twilio has no {} that it could tell about.", query.kind));
  auto calls = co_await diagnose_calls(query.period);
  co_return calls_then_messages(std::move(calls), co_await diagnose_messages(query.period));
}

}  // namespace apiops::twilio
