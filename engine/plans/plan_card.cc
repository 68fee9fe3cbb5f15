#include "engine/plans/plan_card.h"

#include <fmt/format.h>

#include <algorithm>

#include "engine/base/json.h"
#include "engine/base/text.h"
#include "engine/plans/autofix_rules.h"
#include "engine/plans/executor.h"
#include "engine/plans/mentions.h"
#include "engine/plans/plan_life.h"
#include "engine/plans/standing.h"
#include "engine/ports/step_json.h"

namespace apiops {

namespace {

constexpr std::size_t kStepsInFull = 10;  // more are drawn as a list

std::string zone_of(const Policy& policy, const std::string& id) {
  const Person* person = policy.person(id);
  return person ? person->zone : "UTC";
}

Action about_plan(std::string kind, const PlanRow& plan) { return {std::move(kind), Json{{"plan", plan.id}}}; }

Action undo_ask(const PlanRow& plan) {
  return {"ask", Json{{"intent", "change.undo"},
                      {"slots", Json{{"plan", std::to_string(plan.number)}}},
                      {"text", fmt::format("undo plan {}", plan.number)}}};
}

// "$1.15 a month, from today", "$20.00 once", or empty.
std::string cost_text(const StepDraft& step) {
  std::string text;
  if (step.cost) text = to_text(*step.cost) + " once";
  if (step.monthly_cost) text += (text.empty() ? "" : ", then ") + to_text(*step.monthly_cost) + " a month";
  return text;
}

void add_if(std::vector<Field>& fields, std::string name, std::string value, Tone tone = Tone::kPlain) {
  if (!value.empty()) fields.push_back({.name = std::move(name), .value = std::move(value), .tone = tone});
}

void add_step(Document& card, const StepRow& step, std::size_t of) {
  const StepDraft& d = step.draft;
  card.blocks.push_back(Paragraph{of > 1 ? fmt::format("{}. {}", step.no, d.summary) : d.summary});
  Fields facts{d.fields};
  add_if(facts.fields, "Cost", cost_text(d));
  add_if(facts.fields, "Effect", d.effect);
  add_if(facts.fields, "Undo", d.undo);
  if (!facts.fields.empty()) card.blocks.push_back(std::move(facts));
}

// A batch as a list: one line a step with its values and its price, and once what all of them have in common. Platforms
// hold some fifty blocks in a message.
void add_steps_in_lines(Document& card, const std::vector<StepRow>& steps) {
  const StepDraft& first = steps.front().draft;
  const auto in_common = [&](std::string StepDraft::* what) {
    return std::ranges::all_of(steps, [&](const StepRow& step) { return step.draft.*what == first.*what; });
  };
  const bool one_effect = in_common(&StepDraft::effect), one_undo = in_common(&StepDraft::undo);
  Lines lines;
  for (const auto& step : steps) {
    std::string text = fmt::format("{}. {}", step.no, step.draft.summary);
    for (const Field& field : step.draft.fields)
      text += field.before ? fmt::format(" · {}: {} → {}", field.name, *field.before, field.value)
                           : fmt::format(" · {}: {}", field.name, field.value);
    if (const std::string cost = cost_text(step.draft); !cost.empty()) text += " · " + cost;
    if (!one_effect && !step.draft.effect.empty()) text += " · " + step.draft.effect;
    if (!one_undo && !step.draft.undo.empty()) text += " · undo: " + step.draft.undo;
    lines.lines.push_back({.label = {}, .text = std::move(text)});
  }
  card.blocks.push_back(std::move(lines));
  Fields facts;
  if (one_effect) add_if(facts.fields, "Effect of each", first.effect);
  if (one_undo) add_if(facts.fields, "Undo of each", first.undo);
  if (!facts.fields.empty()) card.blocks.push_back(std::move(facts));
}

void add_steps_as_progress(Document& card, const PlanView& view) {
  Lines lines;
  std::string stopped_by;  // why nothing more was begun: told once, at the step where it stopped
  for (const auto& step : view.steps) {
    Line line{.label = {}, .text = step.draft.summary};
    const std::string told = get_string(step.result, "told");
    switch (step.state) {
      case StepState::kDone:
        line.tone = Tone::kGood, line.mark = "✓", line.text = told.empty() ? line.text : told;
        break;
      case StepState::kFailed:
        line.tone = Tone::kBad, line.mark = "✗", line.text += told.empty() ? "" : ": " + told;
        break;
      case StepState::kRunning:
        line.mark = "…";
        break;
      case StepState::kUnknown:
        line.tone = Tone::kWarning, line.mark = "?", line.text += told.empty() ? "" : ": " + told;
        break;
      case StepState::kSkipped:
        line.tone = Tone::kMuted, line.mark = "–",
        line.text += ": " + (told.empty() || told == stopped_by ? "not begun" : told);
        stopped_by = told;
        break;
      case StepState::kWaiting:
        line.tone = Tone::kMuted, line.mark = "·", line.text += told.empty() ? "" : ": " + told;
        break;
    }
    lines.lines.push_back(std::move(line));
  }
  card.blocks.push_back(std::move(lines));
}

// "Approved by Ben at 15:06": one clause for each vote.
std::string votes_text(const PlanView& view, const Policy& policy, Time now, const std::string& zone) {
  std::string text;
  for (const auto& vote : view.votes) {
    text +=
        fmt::format("{}{} by {} at {}", text.empty() ? "" : ", ", vote.verdict == "reject" ? "rejected" : "approved",
                    policy.name_of(vote.person), short_time(vote.at, now, zone));
    if (!vote.reason.empty()) text += fmt::format(" (“{}”)", vote.reason);
  }
  return text;
}

void draw_question(Document& card, const PlanView& view, const PlanDraft& draft, const Policy& policy, Time now) {
  const Requirement requirement = requirement_from_json(view.plan.policy);
  const std::string zone = zone_of(policy, view.plan.requester);
  const bool escalated = view.plan.escalated_at.has_value();
  card.aside = fmt::format("waiting for {}", count_of(missing_as_shown(policy, view.plan, view.votes), "approval"));
  for (const auto& warning : draft.warnings) card.blocks.push_back(Paragraph{"⚠ " + warning, Tone::kWarning});
  if (view.steps.size() > kStepsInFull)
    add_steps_in_lines(card, view.steps);
  else
    for (const auto& step : view.steps) add_step(card, step, view.steps.size());
  if (view.plan.origin == kAutofixOrigin) {
    card.footer = "The policy decides on auto-fixes. It can be undone when it is done.";
    return;
  }
  if (auto mentions = approvers_mentioned(policy, view)) {
    mentions->text = "can approve";
    card.blocks.push_back(std::move(*mentions));
  }
  const std::string asker = policy.name_of(view.plan.requester);
  const std::string others = policy.approvers_in_words(requirement, view.plan.requester, escalated);
  const bool own = !is_grave(view.plan.risk) && std::any_of(requirement.clauses.begin(), requirement.clauses.end(),
                                                            [](const Clause& c) { return c.requester_may_confirm; });
  std::string who =
      own ? asker + " may confirm it, or " + others + "." : fmt::format("{} can approve; {} can't.", others, asker);
  if (const std::string demands = in_words(requirement); !demands.empty()) who += " It takes " + demands + ".";
  card.footer = fmt::format("Asked by {}, {}. {} Open until {}.", asker, short_time(view.plan.created_at, now, zone),
                            who, short_time(view.plan.opens_until, now, zone));
  card.open_until = view.plan.opens_until;
  if (!view.votes.empty()) card.footer += " So far: " + votes_text(view, policy, now, zone) + ".";
  card.code = plan_code(view.plan);
  card.buttons.push_back({.label = "Approve",
                          .tone = Tone::kGood,
                          .action = about_plan("approve", view.plan),
                          .asks_for = requirement.typed_confirmation
                                          ? fmt::format("Type {} to approve", plan_code(view.plan))
                                          : std::string()});
  card.buttons.push_back({.label = "Reject",
                          .tone = Tone::kBad,
                          .action = about_plan("reject", view.plan),
                          .asks_for = "Why? (may stay empty)"});
  for (Button alternative : draft.alternatives) {  // a plan that is shown never changes: another one takes its place
    alternative.action.kind = "plan_change";
    alternative.action.subject["plan"] = view.plan.id;
    card.buttons.push_back(std::move(alternative));
  }
  if (view.plan.undoes.empty() && view.plan.origin == "ask")
    card.buttons.push_back({.label = "Change",
                            .action = about_plan("plan_change", view.plan),
                            .asks_for = "What should be different? For example: 628 instead"});
}

std::string took(const PlanRow& plan, Time now) {
  if (!plan.decided_at) return {};
  return human_duration(plan.ended_at.value_or(now) - *plan.decided_at);
}

Tone tone_of(PlanState state) {
  switch (state) {
    case PlanState::kSucceeded:
      return Tone::kGood;
    case PlanState::kFailed:
      return Tone::kBad;
    case PlanState::kPartlyDone:
    case PlanState::kUnknown:
    case PlanState::kDrifted:
      return Tone::kWarning;
    case PlanState::kProposed:
    case PlanState::kWaiting:
    case PlanState::kApproved:
    case PlanState::kExecuting:
      return Tone::kPlain;
    case PlanState::kRejected:
    case PlanState::kExpired:
    case PlanState::kCancelled:
    case PlanState::kUndone:
      return Tone::kMuted;
  }
  return Tone::kPlain;
}

// One button that asks again for what failed, and for nothing else.
std::optional<Button> retry_of_failures(const PlanView& view) {
  if (view.plan.state != PlanState::kPartlyDone && view.plan.state != PlanState::kFailed) return std::nullopt;
  Json slots = Json::object();
  std::string operation;
  long long failed = 0;
  for (const StepRow& step : view.steps) {
    if ((step.state != StepState::kFailed && step.state != StepState::kSkipped) || !step.draft.retry.is_object())
      continue;
    ++failed;
    operation = step.draft.operation;
    for (const auto& [name, values] : step.draft.retry.items()) {
      if (values.is_array() && slots.contains(name))
        slots[name].insert(slots[name].end(), values.begin(), values.end());
      else
        slots[name] = values;
    }
  }
  if (failed == 0) return std::nullopt;
  const std::string text =
      fmt::format("try {} that failed in plan {} again", failed == 1 ? "the one" : "those", view.plan.number);
  return Button{.label = failed == 1 ? "Retry the failure" : fmt::format("Retry the {} failures", failed),
                .tone = Tone::kGood,
                .action = {"ask", Json{{"intent", operation}, {"slots", std::move(slots)}, {"text", text}}}};
}

void offer_what_follows(Document& card, const PlanView& view) {
  const bool undoable = std::any_of(view.steps.begin(), view.steps.end(), [](const StepRow& s) {
    return s.state == StepState::kDone && s.draft.undo_parameters && !s.draft.undo_operation.empty();
  });
  const bool has_effect = view.plan.state == PlanState::kSucceeded || view.plan.state == PlanState::kPartlyDone;
  if (has_effect && undoable) card.buttons.push_back({.label = "Undo", .action = undo_ask(view.plan)});
  if (auto retry = retry_of_failures(view)) card.buttons.push_back(std::move(*retry));
  const bool nothing_done = view.plan.state == PlanState::kExpired || view.plan.state == PlanState::kDrifted;
  if (nothing_done && view.plan.policy.is_object() && view.plan.policy.contains("again"))
    card.buttons.push_back(
        {.label = "Ask again", .tone = Tone::kGood, .action = {"ask", view.plan.policy.at("again")}});
}

// "46 of 48 done", of a plan with several steps.
std::string count_done(const PlanView& view) {
  const auto done = std::ranges::count(view.steps, StepState::kDone, &StepRow::state);
  if (view.steps.size() < 2 || view.plan.state == PlanState::kSucceeded) return {};
  return fmt::format("{} of {} done", done, view.steps.size());
}

// While I look: that I do. When I gave up: what to look at, and the three things that a person can say.
void add_what_is_unknown(Document& card, const PlanView& view) {
  if (!waits_for_a_person(view)) {
    card.blocks.push_back(
        Paragraph{"It was sent, but no certain answer came back. I am reading the state back to find out, each minute "
                  "for an hour; I will not send it again.",
                  Tone::kWarning});
    return;
  }
  const auto step = std::ranges::find(view.steps, StepState::kUnknown, &StepRow::state);
  card.blocks.push_back(Paragraph{
      fmt::format("I can't find out what became of this, so a person has to. Look in the console of {}: was this done? "
                  "“{}”. Then say which it is; I send nothing before that.",
                  step->draft.service, step->draft.summary),
      Tone::kWarning});
  card.buttons.push_back({.label = "It was done", .tone = Tone::kGood, .action = about_plan("plan_done", view.plan)});
  card.buttons.push_back({.label = "Not done: try once more", .action = about_plan("plan_retry", view.plan)});
  card.buttons.push_back(
      {.label = "Not done: drop it", .tone = Tone::kBad, .action = about_plan("plan_drop", view.plan)});
}

void offer_a_stop(Document& card, const PlanView& view) {
  const bool waiting = std::ranges::count(view.steps, StepState::kWaiting, &StepRow::state) > 0;
  if (view.plan.state == PlanState::kExecuting && waiting)
    card.buttons.push_back({.label = view.steps.size() > 1 ? "Cancel the rest" : "Cancel",
                            .tone = Tone::kBad,
                            .action = about_plan("plan_cancel", view.plan)});
}

void draw_record(Document& card, const PlanView& view, const Policy& policy, Time now) {
  const std::string zone = zone_of(policy, view.plan.requester);
  const std::string votes = votes_text(view, policy, now, zone);
  const bool cancelled = view.plan.state == PlanState::kFailed && std::ranges::all_of(view.steps, [](const StepRow& s) {
                           return get_bool(s.result, "cancelled").value_or(false);
                         });
  card.aside = std::string(in_words(cancelled ? PlanState::kCancelled : view.plan.state));
  if (view.plan.state == PlanState::kSucceeded)
    if (const std::string time = took(view.plan, now); !time.empty()) card.aside += " in " + time;
  card.working = view.plan.state == PlanState::kApproved || view.plan.state == PlanState::kExecuting;
  add_steps_as_progress(card, view);
  if (const std::string done = count_done(view); !done.empty()) card.aside += " · " + done;
  if (view.plan.state == PlanState::kUnknown) add_what_is_unknown(card, view);
  offer_a_stop(card, view);
  const std::string asked = view.plan.origin == kAutofixOrigin
                                ? fmt::format("Auto-fix for {}", autofix_category(view.plan.policy))
                                : "Asked by " + policy.name_of(view.plan.requester);
  card.footer = fmt::format("{}{}{}.", asked, votes.empty() ? "" : ", ", votes);
  offer_what_follows(card, view);
}

}  // namespace

std::string code_of(std::string_view fingerprint) { return std::string(fingerprint.substr(0, 4)); }

std::string plan_code(const PlanRow& plan) { return code_of(plan.fingerprint); }

Document plan_card(const PlanView& view, const Policy& policy, Time now) {
  const PlanDraft draft = plan_draft_from_json(view.plan.document);
  Document card;
  card.card = "plan";
  card.subject = std::to_string(view.plan.number);
  card.title = view.plan.number == 0 ? fmt::format("Plan {} · {}", Store::kNumberHere, draft.title)
                                     : fmt::format("Plan {} · {}", view.plan.number, draft.title);
  if (view.plan.number == 0) card.subject = std::string(Store::kNumberHere);
  card.tone = tone_of(view.plan.state);
  card.blocks.push_back(Fields{{{.name = "Risk",
                                 .value = std::string(to_string(view.plan.risk)),
                                 .tone = is_grave(view.plan.risk) ? Tone::kBad : Tone::kPlain}}});
  if (!view.plan.environment.empty())
    std::get<Fields>(card.blocks.front()).fields.push_back({.name = "Environment", .value = view.plan.environment});
  if (takes_votes(view.plan.state))
    draw_question(card, view, draft, policy, now);
  else
    draw_record(card, view, policy, now);
  return card;
}

}  // namespace apiops
