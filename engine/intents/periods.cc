#include "engine/intents/periods.h"

#include <date/date.h>
#include <fmt/format.h>

#include <array>
#include <charconv>
#include <nlohmann/json.hpp>

#include "engine/base/text.h"

namespace apiops {

namespace {

constexpr std::array<std::string_view, 7> kDays{"sunday",   "monday", "tuesday", "wednesday",
                                                "thursday", "friday", "saturday"};

// Noon of the local day is the same date in UTC arithmetic for every zone within half a day of UTC: good enough to name
// the day.
date::year_month_day local_date(Time t, std::string_view zone) {
  const auto noon = start_of_day(t, zone) + std::chrono::hours(12);
  const auto offset = start_of_day(noon, "UTC");
  const auto drift = start_of_day(t, zone) - offset;
  const auto day = drift > std::chrono::hours(12) ? noon + std::chrono::hours(24) : noon;
  return date::year_month_day(date::floor<date::days>(date::sys_time<Duration>(day.time_since_epoch())));
}

std::optional<Duration> span_of(std::string_view text) {
  long long n = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), n);
  const std::string_view unit(end, static_cast<std::size_t>(text.data() + text.size() - end));
  if (error != std::errc() || n <= 0 || n > 100'000) return std::nullopt;
  if (unit == "m") return std::chrono::minutes(n);
  if (unit == "h") return std::chrono::hours(n);
  if (unit == "d") return std::chrono::hours(24 * n);
  if (unit == "w") return std::chrono::hours(24 * 7 * n);
  return std::nullopt;
}

std::string span_name(std::string_view text) {
  const std::string number(text.substr(0, text.size() - 1));
  const long long n = std::stoll(number);
  switch (text.back()) {
    case 'm':
      return "last " + count_of(n, "minute");
    case 'h':
      return n == 1 ? "last hour" : "last " + count_of(n, "hour");
    case 'w':
      return "last " + count_of(n, "week");
    default:
      return "last " + count_of(n, "day");
  }
}

Time first_of_month(Time t, std::string_view zone, int months) {
  const auto today = local_date(t, zone);
  const date::year_month month = date::year_month(today.year(), today.month()) + date::months(months);
  const date::sys_days utc = month / 1;
  return start_of_day(Time(Duration(utc.time_since_epoch())) + std::chrono::hours(12), zone);
}

Time monday_of_week(Time t, std::string_view zone, int weeks) {
  const date::weekday day = date::weekday(date::sys_days(local_date(t, zone)));
  const int since_monday = static_cast<int>((day - date::Monday).count());
  return start_of_day(t, zone, -since_monday + 7 * weeks);
}

std::optional<Time> date_start(std::string_view text, std::string_view zone) {
  const auto day = parse_iso8601(text.substr(0, 10));
  return day ? std::optional(start_of_day(*day + std::chrono::hours(12), zone)) : std::nullopt;
}

std::optional<Duration> time_of_day(std::string_view text) {
  const auto colon = text.find(':');
  int h = 0, m = 0;
  const auto hours_end = text.data() + (colon == std::string_view::npos ? text.size() : colon);
  if (std::from_chars(text.data(), hours_end, h).ec != std::errc() || h > 23) return std::nullopt;
  if (colon != std::string_view::npos &&
      (std::from_chars(text.data() + colon + 1, text.data() + text.size(), m).ec != std::errc() || m > 59))
    return std::nullopt;
  return std::chrono::hours(h) + std::chrono::minutes(m);
}

// "monday 09:00", "yesterday", "2026-11-16 09:00": `direction` -1 looks back, +1 ahead.
std::optional<Time> point_of(std::string_view text, Time now, std::string_view zone, int direction) {
  const auto space = text.find(' ');
  const std::string day(text.substr(0, space));
  const auto clock = space == std::string_view::npos ? std::optional(Duration(0)) : time_of_day(text.substr(space + 1));
  if (!clock) return std::nullopt;
  if (day == "today") return start_of_day(now, zone) + *clock;
  if (day == "yesterday") return start_of_day(now, zone, -1) + *clock;
  if (day == "tomorrow") return start_of_day(now, zone, 1) + *clock;
  for (std::size_t i = 0; i < kDays.size(); ++i) {
    if (kDays[i] != day) continue;
    for (int step = direction > 0 ? 1 : 0; step <= 7; ++step) {
      const Time start = start_of_day(now, zone, step * direction);
      const Time at = start + *clock;
      if (date::weekday(date::sys_days(local_date(start + std::chrono::hours(1), zone))).c_encoding() == i &&
          (direction > 0 ? at > now : at <= now))
        return at;
    }
  }
  if (const auto start = date_start(text, zone)) return *start + *clock;
  if (const auto only_clock = time_of_day(text)) {
    const Time at = start_of_day(now, zone) + *only_clock;
    return direction > 0 && at <= now ? start_of_day(now, zone, 1) + *only_clock : at;
  }
  return std::nullopt;
}

std::string capitalised(std::string text) {
  if (!text.empty() && text[0] >= 'a' && text[0] <= 'z') text[0] = static_cast<char>(text[0] - 'a' + 'A');
  return text;
}

std::optional<NamedPeriod> calendar(const Json& slot, Time now, std::string_view zone) {
  const std::string last = get_string(slot, "last"), current = get_string(slot, "this"), day = get_string(slot, "day");
  if (last == "week") return NamedPeriod{{monday_of_week(now, zone, -1), monday_of_week(now, zone, 0)}, "last week"};
  if (last == "month") return NamedPeriod{{first_of_month(now, zone, -1), first_of_month(now, zone, 0)}, "last month"};
  if (current == "week") return NamedPeriod{{monday_of_week(now, zone, 0), now}, "this week"};
  if (current == "month") return NamedPeriod{{first_of_month(now, zone, 0), now}, "this month"};
  if (current == "year") {
    const auto year = local_date(now, zone).year();
    const auto start = date_start(fmt::format("{:04}-01-01", static_cast<int>(year)), zone);
    if (start) return NamedPeriod{{*start, now}, "this year"};
  }
  if (day == "today") return NamedPeriod{{start_of_day(now, zone), now}, "today"};
  if (day == "yesterday") return NamedPeriod{{start_of_day(now, zone, -1), start_of_day(now, zone)}, "yesterday"};
  return std::nullopt;
}

}  // namespace

NamedPeriod resolve_period(const Json& slot, Time now, std::string_view zone) {
  if (auto named = calendar(slot, now, zone)) return *named;
  if (const std::string last = get_string(slot, "last"); !last.empty())
    if (const auto span = span_of(last)) return {{now - *span, now}, span_name(last)};
  if (const std::string since = get_string(slot, "since"); !since.empty())
    if (const auto at = point_of(lower_ascii(since), now, zone, -1); at && *at < now)
      return {{*at, now},
              "since " + (since.starts_with("yesterday") || since.starts_with("today") ? since : capitalised(since))};
  const auto from = date_start(get_string(slot, "from"), zone), to = date_start(get_string(slot, "to"), zone);
  if (from && to && *from <= *to)
    return {{*from, start_of_day(*to, zone, 1)}, get_string(slot, "from") + " to " + get_string(slot, "to")};
  return {{now - std::chrono::hours(24), now}, "last 24 hours"};
}

std::optional<Time> resolve_until(std::string_view text, Time now, std::string_view zone) {
  const std::string lower = lower_ascii(trim(text));
  if (const auto span = span_of(lower)) return now + *span;
  const auto at = point_of(lower, now, zone, 1);
  return at && *at > now ? at : std::nullopt;
}

}  // namespace apiops
