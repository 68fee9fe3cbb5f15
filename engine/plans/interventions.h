// What a person can still say to a plan that was begun: "no further" while it runs, and what became of it where the
// agent can't find out. Each is one conditional write with its record; who was slower changes nothing.
#pragma once

#include "engine/plans/approvals.h"

namespace apiops {

// Is this verdict one on a plan in that state? "cancel" of a plan that runs; "done", "retry", "drop" of an
// unknown one ("cancel" means "drop" there).
bool is_intervention(const std::string& verdict, PlanState state);

// May be said by who asked for the plan (cancel only) and by those who may approve it.
asio::awaitable<Result<VoteReply>> intervene(PlanDesk& desk, PlanView view, Ballot ballot);

}  // namespace apiops
