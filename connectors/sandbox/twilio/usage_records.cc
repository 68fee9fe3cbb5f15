#include "connectors/sandbox/twilio/usage_records.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "connectors/sandbox/reply.h"
#include "connectors/sandbox/twilio/paging.h"
#include "connectors/sandbox/twilio/records.h"
#include "connectors/sandbox/twilio/story.h"

namespace apiops::sandbox::twilio {

namespace {

constexpr auto kDay = std::chrono::hours(24);
constexpr std::size_t kMostLines = 2'000;

std::string day_text(Time t) { return to_iso8601(t).substr(0, 10); }

// The days that a sub-resource's name means; `asked` where it has none.
Period days_of(const std::string& range, Time today, Period asked) {
  if (range == "Today") return {today, today + kDay};
  if (range == "Yesterday") return {today - kDay, today};
  const Time month = day_of(day_text(today).substr(0, 8) + "01", today);
  if (range == "ThisMonth") return {month, today + kDay};
  if (range == "LastMonth") return {day_of(day_text(month - kDay).substr(0, 8) + "01", month), month};
  if (range == "AllTime") return {today - kHistory, today + kDay};
  return asked;
}

}  // namespace

void add_up(std::vector<UsageLine>& lines, const std::vector<UsageLine>& more) {
  for (const UsageLine& line : more) {
    const auto known = std::ranges::find(lines, line.category, &UsageLine::category);
    if (known == lines.end()) {
      lines.push_back(line);
      continue;
    }
    known->count += line.count;
    known->price += line.price;
  }
}

net::ServerReply usage_records(const net::ServerRequest& request, const std::string& account, Time now,
                               const std::string& range, const UsageOf& usage) {
  const Time today = day_of(day_text(now), now);
  const Time from = day_of(request.parameter("StartDate"), today),
             last = std::min(day_of(request.parameter("EndDate"), today), today);
  const Period days = days_of(range, today, {from, last + kDay});
  const std::string wanted = request.parameter("Category");
  std::vector<UsageLine> lines;
  const auto add = [&](Time begin, Time end) {
    for (UsageLine& line : usage(begin, end))
      if (wanted.empty() || wanted == line.category) lines.push_back(std::move(line));
  };
  if (range == "Daily")
    for (Time d = days.to - kDay; d >= days.from && lines.size() < kMostLines; d -= kDay) add(d, d + kDay);
  else
    add(days.from, days.to);
  const Rows rows{lines.size(), [](std::size_t i) { return std::to_string(i); },
                  [&](std::size_t i) {
                    const UsageLine& l = lines[i];
                    return Json{{"account_sid", account},
                                {"api_version", "2010-04-01"},
                                {"as_of", to_iso8601(now)},
                                {"category", l.category},
                                {"count", fmt::format("{:.0f}", l.count)},
                                {"count_unit", l.unit},
                                {"description", l.category},
                                {"end_date", day_text(l.end - kDay)},
                                {"price", fmt::format("{:.4f}", l.price)},
                                {"price_unit", "usd"},
                                {"start_date", day_text(l.begin)},
                                {"usage", fmt::format("{:.0f}", l.count)},
                                {"usage_unit", l.unit},
                                {"subresource_uris", Json::object()},
                                {"uri", request.path}};
                  }};
  return json_reply(200, page_2010(request, "usage_records", rows));
}

}  // namespace apiops::sandbox::twilio
