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

}  // namespace

Groups by_number(const std::vector<Record>& records, bool (*failed)(const Record&)) {
  Groups groups;
  for (const Record& record : records) {
    Group& g = groups[record.own];
    ++g.total;
    if (!failed(record)) continue;
    ++g.failed;
    ++g.codes[record.code];
    g.first = std::min(g.first.value_or(record.at), record.at);
  }
  return groups;
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

Chart trend_of(const std::vector<Record>& records, bool (*failed)(const Record&), Period period) {
  Chart chart;
  chart.title = "Failures";
  chart.unit = "failures";
  chart.values.resize(kTrendSteps);
  const auto span = std::max<long long>(1, (period.to - period.from).count());
  for (std::size_t i = 0; i < kTrendSteps; ++i)
    chart.labels.push_back(clock_time(
        period.from + Duration(span * static_cast<long long>(i) / static_cast<long long>(kTrendSteps)), "UTC"));
  for (const Record& record : records) {
    if (!failed(record) || !period.contains(record.at)) continue;
    const auto at = (record.at - period.from).count();
    chart.values[static_cast<std::size_t>(at * static_cast<long long>(kTrendSteps) / span)] += 1;
  }
  return chart;
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
