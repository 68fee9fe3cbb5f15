#include "engine/plans/hours.h"

#include <date/tz.h>
#include <fmt/format.h>

#include <algorithm>

#include "engine/base/text.h"

namespace apiops {

namespace {

constexpr std::array<std::string_view, 7> kDays{"mon", "tue", "wed", "thu", "fri", "sat", "sun"};
constexpr int kDay = 24 * 60;

struct LocalMinute {
  int weekday;  // Monday is 0
  int minute;
};

const date::time_zone* zone_named(std::string_view name) {
  try {
    return date::locate_zone(std::string(name));
  } catch (const std::exception&) {
    return date::locate_zone("UTC");
  }
}

LocalMinute local(Time t, std::string_view zone) {
  const auto time = zone_named(zone)->to_local(date::sys_time<Duration>(t.time_since_epoch()));
  const auto day = date::floor<date::days>(time);
  const auto weekday = static_cast<int>(date::weekday(day).iso_encoding()) - 1;
  return {weekday, static_cast<int>(std::chrono::duration_cast<std::chrono::minutes>(time - day).count())};
}

int day_named(std::string_view name) {
  const auto it = std::find(kDays.begin(), kDays.end(), name);
  return it == kDays.end() ? -1 : static_cast<int>(it - kDays.begin());
}

std::optional<int> number(std::string_view digits, int most) {
  if (digits.empty() || digits.size() > 4) return std::nullopt;
  int value = 0;
  for (const char c : digits) {
    if (c < '0' || c > '9') return std::nullopt;
    value = value * 10 + (c - '0');
  }
  return value <= most ? std::optional(value) : std::nullopt;
}

std::optional<int> minute_of_day(std::string_view text) {
  const auto colon = text.find(':');
  if (colon == std::string_view::npos || text.size() != 5) return std::nullopt;
  const auto hour = number(text.substr(0, colon), 24), minute = number(text.substr(colon + 1), 59);
  if (!hour || !minute || *hour * 60 + *minute > kDay) return std::nullopt;
  return *hour * 60 + *minute;
}

bool read_days(std::string_view text, Hours& into) {
  for (const auto part : split(text, ',')) {
    const auto dash = part.find('-');
    const int first = day_named(part.substr(0, dash));
    const int last = dash == std::string_view::npos ? first : day_named(part.substr(dash + 1));
    if (first < 0 || last < 0) return false;
    for (int day = first;; day = (day + 1) % 7) {
      into.days[static_cast<std::size_t>(day)] = true;
      if (day == last) break;
    }
  }
  return true;
}

bool read_span(std::string_view text, Hours& into) {
  const auto dash = text.find('-');
  if (dash == std::string_view::npos) return false;
  const auto from = minute_of_day(text.substr(0, dash)), to = minute_of_day(text.substr(dash + 1));
  if (!from || !to || *from == *to) return false;
  into.from = *from, into.to = *to;
  return true;
}

}  // namespace

bool Hours::contains(Time t) const {
  const auto [weekday, minute] = local(t, zone);
  const auto on = [&](int day) { return days[static_cast<std::size_t>((day + 7) % 7)]; };
  if (from < to) return on(weekday) && minute >= from && minute < to;
  return (on(weekday) && minute >= from) || (on(weekday - 1) && minute < to);
}

std::optional<Hours> parse_hours(std::string_view text, std::string_view zone) {
  Hours hours;
  hours.zone = zone;
  const std::string lower = lower_ascii(trim(text));
  const auto parts = split(lower, ' ');
  if (parts.empty() || parts.size() > 2 || lower.empty()) return std::nullopt;
  const bool only_time = parts.size() == 1 && parts[0].find(':') != std::string_view::npos;
  if (only_time)
    hours.days.fill(true);
  else if (!read_days(parts[0], hours))
    return std::nullopt;
  const bool with_time = only_time || parts.size() == 2;
  if (with_time && !read_span(parts.back(), hours)) return std::nullopt;
  return hours;
}

std::string to_text(const Hours& hours) {
  std::vector<std::string> days;
  for (std::size_t day = 0; day < 7; ++day) {
    if (!hours.days[day]) continue;
    std::size_t last = day;
    while (last + 1 < 7 && hours.days[last + 1]) ++last;
    const std::string first_name(kDays[day]), last_name(kDays[last]);
    days.push_back(last > day ? first_name + "-" + last_name : first_name);
    day = last;
  }
  return fmt::format("{} {:02}:{:02}-{:02}:{:02} {}", join(days, ","), hours.from / 60, hours.from % 60, hours.to / 60,
                     hours.to % 60, hours.zone);
}

std::optional<Time> parse_local_time(std::string_view text, std::string_view zone) {
  constexpr std::size_t kDate = 10, kWithMinute = 16;
  const bool dated = text.size() == kDate,
             timed = text.size() == kWithMinute && (text[kDate] == ' ' || text[kDate] == 'T');
  if (!dated && !timed) return parse_iso8601(text);
  const auto midday = parse_iso8601(std::string(text.substr(0, kDate)) + "T12:00:00Z");
  const auto minutes = dated ? std::optional(0) : minute_of_day(text.substr(kDate + 1));
  if (!midday || !minutes) return std::nullopt;
  const date::local_time<Duration> there(midday->time_since_epoch() - std::chrono::hours(12) +
                                         std::chrono::minutes(*minutes));
  return Time(zone_named(zone)->to_sys(there, date::choose::earliest).time_since_epoch());
}

}  // namespace apiops
