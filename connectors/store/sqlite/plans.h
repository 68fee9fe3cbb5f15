// Units of work 3 and 5 to 10: a plan is proposed, voted on, started, executed step by step, moved and replaced. Each
// change is conditional on the row's version or fence; where it does not hold, nothing is written.
#pragma once

#include "connectors/store/sqlite/writer.h"
#include "engine/ports/store.h"

namespace apiops::sqlite {

Result<PlanRow> propose(Work& work, const NewPlan& plan, Together together);
Result<bool> vote(Work& work, const VoteRow& vote, const PlanChange& change, Together together);
Result<std::optional<long long>> start(Work& work, const std::string& plan, long long version,
                                       const std::string& executor, Time leased_until, Together together);
Result<bool> renew(Work& work, const std::string& plan, long long fence, Time leased_until);
Result<bool> intend(Work& work, const JournalRow& row, Together together);
Result<bool> sending(Work& work, const std::string& attempt, long long fence, Time leased_until);
Result<bool> outcome(Work& work, const std::string& attempt, const std::string& outcome, const StepRow& step,
                     long long fence, Together together);
Result<std::optional<long long>> take_over(Work& work, const std::string& plan, long long fence,
                                           const std::string& executor, Time leased_until, Together together);
Result<bool> move(Work& work, const PlanChange& change, Together together, const std::vector<PlanChange>& also);
Result<bool> skip_steps(Work& work, const std::string& plan, long long fence, const Json& result, Together together);
Result<PlanRow> replace(Work& work, const PlanChange& old_plan, const NewPlan& plan, Together together);

}  // namespace apiops::sqlite
