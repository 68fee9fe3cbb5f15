// Times of the week in a zone, as a policy writes them: "mon-fri 09:00-18:00", and stretches in which nothing is
// changed.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>

#include "engine/base/time.h"

namespace apiops {

// Some days of the week, each from one minute to another. A stretch over midnight ("22:00-06:00") belongs to the day on
// which it begins.
struct Hours {
  std::array<bool, 7> days{};  // Monday first
  int from = 0, to = 24 * 60;  // minutes of the local day
  std::string zone = "UTC";

  bool contains(Time t) const;
};

// "mon-fri 09:00-18:00", "sat,sun", "22:00-06:00"; nothing for anything else.
std::optional<Hours> parse_hours(std::string_view text, std::string_view zone);
std::string to_text(const Hours& hours);  // "mon-fri 09:00-18:00 Europe/Berlin"

// "2026-12-20", "2026-12-20 18:00" in that zone, or a whole ISO time.
std::optional<Time> parse_local_time(std::string_view text, std::string_view zone);

}  // namespace apiops
