#include "engine/watch/daily_summary.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "engine/base/json.h"
#include "engine/base/text.h"
#include "engine/plans/autofix_rules.h"
#include "engine/plans/spending.h"

namespace apiops {

namespace {

constexpr const char* kSetting = "daily_summary";
constexpr std::size_t kMostRecords = 100'000;  // of one day
constexpr std::size_t kMostLines = 50;         // of break-glass uses that are listed

std::string action(const AuditRow& row) { return get_string(row.entry.record, "action_taken"); }

void add_break_glass(Document& d, const std::vector<AuditRow>& records, const Policy& policy) {
  Lines uses;
  std::size_t count = 0;
  for (const auto& row : records) {
    if (action(row) != "break_glass" || ++count > kMostLines) continue;
    uses.lines.push_back(
        {.tone = Tone::kBad,
         .mark = "✗",
         .label = policy.name_of(row.entry.person),
         .text = fmt::format("plan {} at {}: {} (“{}”)", get_string(row.entry.record, "plan"),
                             clock_time(row.at, policy.book().zone), get_string(row.entry.record, "context"),
                             get_string(row.entry.record, "reason"))});
  }
  if (count == 0) {
    d.blocks.push_back(Paragraph{"Break-glass was not used."});
    return;
  }
  d.tone = Tone::kWarning;
  d.blocks.push_back(Paragraph{"Break-glass was used " + count_of(static_cast<long long>(count), "time") + ":"});
  d.blocks.push_back(std::move(uses));
}

std::vector<Place> places_of_summary(const AlertDesk& desk) {
  std::vector<Place> places = desk.places;
  const Place& second = desk.policy->book().break_glass.tell;
  if (!second.channel.empty() && std::find(places.begin(), places.end(), second) == places.end())
    places.push_back(second);
  return places;
}

}  // namespace

Document daily_summary(const std::vector<AuditRow>& records, const Policy& policy, Period day) {
  std::map<std::string, long long> counts;
  for (const auto& row : records) {
    ++counts[row.entry.kind];
    if (row.entry.kind == "vote" && row.entry.person == kPolicyVoter) ++counts["autofix"];
    if (row.entry.kind == "effect" && get_string(row.entry.record, "outcome") == "done") ++counts["done"];
    if (row.entry.kind == "effect" && get_string(row.entry.record, "outcome") == "unknown") ++counts["unknown"];
  }
  Document d;
  d.title = fmt::format("Yesterday, {}: {}, {} done", window_of("day", day.from, policy.book().zone),
                        count_of(counts["ask"], "ask"), count_of(counts["done"], "change"));
  d.blocks.push_back(Fields{{{.name = "Votes", .value = with_thousands(counts["vote"])},
                             {.name = "Refused votes", .value = with_thousands(counts["refused_vote"])},
                             {.name = "Outcome unknown", .value = with_thousands(counts["unknown"])},
                             {.name = "Repaired by itself", .value = with_thousands(counts["autofix"])}}});
  add_break_glass(d, records, policy);
  d.footer = "From the audit trail; ask “what did we change yesterday” for the records.";
  return d;
}

asio::awaitable<Status> tell_daily_summary(const AlertDesk& desk) {
  const std::string zone = desk.policy->book().zone;
  const Time now = desk.clock.now(), today = start_of_day(now, zone);
  const std::string name = window_of("day", now, zone);
  if (now < today + std::chrono::hours(kSummaryHour)) co_return Status{};
  auto last = co_await desk.store.setting(kSetting);
  if (!last) co_return std::unexpected(last.error());
  if (last->has_value() && get_string(**last, "day") == name) co_return Status{};
  const Period day{start_of_day(now, zone, -1), today};
  auto records = co_await desk.store.audit({.period = day, .at_most = kMostRecords});
  if (!records) co_return std::unexpected(records.error());
  Together together;
  if (!records->empty()) {  // nothing was recorded: the agent did not run, or was new
    Document d = daily_summary(*records, *desk.policy, day);
    desk.gate.mask(d);
    for (auto& place : places_of_summary(desk))
      together.outbox.push_back({.id = make_id(now, desk.random),
                                 .subject = "summary:" + name,
                                 .place = std::move(place),
                                 .document = to_json(d),
                                 .nonce = make_token(desk.random)});
  }
  co_return co_await desk.store.put_setting(kSetting, Json{{"day", name}}, std::move(together));
}

}  // namespace apiops
