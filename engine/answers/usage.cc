// usage.report: usage and cost, its trend, a forecast to the end of the month, the change against the period before.
#include <date/date.h>
#include <fmt/format.h>

#include <cmath>
#include <nlohmann/json.hpp>

#include "engine/answers/answer.h"
#include "engine/base/text.h"

namespace apiops {

asio::awaitable<Answer> answer_usage(Question question, Senses& senses, Progress& progress);

namespace {

Table table_of(const UsageState& usage) {
  Table t{.columns = {{"What"}, {"Quantity", true}, {"Cost", true}}, .total_rows = usage.lines.size()};
  for (const auto& line : usage.lines)
    if (t.rows.size() < kTableRows) t.rows.push_back({{line.label}, {line.quantity}, {to_text(line.cost)}});
  return t;
}

Chart chart_of(const UsageState& usage, const std::string& currency) {
  Chart c{.title = "Cost by day (UTC)", .unit = currency};
  for (const auto& [day, cost] : usage.daily) {
    c.labels.push_back(to_iso8601(day).substr(5, 5));
    c.values.push_back(static_cast<double>(cost.micros) / 1e6);
  }
  return c;
}

// At the rate of the period, until the end of the month of `to`. Only where the period is this month and a day or more
// is over.
std::string forecast(const UsageState& usage, const NamedPeriod& period) {
  const auto span = period.period.to - period.period.from;
  if (period.name != "this month" || span < std::chrono::hours(24)) return {};
  const date::year_month_day today(
      date::floor<date::days>(date::sys_time<Duration>(period.period.to.time_since_epoch())));
  const date::sys_days next = date::year_month(today.year(), today.month()) / 1 + date::months(1);
  const auto whole = Time(Duration(next.time_since_epoch())) - period.period.from;
  const Money at_end{
      static_cast<std::int64_t>(static_cast<long double>(usage.total.micros) * static_cast<long double>(whole.count()) /
                                static_cast<long double>(span.count())),
      usage.total.currency};
  return fmt::format("At this rate about {} by the end of the month (inferred).", to_text(at_end));
}

std::string change_words(const Money& now, const Money& before) {
  if (before.micros <= 0) return {};
  const long long percent =
      std::llround((static_cast<double>(now.micros) / static_cast<double>(before.micros) - 1.0) * 100.0);
  return percent == 0 ? ", as much as in the period before"
                      : fmt::format(", {:+} % against the period before", percent);
}

// “Usage by phone number” names the split: the category that sounds like it is the monthly fees alone.
std::string category_asked(const Json& slots, const std::string& by) {
  const std::string category = get_string(slots, "usage_category");
  return by == "number" && category == "phonenumbers" ? std::string() : category;
}

}  // namespace

asio::awaitable<Answer> answer_usage(Question question, Senses& senses, Progress&) {
  const NamedPeriod period = question.slots.is_object() && question.slots.contains("period")
                                 ? period_asked(question)
                                 : resolve_period(Json{{"this", "month"}}, question.now, question.zone);
  const std::string by = get_string(question.slots, "by");
  UsageQuery query{.period = period.period, .by = by, .usage_category = category_asked(question.slots, by)};
  UsageQuery before = query;
  before.period = {period.period.from - (period.period.to - period.period.from), period.period.from};
  // Usage is told by day: a part of one can't be held against a part of another.
  const bool whole_days = period.period.to - period.period.from >= std::chrono::hours(24);
  Document d;
  std::vector<std::string> totals;
  for (ServiceAdapter* service : services_asked(question, senses)) {
    auto usage = co_await service->usage(query);
    if (!usage) {
      d.blocks.push_back(Lines{{trouble_line(service->title(), usage.error())}});
      continue;
    }
    auto earlier = co_await service->usage(before);
    std::string words = fmt::format("{}: {}", service->title(), to_text(usage->total));
    if (earlier && whole_days) words += change_words(usage->total, earlier->total);
    if (const std::string end = forecast(*usage, period); !end.empty()) words += ". " + end;
    totals.push_back(fmt::format("{} {}", service->title(), to_text(usage->total)));
    d.blocks.push_back(Paragraph{words});
    if (!usage->lines.empty()) d.blocks.push_back(table_of(*usage));
    if (usage->daily.size() > 1) d.blocks.push_back(chart_of(*usage, usage->total.currency));
    for (const auto& note : usage->notes) d.footer += (d.footer.empty() ? "" : " ") + note;
  }
  d.title = totals.empty()
                ? "No usage could be read"
                : fmt::format("Usage, {}: {}", describe(period.period, period.name, question.now, question.zone),
                              join(totals, ", "));
  co_return Answer{std::move(d)};
}

}  // namespace apiops
