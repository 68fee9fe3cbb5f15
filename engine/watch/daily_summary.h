// Once a day, from the audit trail: what was asked, planned, approved and refused yesterday, what the agent repaired by
// itself, and every use of break-glass with its reason.
#pragma once

#include "engine/watch/alerts.h"

namespace apiops {

inline constexpr int kSummaryHour = 8;  // of the policy's zone

// Raw: mask it before it is stored.
Document daily_summary(const std::vector<AuditRow>& records, const Policy& policy, Period day);

// Posts yesterday's summary where it is due and was not posted yet. Also to break-glass's second channel.
asio::awaitable<Status> tell_daily_summary(const AlertDesk& desk);

}  // namespace apiops
