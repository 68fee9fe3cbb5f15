// Draws a plan: what will change, risk, cost, who may approve, votes, time left; then progress; then the record.
#pragma once

#include "engine/plans/desk.h"

namespace apiops {

// Raw: mask it before it is stored. Times are shown in the requester's zone.
Document plan_card(const PlanView& view, const Policy& policy, Time now);

// The typed form's code: the head of the fingerprint.
std::string plan_code(const PlanRow& plan);
std::string code_of(std::string_view fingerprint);

}  // namespace apiops
