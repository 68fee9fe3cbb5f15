// Instants and spans: whole milliseconds, UTC. Money and time never travel as doubles.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace apiops {

using Duration = std::chrono::milliseconds;
using Time = std::chrono::sys_time<Duration>;

inline long long to_millis(Time t) { return t.time_since_epoch().count(); }
inline Time from_millis(long long ms) { return Time(Duration(ms)); }
inline Time from_seconds(long long s) { return Time(std::chrono::seconds(s)); }

// "2026-11-24T15:02:00Z", with milliseconds only if there are any. Parsing accepts fractions and offsets.
std::string to_iso8601(Time t);
std::optional<Time> parse_iso8601(std::string_view text);

// "Fri, 24 May 2019 17:44:46 +0000" (Twilio's 2010 API). Independent of the locale.
std::string to_rfc2822(Time t);
std::optional<Time> parse_rfc2822(std::string_view text);

// "5 h 48 min", "2.1 s", "142 ms", "9 days": the two largest units that matter.
std::string human_duration(Duration d);

// A person's zone (IANA name, "UTC" or "Europe/Berlin"); an unknown name counts as UTC.
// short_time: "15:02" today, "Sun 15:02" within a week, else "21 Nov 15:02".
std::string short_time(Time t, Time now, std::string_view zone);
std::string clock_time(Time t, std::string_view zone);  // "15:02"
bool known_zone(std::string_view zone);

// The first instant of the local calendar day that holds `t`, and of the n-th day from it (daylight saving respected).
Time start_of_day(Time t, std::string_view zone, int days = 0);

// A half-open stretch of time: from <= t < to.
struct Period {
  Time from;
  Time to;
  bool contains(Time t) const { return from <= t && t < to; }
  friend bool operator==(const Period&, const Period&) = default;
};

// "last 24 hours (Sun 15:02 – Mon 15:02)" where `name` is the phrase that the period came from.
std::string describe(const Period& period, std::string_view name, Time now, std::string_view zone);

}  // namespace apiops
