// "Why are calls failing": which number, since when, what it was like before, what its webhook does now, what the
// others do.
#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "connectors/services/twilio/code_meanings.h"
#include "connectors/services/twilio/diagnosis.h"
#include "connectors/services/twilio/webhook_probe.h"
#include "engine/base/text.h"

namespace apiops::twilio {

namespace {

constexpr std::chrono::hours kBefore{7 * 24};

Diagnosis healthy(const std::vector<Record>& calls, bool cut) {
  Diagnosis d;
  d.tone = Tone::kGood;
  d.verdict =
      fmt::format("No call failed: {} in this period{}.", count_of(static_cast<long long>(calls.size()), "call"),
                  cut ? " were looked at, then the reading stopped at its bound" : "");
  return d;
}

// "37 of 41 calls since 09:14 UTC ended with 11200; before that, none in 7 days"
std::string compared(const std::vector<Record>& calls, const std::string& code, Time since, Time now) {
  long long failed = 0, total = 0, before = 0;
  for (const Record& call : calls) {
    if (call.at >= since)
      ++total, failed += call_failed(call) ? 1 : 0;
    else
      before += call_failed(call) ? 1 : 0;
  }
  return fmt::format("{} of {} since {} {}; before that, {} in 7 days", with_thousands(failed), count_of(total, "call"),
                     utc(since, now), code.empty() ? "failed" : "ended with " + code,
                     before == 0 ? "none" : with_thousands(before));
}

std::string verdict_for(const std::string& number, const std::string& code, const Probed& probed,
                        const std::string& url) {
  const std::string shown = spaced_number(number);
  if (probed.checked && !probed.trouble.empty() && !url.empty())
    return fmt::format("Calls to {} fail because its voice webhook does not answer.", shown);
  const CodeMeaning* meaning = meaning_of(code);
  return meaning ? fmt::format("Calls of {} fail with {}: {}.", shown, code, meaning->meaning)
                 : fmt::format("Calls of {} fail{}.", shown, code.empty() ? "" : " with " + code);
}

// What the number's calls are answered by, where it is not a plain URL of its own.
std::string winner_words(const OwnNumber& n) {
  if (!n.trunk.empty()) return "its calls go to the trunk " + n.trunk;
  return n.voice_application.empty() ? std::string()
                                     : "its calls are answered by the application " + n.voice_application;
}

struct Others {
  std::string url;  // that most of them use
  std::vector<OwnNumber> using_it;
  std::size_t failing = 0;  // of those, in the period
};

Others what_others_do(const OwnNumber& number, const std::vector<OwnNumber>& all, const Groups& groups) {
  std::map<std::string, std::vector<OwnNumber>> by_url;
  for (const auto& other : all)
    if (other.number != number.number && !other.voice_url.empty() && other.voice_application.empty() &&
        other.trunk.empty() && other.voice_url != number.voice_url)
      by_url[other.voice_url].push_back(other);
  Others best;
  for (auto& [url, list] : by_url)
    if (list.size() > best.using_it.size()) best = {url, list, 0};
  for (const auto& other : best.using_it)
    if (const auto g = groups.find(other.number); g != groups.end() && g->second.failed * 2 > g->second.total)
      ++best.failing;
  return best;
}

void add_remedy(Diagnosis& d, const OwnNumber& number, const Others& others, bool others_answer) {
  if (others.url.empty() || !others_answer || others.failing > 0) {
    d.next =
        "No other number has a webhook that is known to work, so I can't propose one. Tell me the right address: "
        "“point " +
        number.number + " to https://…”.";
    return;
  }
  d.remedy = ask("twilio.webhook.fix", Json{{"number", number.number}, {"url", others.url}},
                 "fix the webhook of " + number.number);
  d.remedy_text = fmt::format("Proposed: point this number to {}.", shown_url(others.url));
  if (const std::string day = day_others_moved(number, others.using_it); !day.empty())
    d.cause = fmt::format("the number was left out when the others moved on {}.", day);
}

}  // namespace

asio::awaitable<Result<Diagnosis>> TwilioAdapter::diagnose_calls(Period period) {
  auto calls = co_await read_records(api_, RecordKind::kCalls, period);
  if (!calls) co_return std::unexpected(calls.error());
  auto alerts = co_await read_alerts(api_, {period.to - kBefore, period.to});
  if (!alerts) co_return std::unexpected(alerts.error());
  int lookups = kMaxNotificationLookups;
  co_await add_codes(api_, calls->items, alerts->items, lookups);
  const Groups groups = by_number(calls->items);
  const auto worst = worst_of(groups);
  if (worst == groups.end()) co_return healthy(calls->items, calls->cut);
  auto found = co_await diagnose_number(worst->first, period);
  if (!found) co_return found;
  long long elsewhere = 0;
  for (const auto& [number, g] : groups) elsewhere += number == worst->first ? 0 : g.failed;
  if (elsewhere > 0)
    found->evidence.push_back(
        fmt::format("{} of other numbers failed, too, which is not looked at here", count_of(elsewhere, "call")));
  if (calls->cut)
    found->evidence.push_back("the reading stopped at its bound: older calls of this period were not looked at");
  co_return found;
}

asio::awaitable<Result<Diagnosis>> TwilioAdapter::diagnose_number(std::string number, Period period) {
  const Time now = clock_.now();
  const Period week{std::min(period.from, period.to - kBefore), period.to};
  auto calls = co_await records_of_number(api_, RecordKind::kCalls, number, week);
  if (!calls) co_return std::unexpected(calls.error());
  auto alerts = co_await read_alerts(api_, week);
  if (!alerts) co_return std::unexpected(alerts.error());
  int lookups = kMaxNotificationLookups;
  co_await add_codes(api_, calls->items, alerts->items, lookups);
  std::vector<Record> in_period;
  for (const Record& call : calls->items)
    if (period.contains(call.at)) in_period.push_back(call);
  const Groups groups = by_number(in_period);
  const auto group = groups.find(number);
  if (group == groups.end() || group->second.failed == 0) co_return healthy(in_period, calls->cut);

  Diagnosis d;
  d.tone = Tone::kBad;
  const std::string code = leading_code(group->second);
  d.evidence.push_back(compared(calls->items, code, *group->second.first, now));
  d.trend = trend_of(in_period, period);
  auto all = co_await own_numbers(api_);
  if (!all) co_return std::unexpected(all.error());
  const auto own = std::find_if(all->begin(), all->end(), [&](const OwnNumber& n) { return n.number == number; });
  if (own == all->end()) {
    d.verdict = verdict_for(number, code, {}, {});
    d.evidence.push_back(fmt::format("{} is not among our numbers now", spaced_number(number)));
    co_return d;
  }
  auto apps = co_await applications(api_);
  const std::string url = answering_url(*own, apps ? *apps : std::vector<Application>{});
  const Probed probed = url.empty() ? Probed{} : co_await probe_webhook(guard_, url);
  d.verdict = verdict_for(number, code, probed, url);
  if (const std::string winner = winner_words(*own); !winner.empty()) d.evidence.push_back(winner);
  if (url.empty())
    d.evidence.push_back("no voice webhook is set that could be asked");
  else if (!probed.trouble.empty())
    d.evidence.push_back(fmt::format("the webhook is {}: {}{}", shown_url(url), probed.trouble,
                                     probed.checked ? " (checked just now)" : ""));
  else
    d.evidence.push_back(fmt::format("the webhook is {}: it answers (checked just now)", shown_url(url)));
  const bool webhook_broken = url.empty() || (probed.checked && !probed.trouble.empty());
  const bool plain_url = own->trunk.empty() && own->voice_application.empty();
  const auto* meaning = meaning_of(code);
  if (!webhook_broken || !plain_url) {
    d.next =
        meaning ? fmt::format("Next: {}.", meaning->next) : "Next: show one of the failed calls to see how it ended.";
    co_return d;
  }
  auto traffic = co_await read_records(api_, RecordKind::kCalls, period);
  const Groups of_all = traffic ? by_number(traffic->items) : Groups{};
  const Others others = what_others_do(*own, *all, of_all);
  bool others_answer = false;
  if (!others.url.empty()) {
    const Probed theirs = co_await probe_webhook(guard_, others.url);
    others_answer = theirs.checked && theirs.trouble.empty();
    const std::string state = !theirs.trouble.empty()          ? theirs.trouble
                              : others.failing == 0 && traffic ? "work"
                                                               : fmt::format("{} of them fail, too", others.failing);
    d.evidence.push_back(fmt::format("the other {} use {}{}{}",
                                     count_of(static_cast<long long>(others.using_it.size()), "number"),
                                     shown_url(others.url), theirs.trouble.empty() ? " and " : ": ", state));
  }
  add_remedy(d, *own, others, others_answer);
  co_return d;
}

}  // namespace apiops::twilio
