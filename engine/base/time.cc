#include "engine/base/time.h"

#include <date/tz.h>
#include <fmt/format.h>

#include <array>
#include <charconv>

namespace apiops {

namespace {

using std::chrono::days;
using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

constexpr std::array<std::string_view, 7> kWeekdays{"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
constexpr std::array<std::string_view, 12> kMonths{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                   "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};

struct Parts {
  date::year_month_day day;
  unsigned weekday;
  date::hh_mm_ss<Duration> clock;
};

Parts parts_of(Time local) {
  const auto day = date::floor<date::days>(date::sys_time<Duration>(local.time_since_epoch()));
  return {date::year_month_day(day), date::weekday(day).c_encoding(),
          date::hh_mm_ss<Duration>(local.time_since_epoch() - day.time_since_epoch())};
}

const date::time_zone* zone_named(std::string_view name) {
  try {
    return date::locate_zone(std::string(name));
  } catch (const std::exception&) {
    return date::locate_zone("UTC");
  }
}

// The wall clock of that zone, as if it were UTC.
Time local_of(Time t, std::string_view zone) {
  if (zone == "UTC") return t;
  const auto local = zone_named(zone)->to_local(date::sys_time<Duration>(t.time_since_epoch()));
  return Time(local.time_since_epoch());
}

Time from_local(Time local, std::string_view zone) {
  if (zone == "UTC") return local;
  const auto sys =
      zone_named(zone)->to_sys(date::local_time<Duration>(local.time_since_epoch()), date::choose::earliest);
  return Time(std::chrono::floor<Duration>(sys.time_since_epoch()));
}

std::optional<int> digits(std::string_view& text, std::size_t count) {
  if (text.size() < count) return std::nullopt;
  int value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + count, value);
  if (error != std::errc() || end != text.data() + count || value < 0) return std::nullopt;
  text.remove_prefix(count);
  return value;
}

bool eat(std::string_view& text, char c) {
  if (text.empty() || text.front() != c) return false;
  text.remove_prefix(1);
  return true;
}

std::optional<Time> compose(int y, int m, int d, int hh, int mm, int ss, Duration fraction, minutes offset) {
  const date::year_month_day day{date::year(y), date::month(static_cast<unsigned>(m)),
                                 date::day(static_cast<unsigned>(d))};
  if (!day.ok() || hh > 24 || mm > 59 || ss > 60) return std::nullopt;
  const auto days_since = date::sys_days(day).time_since_epoch();
  return Time(Duration(days_since) + hours(hh) + minutes(mm) + seconds(ss) + fraction - offset);
}

// "Z", "+0000", "+00:00", "-08:00"; nothing counts as UTC.
std::optional<minutes> offset_of(std::string_view text) {
  if (text.empty() || text == "Z" || text == "z" || text == "GMT" || text == "UTC") return minutes(0);
  const bool minus = text.front() == '-';
  if (!minus && text.front() != '+') return std::nullopt;
  text.remove_prefix(1);
  const auto h = digits(text, 2);
  eat(text, ':');
  const auto m = text.empty() ? std::optional(0) : digits(text, 2);
  if (!h || !m || !text.empty()) return std::nullopt;
  const minutes span = hours(*h) + minutes(*m);
  return minus ? -span : span;
}

struct Amount {
  long long count;
  std::string_view unit;
};

std::string two(Amount big, Amount small) {
  if (small.count == 0) return fmt::format("{} {}", big.count, big.unit);
  return fmt::format("{} {} {} {}", big.count, big.unit, small.count, small.unit);
}

}  // namespace

std::string to_iso8601(Time t) {
  const Parts p = parts_of(t);
  const auto ms = p.clock.subseconds().count();
  std::string text = fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}", static_cast<int>(p.day.year()),
                                 static_cast<unsigned>(p.day.month()), static_cast<unsigned>(p.day.day()),
                                 p.clock.hours().count(), p.clock.minutes().count(), p.clock.seconds().count());
  if (ms != 0) text += fmt::format(".{:03}", ms);
  return text + "Z";
}

std::optional<Time> parse_iso8601(std::string_view text) {
  const auto y = digits(text, 4);
  if (!y || !eat(text, '-')) return std::nullopt;
  const auto m = digits(text, 2);
  if (!m || !eat(text, '-')) return std::nullopt;
  const auto d = digits(text, 2);
  if (!d) return std::nullopt;
  if (text.empty()) return compose(*y, *m, *d, 0, 0, 0, Duration(0), minutes(0));
  if (!eat(text, 'T') && !eat(text, ' ')) return std::nullopt;
  const auto hh = digits(text, 2);
  if (!hh || !eat(text, ':')) return std::nullopt;
  const auto mm = digits(text, 2);
  if (!mm) return std::nullopt;
  std::optional<int> ss = 0;
  if (eat(text, ':')) ss = digits(text, 2);
  if (!ss) return std::nullopt;
  Duration fraction{0};
  if (eat(text, '.')) {
    int scale = 100;
    for (; !text.empty() && text.front() >= '0' && text.front() <= '9'; text.remove_prefix(1), scale /= 10)
      fraction += Duration((text.front() - '0') * scale);
  }
  const auto offset = offset_of(text);
  if (!offset) return std::nullopt;
  return compose(*y, *m, *d, *hh, *mm, *ss, fraction, *offset);
}

