// usage.report: usage and cost, its trend, a forecast to the end of the month, the change against the period before.
#include <date/date.h>
#include <fmt/format.h>

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

}  // namespace

asio::awaitable<Answer> answer_usage(Question question, Senses& senses, Progress&) {
  const NamedPeriod period = question.slots.is_object() && question.slots.contains("period")
                                 ? period_asked(question)
                                 : resolve_period(Json{{"this", "month"}}, question.now, question.zone);
  UsageQuery query{.period = period.period,
                   .by = get_string(question.slots, "by"),
                   .usage_category = get_string(question.slots, "usage_category")};
  UsageQuery before = query;
  before.period = {period.period.from - (period.period.to - period.period.from), period.period.from};
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
    if (earlier && earlier->total.micros > 0)
      words += fmt::format(
          ", {:+.0f} % against the period before",
          (static_cast<double>(usage->total.micros) / static_cast<double>(earlier->total.micros) - 1.0) * 100.0);
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
