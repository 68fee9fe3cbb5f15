#include "engine/plans/autofix_switch.h"

#include <fmt/format.h>

#include <algorithm>

#include "engine/base/json.h"
#include "engine/base/text.h"
#include "engine/plans/autofix_rules.h"

namespace apiops {

namespace {

Planned refused(std::string what) { return {.draft = {}, .refusal = Refusal{.what = std::move(what)}}; }

Planned ask_for_category(std::string_view intent) {
  Refusal refusal{.what = "Auto-fix for what? For config, rate_limit or bad_params.", .missing_slot = "category"};
  for (const auto category : kAutofixCategories)
    refusal.choices.push_back({.label = std::string(category),
                               .action = {"ask", Json{{"intent", intent},
                                                      {"slots", Json{{"category", category}}},
                                                      {"text", fmt::format("{} for {}", intent, category)}}}});
  return {.draft = {}, .refusal = std::move(refusal)};
}

// What a category does when it is on, for who approves it.
std::string effect_of(const std::string& category, const AutofixRule& rule) {
  if (category == "bad_params") return "obvious formatting is put right before a plan is shown; the plan says what";
  if (category == "rate_limit")
    return "a change that a service's rate limit keeps from being planned is planned again by itself, for at most 2 "
           "minutes";
  std::vector<std::string> operations;
  for (const auto operation : autofix_operations(category))
    if (rule.operations.empty() || rule.operations.contains(std::string(operation))) operations.emplace_back(operation);
  return fmt::format(
      "when an alert offers a repair, it runs by itself ({}), is announced with an Undo, at most {} an hour; the first "
      "failure switches it off. It never spends, deletes or touches credentials",
      join(operations, ", "), rule.most_an_hour);
}

}  // namespace

StepDraft AutofixSwitch::draft_of(const std::string& category) const {
  StepDraft step;
  step.service = "apiops";
  step.operation = name();
  step.risk = risk({});
  step.parameters = Json{{"category", category}};
  step.expected = Json{{"on", !on_}};
  step.undo_operation = on_ ? "autofix.disable" : "autofix.enable";
  step.undo_parameters = step.parameters;
  step.summary = fmt::format("{} for {}", title(), category);
  step.fields = {{"Auto-fix for " + category, on_ ? "on" : "off", on_ ? "off" : "on", Tone::kPlain}};
  const auto rule = policy_->book().autofix.find(category);
  step.effect = on_ && rule != policy_->book().autofix.end() ? effect_of(category, rule->second)
                                                             : "people decide on every repair again";
  step.undo = fmt::format("turn auto-fix for {} {} again", category, on_ ? "off" : "on");
  step.environment = "live";
  return step;
}

asio::awaitable<Result<Planned>> AutofixSwitch::plan(Json slots) {
  const std::string category = get_string(slots, "category");
  if (category.empty()) co_return ask_for_category(name());
  if (std::find(kAutofixCategories.begin(), kAutofixCategories.end(), category) == kAutofixCategories.end())
    co_return refused(fmt::format(
        "There is no auto-fix for {}: only for config, rate_limit and bad_params. What spends, deletes or touches "
        "credentials is never done without people.",
        clean_line(category)));
  if (on_ && !policy_->book().autofix.contains(category))
    co_return refused(
        fmt::format("The configuration does not allow auto-fix for {} here (policy, “autofix”).", category));
  auto now = co_await autofix_is_on(store_, category);
  if (!now) co_return std::unexpected(now.error());
  if (*now == on_) co_return refused(fmt::format("Auto-fix for {} is {} already.", category, on_ ? "on" : "off"));
  co_return Planned{.draft = PlanDraft{.title = std::string(title()), .steps = {draft_of(category)}}, .refusal = {}};
}

asio::awaitable<Result<Json>> AutofixSwitch::observe(Json parameters) {
  auto now = co_await autofix_is_on(store_, get_string(parameters, "category"));
  if (!now) co_return std::unexpected(now.error());
  co_return Json{{"on", *now}};
}

asio::awaitable<StepResult> AutofixSwitch::execute(Attempt attempt) {
  const std::string category = get_string(attempt.parameters, "category");
  Json setting = {{"on", on_}, {"attempt", attempt.id}, {"since", to_millis(clock_.now())}};
  auto stored = co_await store_.put_setting(autofix_setting(category), std::move(setting), {});
  StepResult result{.outcome = stored ? Outcome::kDone : Outcome::kUnknown};
  result.result = Json{{"category", category}, {"on", on_}};
  result.told = stored ? fmt::format("Auto-fix for {} is {}.", category, on_ ? "on" : "off")
                       : "Whether the switch was turned is not known yet.";
  if (!stored) result.error = stored.error();
  co_return result;
}

asio::awaitable<StepResult> AutofixSwitch::reconcile(Attempt attempt) {
  const std::string category = get_string(attempt.parameters, "category");
  auto setting = co_await store_.setting(autofix_setting(category));
  if (!setting) co_return StepResult{.outcome = Outcome::kUnknown, .error = setting.error()};
  const bool ours = setting->has_value() && get_string(**setting, "attempt") == attempt.id;
  StepResult result{.outcome = ours ? Outcome::kDone : Outcome::kNotDone};
  if (!ours) result.error = Error{.kind = ErrorKind::kTransient, .what = "The switch was not turned."};
  result.told = fmt::format("Read back: auto-fix for {} {}.", category, ours ? "was switched" : "was not switched");
  co_return result;
}

}  // namespace apiops