std::string to_rfc2822(Time t) {
  const Parts p = parts_of(t);
  return fmt::format("{}, {:02} {} {:04} {:02}:{:02}:{:02} +0000", kWeekdays[p.weekday],
                     static_cast<unsigned>(p.day.day()), kMonths[static_cast<unsigned>(p.day.month()) - 1],
                     static_cast<int>(p.day.year()), p.clock.hours().count(), p.clock.minutes().count(),
                     p.clock.seconds().count());
}

std::optional<Time> parse_rfc2822(std::string_view text) {
  if (const auto comma = text.find(", "); comma != std::string_view::npos) text.remove_prefix(comma + 2);
  const auto d = digits(text, text.size() > 1 && text[1] == ' ' ? 1 : 2);
  if (!d || !eat(text, ' ') || text.size() < 3) return std::nullopt;
  int month = 0;
  for (std::size_t i = 0; i < kMonths.size(); ++i)
    if (text.substr(0, 3) == kMonths[i]) month = static_cast<int>(i) + 1;
  text.remove_prefix(3);
  if (month == 0 || !eat(text, ' ')) return std::nullopt;
  const auto y = digits(text, 4);
  if (!y || !eat(text, ' ')) return std::nullopt;
  const auto hh = digits(text, 2);
  if (!hh || !eat(text, ':')) return std::nullopt;
  const auto mm = digits(text, 2);
  if (!mm || !eat(text, ':')) return std::nullopt;
  const auto ss = digits(text, 2);
  if (!ss) return std::nullopt;
  eat(text, ' ');
  const auto offset = offset_of(text);
  if (!offset) return std::nullopt;
  return compose(*y, month, *d, *hh, *mm, *ss, Duration(0), *offset);
}

std::string human_duration(Duration d) {
  const long long ms = d.count() < 0 ? 0 : d.count();
  if (ms < 1000) return fmt::format("{} ms", ms);
  if (ms < 60'000)
    return ms < 10'000 ? fmt::format("{:.1f} s", static_cast<double>(ms) / 1000.0) : fmt::format("{} s", ms / 1000);
  const long long s = ms / 1000;
  if (s < 3600) return two({s / 60, "min"}, {s < 600 ? s % 60 : 0, "s"});
  if (s < 86'400) return two({s / 3600, "h"}, {s % 3600 / 60, "min"});
  if (s < 3 * 86'400) return two({s / 86'400, s / 86'400 == 1 ? "day" : "days"}, {s % 86'400 / 3600, "h"});
  return fmt::format("{} days", s / 86'400);
}

std::string clock_time(Time t, std::string_view zone) {
  const Parts p = parts_of(local_of(t, zone));
  return fmt::format("{:02}:{:02}", p.clock.hours().count(), p.clock.minutes().count());
}

namespace {

bool same_day(Time a, Time b, std::string_view zone) {
  return a >= start_of_day(b, zone) && a < start_of_day(b, zone, 1);
}

bool within_a_week(Time t, Time now, std::string_view zone) {
  return t >= start_of_day(now, zone, -6) && t < start_of_day(now, zone, 7);
}

std::string with_weekday(Time t, std::string_view zone) {
  return fmt::format("{} {}", kWeekdays[parts_of(local_of(t, zone)).weekday], clock_time(t, zone));
}

std::string with_date(Time t, std::string_view zone) {
  const Parts p = parts_of(local_of(t, zone));
  return fmt::format("{} {} {}", static_cast<unsigned>(p.day.day()), kMonths[static_cast<unsigned>(p.day.month()) - 1],
                     clock_time(t, zone));
}

}  // namespace

std::string short_time(Time t, Time now, std::string_view zone) {
  if (same_day(t, now, zone)) return clock_time(t, zone);
  return within_a_week(t, now, zone) ? with_weekday(t, zone) : with_date(t, zone);
}

bool known_zone(std::string_view zone) {
  try {
    return date::locate_zone(std::string(zone)) != nullptr;
  } catch (const std::exception&) {
    return false;
  }
}

Time start_of_day(Time t, std::string_view zone, int days_on) {
  const Time local = local_of(t, zone);
  const auto day = std::chrono::floor<days>(local) + days(days_on);
  return from_local(Time(day.time_since_epoch()), zone);
}

std::string describe(const Period& period, std::string_view name, Time now, std::string_view zone) {
  const auto bound = [&](Time t) {
    if (same_day(period.from, period.to, zone)) return short_time(t, now, zone);
    return within_a_week(period.from, now, zone) ? with_weekday(t, zone) : with_date(t, zone);
  };
  return fmt::format("{} ({} – {})", name, bound(period.from), bound(period.to));
}

}  // namespace apiops
