// Words that name a time or an amount.
#include <fmt/format.h>
#include <re2/re2.h>

#include <map>
#include <unordered_set>

#include "engine/base/text.h"
#include "engine/intents/desk.h"

namespace apiops {

namespace {

using Groups = ReadingDesk::Groups;
using Made = std::optional<Value>;

constexpr const char* kWeekdays = "monday|tuesday|wednesday|thursday|friday|saturday|sunday";
constexpr const char* kClock =
    R"((?:noon|midnight|(?:[01]?\d|2[0-3])(?::[0-5]\d)?\s?(?:am|pm)|(?:[01]?\d|2[0-3]):[0-5]\d|(?:[01]?\d|2[0-3])\s?(?:h|o'clock)|(?:[01]?\d|2[0-3])))";

Made period(const std::string& text, Json slot) {
  return Value{.kind = "period", .text = text, .slot = std::move(slot), .before = {}};
}

// "9am" → 09:00, "14" → 14:00, "9:30 pm" → 21:30; empty where there is none.
std::string clock_of(std::string_view text) {
  static const RE2 kParts(R"((\d{1,2})(?::(\d\d))?\s*(am|pm)?(?:h|o'clock)?)");
  if (text == "noon") return "12:00";
  if (text == "midnight") return "00:00";
  int hour = 0;
  std::string minute, half;
  if (!RE2::FullMatch(re2::StringPiece(text.data(), text.size()), kParts, &hour, &minute, &half) || hour > 23)
    return {};
  if (half == "pm" && hour < 12) hour += 12;
  if (half == "am" && hour == 12) hour = 0;
  return fmt::format("{:02}:{}", hour, minute.empty() ? "00" : minute);
}

std::string number_of(const std::string& word) {
  static const std::map<std::string, std::string, std::less<>> kNames{
      {"a", "1"},      {"an", "1"},        {"one", "1"},     {"two", "2"},       {"three", "3"},
      {"four", "4"},   {"five", "5"},      {"six", "6"},     {"seven", "7"},     {"eight", "8"},
      {"nine", "9"},   {"ten", "10"},      {"twelve", "12"}, {"fourteen", "14"}, {"few", "3"},
      {"couple", "2"}, {"couple of", "2"}, {"thirty", "30"}, {"ninety", "90"},   {"half an", "30"}};
  const auto found = kNames.find(word);
  return found == kNames.end() ? word : found->second;
}

// "2 weeks" is 14 days: the slot knows minutes, hours and days.
std::string span_of(const std::string& count, std::string_view unit) {
  const std::string n = number_of(count);
  const long many = n.size() > 4 || n.find_first_not_of("0123456789") != std::string::npos ? 1 : std::stol(n);
  if (count == "half an") return "30m";
  if (unit.starts_with("mo")) return std::to_string(many * 30) + "d";
  if (unit.starts_with("w")) return std::to_string(many * 7) + "d";
  if (unit.starts_with("q")) return std::to_string(many * 90) + "d";
  if (unit.starts_with("y")) return std::to_string(many * 365) + "d";
  return std::to_string(many) + unit.front();
}

constexpr const char* kCounts =
    R"(\d{1,4}|an?|one|two|three|four|five|six|seven|eight|nine|ten|twelve|fourteen|thirty|ninety|few|couple of|couple|half an)";
constexpr const char* kUnits = R"(minutes?|mins?|hours?|hrs?|days?|dys?|weeks?|wks?|months?|mths?|quarters?|years?)";

// A day as people and logs write it, to YYYY-MM-DD; empty where the year is not said.
std::string date_of(const std::string& text) {
  static const RE2 kIso(R"((\d{4})[-/](\d\d?)[-/](\d\d?))"),
      kDayFirst(R"((\d\d?)(?:st|nd|rd|th)? (?:of )?([a-z]{3})[a-z]*\.?,? (\d{4}))"),
      kMonthFirst(R"(([a-z]{3})[a-z]*\.? (\d\d?)(?:st|nd|rd|th)?,? (\d{4}))");
  static constexpr std::string_view kMonths = "janfebmaraprmayjunjulaugsepoctnovdec";
  int year = 0, month = 0, day = 0;
  std::string name;
  if (!RE2::FullMatch(text, kIso, &year, &month, &day)) {
    if (!RE2::FullMatch(text, kDayFirst, &day, &name, &year) && !RE2::FullMatch(text, kMonthFirst, &name, &day, &year))
      return {};
    const auto at = kMonths.find(name);
    month = at == std::string_view::npos || at % 3 != 0 ? 0 : static_cast<int>(at / 3) + 1;
  }
  if (month < 1 || month > 12 || day < 1 || day > 31) return {};
  return fmt::format("{:04}-{:02}-{:02}", year, month, day);
}

constexpr const char* kDate =
    R"(\d{4}[-/]\d\d?[-/]\d\d?|\d\d?(?:st|nd|rd|th)? (?:of )?(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?,? \d{4}|(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.? \d\d?(?:st|nd|rd|th)?,? \d{4})";

void put_aside_dates(ReadingDesk& desk) {
  static const RE2 kFromTo(fmt::format(
      R"((?:\b(?:from|between)\s+)?\b({0})\s*(?:to|until|till|through|thru|and|-|\.\.+)\s*({0})\b)", kDate)),
      kSinceDate(fmt::format(R"(\b(?:since|after|from)\s+({0})(?:t|\s+(?:at\s+)?)?({1})?\b)", kDate, kClock)),
      kOn(fmt::format(R"(\b(?:on|for)\s+({0})\b)", kDate));
  desk.put_aside(kFromTo, [](const Groups& g) -> Made {
    const std::string from = date_of(g[1]), to = date_of(g[2]);
    if (from.empty() || to.empty()) return std::nullopt;
    return period(g[0], {{"from", from}, {"to", to}});
  });
  desk.put_aside(kSinceDate, [](const Groups& g) -> Made {
    const std::string day = date_of(g[1]), clock = clock_of(g[2]);
    if (day.empty()) return std::nullopt;
    return period(g[0], {{"since", day + (clock.empty() ? "" : " " + clock)}});
  });
  desk.put_aside(kOn, [](const Groups& g) -> Made {
    const std::string day = date_of(g[1]);
    if (day.empty()) return std::nullopt;
    return period(g[0], {{"from", day}, {"to", day}});
  });
}

// Where a silence ends: the slot `until`.
void put_aside_ends(ReadingDesk& desk) {
  static const RE2 kDay(fmt::format(
      R"(\b(?:until|till|til|'til|unitl|upto|up to|through)\s+(?:the\s+)?(?:next\s+|this\s+|coming\s+)?(tomorrow|today|{0}|{1})(?:\s+(?:at\s+)?({2})\b|\s+(morning|noon|afternoon|evening|night)\b)?)",
      kWeekdays, kDate, kClock)),
      kHour(fmt::format(R"(\b(?:until|till|til|'til)\s+(?:at\s+)?({})\b)", kClock)),
      kLater(
          R"(\b(?:until|till|til|'til)\s+(next week|the end of (?:the )?day|end of day|eod|tonight|the morning|next month)\b)"),
      kTomorrow(R"(\bfor the (?:rest of the )?(weekend|night|day)\b|\b(over the weekend|overnight)\b)");
  const auto end = [](const std::string& text, std::string until) {
    return Made(Value{.kind = "until", .text = text, .slot = Json(std::move(until)), .before = {}});
  };
  desk.put_aside(kDay, [&end](const Groups& g) {
    const std::string date = date_of(g[1]);
    std::string clock = clock_of(g[2]);
    if (g[3] == "morning") clock = "09:00";
    if (g[3] == "noon") clock = "12:00";
    if (g[3] == "afternoon") clock = "15:00";
    if (g[3] == "evening") clock = "18:00";
    if (g[3] == "night") clock = "22:00";
    return end(g[0], (date.empty() ? g[1] : date) + (clock.empty() ? "" : " " + clock));
  });
  desk.put_aside(kHour, [&end](const Groups& g) { return end(g[0], clock_of(g[1])); });
  desk.put_aside(kLater, [&end](const Groups& g) {
    return end(g[0], g[1] == "next week" ? "monday" : g[1] == "the morning" ? "tomorrow 09:00" : "tomorrow");
  });
  desk.put_aside(kTomorrow, [&end](const Groups& g) -> Made {
    if (g[0] == "overnight") return std::nullopt;  // also a period: "errors overnight"
    return end(g[0], g[0].find("weekend") != std::string::npos ? "monday" : "tomorrow");
  });
}

void put_aside_starts(ReadingDesk& desk) {
  static const RE2 kSince(fmt::format(
      R"(\b(?:since|from|after|starting|as of)\s+(?:last\s+|this\s+|the\s+)?({0}|yesterday|today|this morning|last night|tonight)(?:\s+(?:at\s+)?({1})\b|\s+(morning|noon|afternoon|evening|night)\b)?)",
      kWeekdays, kClock)),
      kSinceClock(fmt::format(R"(\b(?:since|after)\s+({})\b)", kClock)),
      kSinceUnit(
          R"(\b(?:since|from)\s+(?:the\s+)?(?:(?:start|beginning)\s+of\s+(?:the\s+|this\s+)?|last\s+)(week|month|year|day)\b)");
  desk.put_aside(kSince, [](const Groups& g) {
    if (g[1] == "this morning" || g[1] == "today") {
      const std::string clock = clock_of(g[2]);
      return clock.empty() ? period(g[0], {{"day", "today"}}) : period(g[0], {{"since", "today " + clock}});
    }
    std::string clock = clock_of(g[2]);
    if (g[3] == "noon") clock = "12:00";
    const std::string day = g[1] == "last night" ? "yesterday" : g[1];
    if (day == "yesterday" && clock.empty() && g[0].starts_with("from")) return period(g[0], {{"day", day}});
    return period(g[0], {{"since", day + (clock.empty() ? "" : " " + clock)}});
  });
  desk.put_aside(kSinceClock, [](const Groups& g) -> Made {
    if (g[1].find_first_not_of("0123456789") == std::string::npos) return std::nullopt;  // "after 5" of something
    return period(g[0], {{"since", "today " + clock_of(g[1])}});
  });
  desk.put_aside(kSinceUnit, [](const Groups& g) {
    if (g[1] == "day") return period(g[0], {{"day", "today"}});
    if (g[0].find("last") != std::string::npos) return period(g[0], {{"last", g[1] == "week" ? "week" : "month"}});
    return period(g[0], {{"this", g[1]}});
  });
}

void put_aside_spans(ReadingDesk& desk) {
  static const RE2 kLast(fmt::format(
      R"(\b(?:(?:in|for|over|within|during|from)\s+)?(?:the\s+)?(?:last|past|previous|prior|recent)\s+({0})\s*({1}|[hdwm])\b)",
      kCounts, kUnits)),
      kBare(fmt::format(
          R"((?:^|[\s(,])(?:(?:in|for|over|within|of)\s+)?(?:the\s+)?(\d{{1,3}})[\s-]?({0}|[hdw]|m)\b(?:\s+(?:back|ago))?)",
          kUnits)),
      kForSpan(fmt::format(R"(\b(?:for|in)\s+(?:the\s+next\s+|about\s+)?({0})\s*({1})\b)", kCounts, kUnits)),
      kCalendar(
          R"(\b(?:(?:in|for|over|during|so far|of)\s+)*(?:the\s+)?(last|previous|prior|this|current)\s+(hour|day|week|month|year|quarter|24\s*h)(?:'s)?\b(?:\s+so far)?)"),
      kRolling(R"(\b(?:(?:in|for|over|during)\s+)?(?:the\s+)?past\s+(hour|day|week|month|year)\b)"),
      kToDate(R"(\b(month|week|year)[ -]to[ -]date\b|\b(mtd|ytd|wtd)\b)"),
      kDay(
          R"(\b(?:(?:for|from|of)\s+)?(?:earlier\s+)?(today|yesterday|tonight|this morning|this afternoon|this evening|overnight|last night)(?:'s)?\b(?:\s+so far)?)");
  desk.put_aside(kLast, [](const Groups& g) { return period(g[0], {{"last", span_of(g[1], g[2])}}); });
  desk.put_aside(kCalendar, [](const Groups& g) {
    const bool current = g[1] == "this" || g[1] == "current";
    if (g[2] == "hour") return period(g[0], {{"last", "1h"}});
    if (g[2] == "day" && current) return period(g[0], {{"day", "today"}});
    if (g[2] == "day" || g[2].starts_with("24")) return period(g[0], {{"last", "24h"}});
    if (g[2] == "quarter") return period(g[0], {{"last", "90d"}});
    if (g[2] == "year" && !current) return period(g[0], {{"last", "365d"}});
    return period(g[0], {{current ? "this" : "last", g[2]}});
  });
  desk.put_aside(kRolling,
                 [](const Groups& g) { return period(g[0], {{"last", g[1] == "day" ? "24h" : span_of("1", g[1])}}); });
  desk.put_aside(kToDate, [](const Groups& g) {
    return period(g[0], {{"this", g[2] == "mtd" ? "month" : g[2] == "ytd" ? "year" : g[2] == "wtd" ? "week" : g[1]}});
  });
  desk.put_aside(kDay, [](const Groups& g) {
    const bool before = g[1] == "yesterday" || g[1] == "last night";
    return period(g[0], {{"day", before ? "yesterday" : "today"}});
  });
  desk.put_aside(kBare, [](const Groups& g) { return period(g[0], {{"last", span_of(g[1], g[2])}}); });
  desk.put_aside(kForSpan, [](const Groups& g) { return period(g[0], {{"last", span_of(g[1], g[2])}}); });
}

std::string currency_of(const std::string& word) {
  if (word == "€" || word.starts_with("euro") || word == "eur") return "eur";
  if (word == "£" || word.starts_with("pound") || word == "gbp" || word == "quid") return "gbp";
  if (word == "cad" || word == "aud" || word == "chf" || word == "sek" || word == "jpy" || word == "inr") return word;
  return "usd";
}

std::string amount_of(std::string text) {
  const bool thousands = !text.empty() && text.back() == 'k';
  if (thousands) text.pop_back();
  std::erase(text, ',');
  if (thousands) text += "000";
  return text;
}

void put_aside_money(ReadingDesk& desk) {
  static const RE2 kBefore(
      R"(([$€£]|\b(?:usd|eur|gbp|us\$)\s)\s?(\d[\d,]*(?:\.\d+)?k?)(?:\s?(?:usd|eur|gbp|dollars?|euros?|pounds?)\b)?)"),
      kAfter(
          R"(\b(\d[\d,]*(?:\.\d+)?k?)\s?(dollars?|bucks?|usd|euros?|eur|€|\$|£|pounds?|gbp|quid|cad|aud|chf|sek|jpy|inr)(?:\b|\s|$|[.,;?!]))");
  const auto money = [](const std::string& text, const std::string& amount, const std::string& currency) {
    return Made(Value{.kind = "money",
                      .text = text,
                      .slot = {{"amount", amount_of(amount)}, {"currency", currency_of(currency)}},
                      .before = {}});
  };
  desk.put_aside(kBefore, [&money](const Groups& g) { return money(g[0], g[2], std::string(trim(g[1]))); });
  desk.put_aside(kAfter, [&money](const Groups& g) { return money(g[0], g[1], g[2]); });
}

// Whether any word or sign here could begin a phrase: most messages hold none, and no pattern need run.
struct Signs {
  bool digit = false, money = false, time = false;
};

Signs signs_of(std::string_view text) {
  static const std::unordered_set<std::string_view> kTime{
      "since",     "last",  "past",        "previous", "prior",    "this",  "current", "today",   "today's",
      "yesterday", "until", "till",        "til",      "week",     "month", "year",    "tonight", "overnight",
      "mtd",       "ytd",   "wtd",         "hour",     "weekend",  "hours", "minutes", "days",    "weeks",
      "from",      "after", "yesterday's", "recent",   "starting", "for",   "night",   "months"};
  Signs signs;
  std::size_t begin = 0;
  for (std::size_t i = 0; i <= text.size(); ++i) {
    const char c = i < text.size() ? text[i] : ' ';
    if (c >= '0' && c <= '9') signs.digit = true;
    if (c == '$' || c == '\xC2' || c == '\xE2') signs.money = true;
    if ((c >= 'a' && c <= 'z') || c == '\'') continue;
    if (i > begin && kTime.contains(text.substr(begin, i - begin))) signs.time = true;
    begin = i + 1;
  }
  return signs;
}

}  // namespace

void put_aside_phrases(ReadingDesk& desk) {
  const Signs signs = signs_of(desk.text());
  if (signs.digit) put_aside_dates(desk);
  if (signs.digit || signs.money) put_aside_money(desk);
  if (signs.time || signs.digit) {
    put_aside_ends(desk);
    put_aside_starts(desk);
    put_aside_spans(desk);
  }
}

}  // namespace apiops
