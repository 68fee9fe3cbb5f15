// "Why did +1 … not get our text", where the number is none of ours: what went to it and came from it in the period,
// the last of it as a timeline, and what its failures say.
#include <fmt/format.h>

#include <algorithm>

#include "connectors/services/twilio/code_meanings.h"
#include "connectors/services/twilio/diagnosis.h"
#include "engine/base/text.h"

namespace apiops::twilio {

namespace {

constexpr std::size_t kMomentsTold = 8;  // the newest

struct Traffic {
  Diagnosis told;
  long long messages = 0, calls = 0, failed = 0;
  std::map<std::string, long long> codes;

  void add(const Record& record, std::string_view what, bool record_failed) {
    if (record_failed) {
      ++failed;
      if (!record.code.empty()) ++codes[record.code];
    }
    told.timeline.push_back({record.at,
                             fmt::format("{} {} {} {}: {}{}", what, record.sid,
                                         record.own == record.from ? "from" : "to", spaced_number(record.own),
                                         record.status, record.code.empty() ? "" : ", " + code_words(record.code)),
                             record_failed ? Tone::kBad : Tone::kPlain});
  }

  std::string leading_code() const {
    const auto most = std::ranges::max_element(codes, {}, [](const auto& entry) { return entry.second; });
    return most == codes.end() ? "" : most->first;
  }
};

// "3 messages and 1 call", of the kinds that were asked about.
std::string amount(const Traffic& t, const std::string& kind) {
  const std::string messages = count_of(t.messages, "message"), calls = count_of(t.calls, "call");
  if (kind == "messages" || (kind.empty() && t.calls == 0 && t.messages > 0)) return messages;
  if (kind == "calls" || (kind.empty() && t.messages == 0 && t.calls > 0)) return calls;
  return messages + " and " + calls;
}

void conclude(Traffic& t, const std::string& number, const std::string& kind) {
  Diagnosis& d = t.told;
  const std::string name = spaced_number(number);
  if (t.messages + t.calls == 0) {
    d.tone = Tone::kWarning;
    d.verdict = fmt::format("Nothing went to {} or came from it in this period.", name);
    d.next = "Next: ask about a longer period, or check the number: it is none of ours.";
    return;
  }
  if (t.failed == 0) {
    d.tone = Tone::kGood;
    d.verdict = fmt::format("Nothing to or from {} failed: {} in this period.", name, amount(t, kind));
    return;
  }
  d.code = t.leading_code();
  const CodeMeaning* meaning = meaning_of(d.code);
  d.verdict = fmt::format("Of {} with {}, {} failed{}{}.", amount(t, kind), name, with_thousands(t.failed),
                          d.code.empty() ? "" : (t.failed > 1 ? ", most with " : " with ") + d.code,
                          meaning ? fmt::format(": {}", meaning->meaning) : "");
  if (meaning) d.next = fmt::format("Next: {}.", meaning->next);
}

void keep_newest(std::vector<Moment>& timeline) {
  std::ranges::sort(timeline, {}, &Moment::at);
  if (timeline.size() > kMomentsTold)
    timeline.erase(timeline.begin(), timeline.end() - static_cast<std::ptrdiff_t>(kMomentsTold));
}

}  // namespace

asio::awaitable<Result<Diagnosis>> TwilioAdapter::diagnose_counterpart(std::string number, std::string kind,
                                                                       Period period) {
  Traffic t;
  bool cut = false;
  if (kind != "calls") {
    auto messages = co_await records_of_number(api_, RecordKind::kMessages, number, period);
    if (!messages) co_return std::unexpected(messages.error());
    t.messages = static_cast<long long>(messages->items.size());
    cut = messages->cut;
    for (const Record& message : messages->items) t.add(message, "message", message_failed(message.status));
  }
  if (kind != "messages") {
    auto calls = co_await records_of_number(api_, RecordKind::kCalls, number, period);
    if (!calls) co_return std::unexpected(calls.error());
    t.calls = static_cast<long long>(calls->items.size());
    cut = cut || calls->cut;
    auto alerts = co_await read_alerts(api_, period);
    if (!alerts) co_return std::unexpected(alerts.error());
    int lookups = kMaxNotificationLookups;
    co_await add_codes(api_, calls->items, alerts->items, lookups);
    for (const Record& call : calls->items) t.add(call, "call", call_failed(call));
  }
  conclude(t, number, kind);
  const std::size_t all = t.told.timeline.size();
  keep_newest(t.told.timeline);
  if (all > t.told.timeline.size())
    t.told.evidence.push_back(fmt::format("the last {} of {} are shown", t.told.timeline.size(), all));
  if (cut) t.told.evidence.push_back("the reading stopped at its bound: not all of this period was looked at");
  co_return std::move(t.told);
}

}  // namespace apiops::twilio
