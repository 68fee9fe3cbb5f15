// Limits of spending: what a plan takes from which allowance. Reserved when it is approved, used or free when it is
// over; the store keeps both in the transactions that decide (PlanChange::holds).
#pragma once

#include "engine/plans/desk.h"

namespace apiops {

struct Spending {
  std::vector<AllowanceHold> holds;
  std::string refusal;  // a price that is not known, or in a currency without a limit, can't be kept within one
};
Spending spending_of(const PlanFacts& plan, const std::string& requester, const PolicyBook& book, Time now);

// The refusal where an allowance has too little left for the plan; empty where it fits.
asio::awaitable<Result<std::string>> over_allowance(Store& store, const std::vector<AllowanceHold>& holds,
                                                    const PolicyBook& book);

// "2026-11-24" for a day, "2026-11" for a month, "2026-11-24T15" for an hour, in that zone.
std::string window_of(const std::string& window, Time now, const std::string& zone);

}  // namespace apiops
