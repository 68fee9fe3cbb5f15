// How a plan stands with the policy: whose votes count, how many are missing, what is in the way. Computed afresh at
// each vote and again before the plan starts: a plan is approved when its votes satisfy both what it was shown with and
// what the policy says now, counted among those who have the right now.
#pragma once

#include "engine/plans/desk.h"

namespace apiops {

inline constexpr std::string_view kByBreakGlass = "break_glass";  // the right that such a vote is given by

struct Standing {
  Requirement requirement;       // now and as shown, together
  std::vector<VoteRow> counted;  // approvals of people who have the right now
  int missing = 1;
  std::string why_not;  // why it can't be approved at all now: impossible, frozen, the policy changed

  bool enough() const { return missing == 0 && why_not.empty(); }
};

// `autofix_on`: whether the plan's category of auto-remediation is switched on (only asked for plans of that origin).
Standing standing_of(const PlanView& view, const Policy& policy, Time now, bool autofix_on);
// The same, with the switch read from the store.
asio::awaitable<Result<Standing>> read_standing(const PlanDesk& desk, const PlanView& view);

// What a card says: by what was shown, without looking whether each voter still has the right. At least 1.
int missing_as_shown(const Policy& policy, const PlanRow& plan, const std::vector<VoteRow>& votes);

PlanFacts facts_of(const PlanDraft& draft, Place place, Time asked_at);
PlanFacts facts_of(const PlanView& view);

// May that person decide by break-glass on a plan that `requester` asked for? Empty: yes. Four eyes stay for what is
// grave.
std::string break_glass_refusal(const Policy& policy, const Person& person, const PlanRow& plan);

}  // namespace apiops
