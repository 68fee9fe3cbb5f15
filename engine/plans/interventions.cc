#include "engine/plans/interventions.h"

#include <fmt/format.h>

#include <algorithm>

#include "engine/base/json.h"
#include "engine/base/text.h"
#include "engine/plans/autofix_rules.h"
#include "engine/plans/executor.h"

namespace apiops {

namespace {

VoteReply told(std::string text) { return {.counted = false, .text = std::move(text)}; }

std::string refusal(const PlanView& view, const Ballot& ballot, const Policy& policy) {
  if (ballot.identity.kind != "member") return "Only people of this team can say that.";
  const bool own_way_out = ballot.verdict == "cancel" && view.plan.state == PlanState::kExecuting;
  if (own_way_out && ballot.person->id == view.plan.requester) return {};
  const Person* requester = policy.person(view.plan.requester);
  // An automatic repair was asked for by nobody: whoever may ask for such a change may say what became of it.
  if (view.plan.origin == kAutofixOrigin || !requester) {
    const Requirement own = policy.requirement(*ballot.person, facts_of(view));
    return own.possible ? "" : own.why_not;
  }
  return policy.refusal(*ballot.person, view.plan.requester, policy.requirement(*requester, facts_of(view)),
                        view.plan.risk, view.plan.escalated_at.has_value());
}

asio::awaitable<Result<VoteReply>> cancel_rest(PlanDesk& desk, PlanView view, Ballot ballot) {
  const Json why = {{"told", fmt::format("not begun: cancelled by {}", ballot.person->name)}, {"cancelled", true}};
  int waiting = 0;
  for (auto& step : view.steps)
    if (step.state == StepState::kWaiting) ++waiting, step.state = StepState::kSkipped, step.result = why;
  if (waiting == 0)
    co_return told(
        fmt::format("Plan {} has nothing left that could be cancelled: its last step is under way. If it "
                    "is done, it may be undone.",
                    view.plan.number));
  auto together = co_await card_everywhere(desk, view);
  if (!together) co_return std::unexpected(together.error());
  together->audit.push_back(plan_record("cancel", view, ballot.person->id,
                                        fmt::format("cancelled what was not begun: {}", count_of(waiting, "step")),
                                        "success"));
  together->inbox_done = ballot.inbox;
  auto skipped = co_await desk.store.skip_steps(view.plan.id, view.plan.fence, why, std::move(*together));
  if (!skipped) co_return std::unexpected(skipped.error());
  if (!*skipped) co_return told(fmt::format("Plan {} moved on in the meantime. Look at its card.", view.plan.number));
  co_return VoteReply{.counted = true,
                      .text = fmt::format("Cancelled. What plan {} has begun is finished, nothing more "
                                          "begins.",
                                          view.plan.number)};
}

// The attempt that a person speaks about: the one whose outcome is not known.
const JournalRow* unknown_attempt(const std::vector<JournalRow>& journal) {
  const auto found = std::ranges::find_if(journal, [](const JournalRow& row) { return row.outcome == "unknown"; });
  return found == journal.end() ? nullptr : &*found;
}

void take_word(StepRow& step, const Ballot& ballot) {
  const std::string& who = ballot.person->name;
  if (ballot.verdict == "done") step.state = StepState::kDone, step.result["told"] = "done, says " + who;
  if (ballot.verdict == "drop") step.state = StepState::kFailed, step.result["told"] = "not done, says " + who;
  if (ballot.verdict == "retry")
    step.state = StepState::kWaiting, step.result["told"] = "not done, says " + who + "; trying once more";
  step.result.erase("person");
  if (!ballot.reason.empty()) step.result["reason"] = ballot.reason;
}

asio::awaitable<Result<VoteReply>> say_what_became(PlanDesk& desk, PlanView view, Ballot ballot) {
  if (!waits_for_a_person(view))
    co_return told(
        fmt::format("I am still looking what became of plan {}; wait for me before you judge.", view.plan.number));
  if (ballot.verdict == "retry" && desk.clock.now() >= view.plan.opens_until)
    co_return told(
        fmt::format("The approval of plan {} ran out, so it can't be tried again under it. Drop it, then ask "
                    "again for a new plan.",
                    view.plan.number));
  auto journal = co_await desk.store.journal(view.plan.id);
  if (!journal) co_return std::unexpected(journal.error());
  const JournalRow* attempt = unknown_attempt(*journal);
  if (!attempt) co_return told(fmt::format("Plan {} has no outcome that is unknown.", view.plan.number));
  auto step = std::ranges::find(view.steps, attempt->step, &StepRow::no);
  take_word(*step, ballot);
  auto together = co_await card_everywhere(desk, view);
  if (!together) co_return std::unexpected(together.error());
  together->audit.push_back(plan_record("outcome", view, ballot.person->id,
                                        fmt::format("said of step {}: {}", step->no, ballot.verdict), "success"));
  together->audit.back().record["reason"] = ballot.reason;
  together->inbox_done = ballot.inbox;
  auto stored = co_await desk.store.outcome(attempt->attempt, ballot.verdict == "done" ? "done" : "not_done", *step,
                                            view.plan.fence, std::move(*together));
  if (!stored) co_return std::unexpected(stored.error());
  if (!*stored) co_return told(fmt::format("Somebody else was faster on plan {}. Look at its card.", view.plan.number));
  desk.approved(view.plan.id);  // wakes the executor, which writes the plan's end or goes on
  co_return VoteReply{.counted = true, .text = fmt::format("Noted for plan {}.", view.plan.number)};
}

}  // namespace

bool is_intervention(const std::string& verdict, PlanState state) {
  if (state == PlanState::kExecuting) return verdict == "cancel";
  return state == PlanState::kUnknown && verdict != "approve" && verdict != "reject";
}

asio::awaitable<Result<VoteReply>> intervene(PlanDesk& desk, PlanView view, Ballot ballot) {
  if (std::string why = refusal(view, ballot, *desk.policy); !why.empty()) {
    Together together;
    together.audit.push_back(
        plan_record("refused_vote", view, ballot.person->id, ballot.verdict + " refused: " + why, "failed"));
    auto noted = co_await desk.store.note(std::move(together));
    if (!noted) co_return std::unexpected(noted.error());
    co_return told(std::move(why));
  }
  ballot.reason = desk.gate.mask(std::string_view(clean(ballot.reason)));
  if (view.plan.state == PlanState::kExecuting)
    co_return co_await cancel_rest(desk, std::move(view), std::move(ballot));
  if (ballot.verdict == "cancel") ballot.verdict = "drop";  // typed: "drop plan 41"
  co_return co_await say_what_became(desk, std::move(view), std::move(ballot));
}

}  // namespace apiops
