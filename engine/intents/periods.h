// From the period slot of operations.md ({"last":"24h"}, {"day":"today"}, {"since":"monday 09:00"} …) to two instants
// in a person's zone, with the words that name them.
#pragma once

#include <string>
#include <string_view>

#include "engine/base/json.h"
#include "engine/base/time.h"

namespace apiops {

struct NamedPeriod {
  Period period;
  std::string name;  // "last 24 hours", "today", "since Monday 09:00"
};

// Nothing, or a slot that can't be read: the last 24 hours.
NamedPeriod resolve_period(const Json& slot, Time now, std::string_view zone);

// "30m", "2h", "7d", "monday", "tomorrow 09:00", "2026-12-01": when something that starts now ends. Nothing where
// unreadable.
std::optional<Time> resolve_until(std::string_view text, Time now, std::string_view zone);

}  // namespace apiops
