#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>

#include "connectors/services/twilio/code_meanings.h"
#include "connectors/services/twilio/diagnosis.h"
#include "engine/base/text.h"

namespace apiops::twilio {

namespace {

constexpr std::size_t kTrendSteps = 12;
constexpr std::array<std::string_view, 12> kMonths{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                   "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};

std::string day_words(const std::string& iso_day) {  // of utc_day(): "2026-11-21" as "21 Nov"
  const auto two = [&](std::size_t at) {
    return static_cast<std::size_t>(iso_day[at] - '0') * 10 + static_cast<std::size_t>(iso_day[at + 1] - '0');
  };
  return fmt::format("{} {}", two(8), kMonths.at(two(5) - 1));
}

std::size_t part_of(Time at, Period period) {
  const auto span = std::max<long long>(1, (period.to - period.from).count());
  return static_cast<std::size_t>(std::clamp((at - period.from).count() * static_cast<long long>(kTrendSteps) / span,
                                             0LL, static_cast<long long>(kTrendSteps) - 1));
}

}  // namespace

void Group::add_failure(std::string code, Time at) {
  ++failed;
  ++codes[std::move(code)];
  first = std::min(first.value_or(at), at);
}

Groups by_number(const std::vector<Record>& calls) {
  Groups groups;
  for (const Record& call : calls) {
    Group& g = groups[call.own];
    ++g.total;
    if (call_failed(call)) g.add_failure(call.code, call.at);
  }
  return groups;
}

void MessageTally::add(const RecordView& message) {
  auto group = by_number.find(message.own);
  if (group == by_number.end()) group = by_number.emplace(message.own, Group{}).first;
  ++group->second.total;
  if (!message_failed(message.status)) return;
  group->second.add_failure(message.code == 0 ? "" : std::to_string(message.code), message.at);
  trend.resize(kTrendSteps);
  trend[part_of(message.at, period)] += 1;
}

void MessageTally::join(MessageTally&& page) {
  for (auto& [number, more] : page.by_number) {
    Group& g = by_number[number];
    g.failed += more.failed;
    g.total += more.total;
    for (const auto& [code, n] : more.codes) g.codes[code] += n;
    if (more.first) g.first = std::min(g.first.value_or(*more.first), *more.first);
  }
  if (page.trend.empty()) return;
  trend.resize(kTrendSteps);
  for (std::size_t i = 0; i < kTrendSteps; ++i) trend[i] += page.trend[i];
}

long long failed_of(const Groups& groups) {
  long long failed = 0;
  for (const auto& [number, g] : groups) failed += g.failed;
  return failed;
}

Groups::const_iterator worst_of(const Groups& groups) {
  auto worst = groups.end();
  for (auto it = groups.begin(); it != groups.end(); ++it)
    if (it->second.failed > 0 && (worst == groups.end() || it->second.failed > worst->second.failed)) worst = it;
  return worst;
}

std::string leading_code(const Group& group) {
  std::string code;
  long long most = 0;
  for (const auto& [candidate, n] : group.codes)
    if (!candidate.empty() && n > most) code = candidate, most = n;
  return code;
}

std::string code_words(const std::string& code) {
  if (code.empty()) return "no code";
  const CodeMeaning* meaning = meaning_of(code);
  return meaning ? fmt::format("{} ({})", code, meaning->meaning) : code;
}

Chart trend_chart(std::vector<double> failures, Period period) {
  Chart chart{.title = "Failures", .unit = "failures"};
  chart.values = std::move(failures);
  chart.values.resize(kTrendSteps);
  const auto span = (period.to - period.from).count();
  for (std::size_t i = 0; i < kTrendSteps; ++i)
    chart.labels.push_back(
        short_time(period.from + Duration(span * static_cast<long long>(i) / static_cast<long long>(kTrendSteps)),
                   period.to, "UTC"));
  return chart;
}

Chart trend_of(const std::vector<Record>& calls, Period period) {
  std::vector<double> failures(kTrendSteps);
  for (const Record& call : calls)
    if (call_failed(call) && period.contains(call.at)) failures[part_of(call.at, period)] += 1;
  return trend_chart(std::move(failures), period);
}

std::string day_others_moved(const OwnNumber& number, const std::vector<OwnNumber>& others) {
  std::map<std::string, std::size_t> days;
  for (const auto& other : others)
    if (other.updated && other.created && *other.updated - *other.created > std::chrono::hours(1))
      ++days[utc_day(*other.updated)];
  for (const auto& [day, n] : days) {
    const bool most = n >= 2 && n * 3 >= others.size() * 2;
    if (most && number.updated && utc_day(*number.updated) < day) return day_words(day);
  }
  return {};
}

}  // namespace apiops::twilio
