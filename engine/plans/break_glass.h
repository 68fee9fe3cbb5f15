// Break-glass: one person of a named role approves alone, with a typed reason. Others hear of it in the same
// transaction, in a second channel; masking, audit and price ceiling hold as always.
#pragma once

#include "engine/plans/desk.h"

namespace apiops {

// The message to the second channel, and the mark in the audit record.
void tell_break_glass(const PlanDesk& desk, const PlanView& view, const VoteRow& vote, AuditEntry& record,
                      Together& together);

}  // namespace apiops
