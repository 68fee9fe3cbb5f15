#include "tests/crash/judge.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "engine/plans/plan_life.h"

namespace apiops::crash {

namespace {

std::size_t count_steps(const Json& story, const char* state) {
  std::size_t n = 0;
  for (const auto& step : get_array(story, "steps")) n += get_string(step, "state") == state ? 1 : 0;
  return n;
}

// Every purchase bears the name of its attempt: none may be there twice, none of an attempt that is told as not done.
void judge_purchases(Verdict& verdict, const std::vector<Json>& effects) {
  for (const auto& attempt : get_array(verdict.story, "attempts")) {
    const std::string id = get_string(attempt, "id"), outcome = get_string(attempt, "outcome");
    const auto there = std::ranges::count_if(
        effects, [&id](const Json& effect) { return effect.dump().find(id) != std::string::npos; });
    if (there > 1) verdict.faults.push_back("an attempt was executed twice");
    if (there == 1 && outcome == "not_done") verdict.faults.push_back("told as not done, and it was done");
  }
}

void judge_votes(Verdict& verdict, const Platform& platform) {
  for (const auto& happening : platform.happenings()) {
    if (!happening.acknowledged) verdict.faults.push_back("never acknowledged: " + happening.key);
    if (happening.kind != "click" || !happening.acknowledged) continue;
    const auto& votes = get_array(verdict.story, "votes");
    const bool counted = std::ranges::find(votes, Json(happening.user)) != votes.end();
    if (!counted && !platform.answered(happening.user) && happening.user != "ana")
      verdict.faults.push_back("an acknowledged click of " + happening.user + " was lost");
  }
}

}  // namespace

bool is_last_word(const std::string& aside) {
  using enum PlanState;
  for (const PlanState state : {kSucceeded, kFailed, kPartlyDone, kRejected, kExpired, kDrifted, kCancelled, kUndone})
    if (aside.starts_with(in_words(state))) return true;
  return false;
}

void judge(Verdict& verdict, const Platform& platform, const std::vector<Json>& effects) {
  const Json& story = verdict.story;
  verdict.effects = effects.size();
  if (!story.is_object()) {
    verdict.faults.push_back("the agent told no story");
    return;
  }
  verdict.state = get_string(story, "state");
  const std::size_t done = count_steps(story, "done"), unknown = count_steps(story, "unknown");
  if (effects.size() < done) verdict.faults.push_back("told as done, and it was not done");
  if (effects.size() > done + unknown)
    verdict.faults.push_back(fmt::format("{} effects, {} told as done: more was done than told", effects.size(), done));
  if (count_steps(story, "running") > 0) verdict.faults.push_back("a step is still running");
  const bool cancelled = verdict.state == "failed" && platform.aside().starts_with(in_words(PlanState::kCancelled));
  const bool told_last = cancelled || platform.aside().starts_with(get_string(story, "in_words"));
  if (const auto state = plan_state_from_string(verdict.state); !state || is_open(*state))
    verdict.faults.push_back("the plan is not over: " + verdict.state);
  if (!told_last)
    verdict.faults.push_back(fmt::format("the card says “{}”, the plan is {}", platform.aside(), verdict.state));
  if (!get_bool(story, "audit_sound").value_or(false))
    verdict.faults.push_back("the audit trail does not verify: " + get_string(story, "audit_fault"));
  judge_purchases(verdict, effects);
  judge_votes(verdict, platform);
}

}  // namespace apiops::crash
