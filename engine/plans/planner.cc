#include "engine/plans/planner.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "engine/base/crash_point.h"
#include "engine/base/digest.h"
#include "engine/base/json.h"
#include "engine/base/text.h"
#include "engine/intents/periods.h"
#include "engine/plans/autofix_rules.h"
#include "engine/plans/hearing.h"
#include "engine/plans/hosts.h"
#include "engine/plans/plan_card.h"
#include "engine/plans/plan_life.h"
#include "engine/plans/spending.h"
#include "engine/plans/standing.h"
#include "engine/plans/tidy.h"
#include "engine/ports/step_json.h"

namespace apiops {

namespace {

constexpr std::size_t kPlansLookedBackAt = 50;               // newest first
constexpr Duration kAutofixOpen = std::chrono::minutes(10);  // what it rests on was just read

Document sentence(std::string text, Tone tone) {
  Document d;
  d.title = std::move(text);
  d.tone = tone;
  return d;
}

Document drawn(const Refusal& refusal) {
  Document d = sentence(refusal.what, refusal.missing_slot.empty() ? Tone::kWarning : Tone::kPlain);
  d.buttons = refusal.choices;
  return d;
}

std::string price_ceiling(const PlanDraft& draft) {
  std::optional<Money> sum;
  for (const auto& step : draft.steps)
    if (step.ceiling && (!sum || sum->currency == step.ceiling->currency))
      sum = sum ? *sum + *step.ceiling : *step.ceiling;
  return sum ? to_decimal(*sum) + " " + sum->currency : "";
}

// What the policy demands of it, or why it can't be planned.
Requirement requirement_of(const PlanDesk& desk, const PlanRequest& request, const PlanFacts& facts) {
  const Policy& policy = *desk.policy;
  if (request.origin != kAutofixOrigin) return policy.requirement(*request.requester, facts);
  const std::string objection = autofix_objection(policy.book(), facts, request.autofix);
  return {.possible = objection.empty(), .why_not = objection, .open_for = kAutofixOpen};
}

// Why nothing of this kind may be planned now, or a warning where break-glass could still do it.
std::string frozen(const PlanDesk& desk, const PlanRequest& request, const PlanFacts& facts, PlanDraft& draft) {
  const Policy& policy = *desk.policy;
  std::string freeze = policy.freeze(facts, desk.clock.now());
  if (freeze.empty()) return {};
  const std::string& role = policy.book().break_glass.role;
  if (role.empty() || request.origin == kAutofixOrigin) return freeze;
  draft.warnings.push_back(freeze + " Only break-glass (" + role + ") can approve it now.");
  return {};
}

asio::awaitable<Result<std::string>> over_limit(const PlanDesk& desk, const PlanRequest& request,
                                                const PlanFacts& facts) {
  const PolicyBook& book = desk.policy->book();
  const Spending spending = spending_of(facts, request.requester->id, book, desk.clock.now());
  if (!spending.refusal.empty()) co_return spending.refusal;
  co_return co_await over_allowance(desk.store, spending.holds, book);
}

// A period is meant in the asker's zone, which operations do not know: they get its two ends and its name.
Json with_ends(Json slots, Time now, std::string_view zone) {
  const Json& period = get_object(slots, "period");
  if (period.empty()) return slots;
  const NamedPeriod named = resolve_period(period, now, zone);
  slots["between"] =
      Json{{"from", to_millis(named.period.from)}, {"to", to_millis(named.period.to)}, {"name", named.name}};
  return slots;
}

// What costs money and was done before with the same parameters: the approver is told, for nothing else would notice.
asio::awaitable<Result<std::vector<std::string>>> done_before(PlanDesk& desk, const PlanDraft& draft) {
  std::vector<std::string> warnings;
  if (facts_of(draft, {}, {}).gravest() != Risk::kSpend) co_return warnings;
  auto plans = co_await desk.store.plans({PlanState::kSucceeded, PlanState::kPartlyDone}, kPlansLookedBackAt);
  if (!plans) co_return std::unexpected(plans.error());
  for (const PlanRow& plan : *plans) {
    auto view = co_await read_plan(desk.store, plan.id);
    if (!view) co_return std::unexpected(view.error());
    if (!*view) continue;
    const auto same = std::ranges::count_if(draft.steps, [&](const StepDraft& step) {
      return std::ranges::any_of((*view)->steps, [&](const StepRow& done) {
        return done.state == StepState::kDone && done.draft.operation == step.operation &&
               done.draft.parameters == step.parameters;
      });
    });
    if (same > 0)
      warnings.push_back(fmt::format(
          "DONE BEFORE: {} by plan {}, with the same parameters",
          same == std::ssize(draft.steps) ? "all of this" : count_of(same, "of these steps", "of these steps"),
          plan.number));
  }
  co_return warnings;
}

// "Take back: Buy …"; and taken back itself, "Do again: Buy …".
std::string taken_back(const std::string& summary) {
  constexpr std::string_view kBack = "Take back: ", kAgain = "Do again: ";
  if (summary.starts_with(kBack)) return std::string(kAgain) + summary.substr(kBack.size());
  return std::string(kBack) + (summary.starts_with(kAgain) ? summary.substr(kAgain.size()) : summary);
}

// What one step needs to be taken back, as a step of its own; nothing where it can't be.
asio::awaitable<Result<StepDraft>> reversed(PlanDesk& desk, StepRow step) {
  const OperationEntry entry = desk.operations.find(step.draft.undo_operation);
  if (!entry.operation || !step.draft.undo_parameters)
    co_return failure(ErrorKind::kRejected, "“" + step.draft.summary + "” can't be taken back. " + step.draft.undo);
  const Json parameters = *step.draft.undo_parameters;
  auto now = co_await entry.operation->observe(parameters);
  if (!now) co_return std::unexpected(now.error());
  StepDraft back;
  back.service = step.draft.service;
  back.account = step.draft.account;
  back.operation = step.draft.undo_operation;
  back.risk = entry.operation->risk(parameters);
  back.parameters = parameters;
  back.expected = *now;
  back.undo_operation = step.draft.operation;
  back.undo_parameters = step.draft.parameters;
  back.summary = taken_back(step.draft.summary);
  for (Field field : step.draft.fields) {
    if (!field.before) continue;
    std::swap(*field.before, field.value);
    back.fields.push_back(std::move(field));
  }
  back.undo = "do it again: " + step.draft.summary;
  back.environment = step.draft.environment;
  co_return back;
}

}  // namespace

std::string fingerprint_of(const PlanDraft& draft, const std::string& requester) {
  return sha256_hex(canonical(Json{{"draft", to_json(draft)}, {"requester", requester}}));
}

asio::awaitable<Result<Planner::Drafted>> Planner::draft(std::string operation, Json slots, std::string zone) {
  const OperationEntry entry = desk_.operations.find(operation);
  const auto only_says = [](Document document) {
    return Drafted{.draft = {}, .reply = {.document = std::move(document)}};
  };
  if (operation.starts_with("plan."))
    co_return only_says(
        sentence("A decision about a plan is a message of its own, never a part of another request. Nothing was "
                 "decided and nothing was changed: send the two apart.",
                 Tone::kWarning));
  if (!entry.operation)
    co_return only_says(sentence(
        fmt::format("I understood {}, but this is not available yet. Nothing was changed.", operation), Tone::kMuted));
  if (entry.service && !entry.service->configured())
    co_return only_says(
        sentence(fmt::format("{} is not set up here: its credentials are missing. `apiops doctor` says which.",
                             entry.service->title()),
                 Tone::kWarning));
  auto tidies = co_await autofix_is_on(desk_.store, "bad_params");
  if (!tidies) co_return std::unexpected(tidies.error());
  const bool may_tidy = *tidies && desk_.policy->book().autofix.contains("bad_params");
  const std::vector<std::string> tidied = may_tidy ? tidy_slots(slots) : std::vector<std::string>{};
  auto planned = co_await entry.operation->plan(with_ends(std::move(slots), desk_.clock.now(), zone));
  if (!planned) co_return std::unexpected(planned.error());
  if (planned->refusal)
    co_return Drafted{.draft = {},
                      .reply = {.document = drawn(*planned->refusal), .asked_for = planned->refusal->missing_slot}};
  if (!planned->draft || planned->draft->steps.empty())
    co_return failure(ErrorKind::kBug, "The planner returned nothing to do.");
  for (const auto& change : tidied) planned->draft->warnings.push_back("Put right by auto-fix: " + change);
  co_return Drafted{.draft = std::move(planned->draft), .reply = {}};
}

// What several operations ask for is one plan: its title names the first, its steps are all of them in the order of the
// message. Where one of them can't be planned nothing is proposed, and the reply says why.
asio::awaitable<Result<PlanReply>> Planner::propose(PlanRequest request) {
  auto first = co_await draft(request.operation, request.slots, request.requester->zone);
  if (!first) co_return std::unexpected(first.error());
  if (!first->draft) co_return std::move(first->reply);
  PlanDraft all = std::move(*first->draft);
  for (const auto& further : request.also) {
    auto next = co_await draft(further.operation, further.slots, request.requester->zone);
    if (!next) co_return std::unexpected(next.error());
    if (!next->draft) {
      next->reply.asked_for.clear();  // the answer would be taken for the first operation's slot
      next->reply.document.footer = "Nothing of your message was planned. Ask for the parts one by one.";
      co_return std::move(next->reply);
    }
    all.title += " · " + next->draft->title;
    std::move(next->draft->steps.begin(), next->draft->steps.end(), std::back_inserter(all.steps));
    std::move(next->draft->warnings.begin(), next->draft->warnings.end(), std::back_inserter(all.warnings));
  }
  auto before = co_await done_before(desk_, all);
  if (!before) co_return std::unexpected(before.error());
  all.warnings.insert(all.warnings.begin(), before->begin(), before->end());
  if (!request.also.empty()) all.alternatives.clear();  // they would plan the first operation alone
  co_return co_await store(std::move(request), std::move(all), {});
}

asio::awaitable<Result<PlanReply>> Planner::propose_undo(PlanRequest request, long long number) {
  auto view = co_await read_plan_by_number(desk_.store, number);
  if (!view) co_return std::unexpected(view.error());
  if (!*view) co_return PlanReply{.document = sentence(fmt::format("There is no plan {}.", number), Tone::kWarning)};
  const PlanView& old = **view;
  if (!next_state(old.plan.state, PlanEvent::kUndone))
    co_return PlanReply{
        .document = sentence(fmt::format("Plan {} is {}: there is nothing to undo.", number, in_words(old.plan.state)),
                             Tone::kWarning)};
  PlanDraft draft;
  draft.title = fmt::format("Undo plan {}", number);
  for (auto step = old.steps.rbegin(); step != old.steps.rend(); ++step) {
    if (step->state != StepState::kDone) continue;
    auto back = co_await reversed(desk_, *step);
    if (!back && back.error().kind == ErrorKind::kRejected)
      co_return PlanReply{.document = sentence(back.error().what, Tone::kWarning)};
    if (!back) co_return std::unexpected(back.error());
    draft.steps.push_back(std::move(*back));
  }
  co_return co_await store(std::move(request), std::move(draft), old.plan.id);
}

asio::awaitable<Result<PlanReply>> Planner::store(PlanRequest request, PlanDraft draft, std::string undoes) {
  if (request.origin == kAutofixOrigin) draft.title = "Auto-fix: " + draft.title;
  const PlanFacts facts = facts_of(draft, request.place, desk_.clock.now());
  const Risk risk = facts.gravest();
  const Requirement requirement = requirement_of(desk_, request, facts);
  std::string why_not = requirement.possible ? frozen(desk_, request, facts, draft) : requirement.why_not;
  if (const std::string host = deceptive_host(draft); why_not.empty() && !host.empty())
    why_not = fmt::format(
        "The address {} holds characters of another script that may look like those of another host. If it is meant, "
        "give it in punycode (xn--…).",
        host);
  if (why_not.empty()) {
    auto over = co_await over_limit(desk_, request, facts);
    if (!over) co_return std::unexpected(over.error());
    why_not = *over;
  }
  if (!why_not.empty()) co_return PlanReply{.document = sentence(why_not + " Nothing was changed.", Tone::kWarning)};

  const Time now = desk_.clock.now();
  PlanView view;
  view.plan.id = make_id(now, desk_.random);
  view.plan.requester = request.requester->id;
  view.plan.requester_identity = request.identity;
  view.plan.ask = request.ask;
  view.plan.place = request.place;
  view.plan.risk = risk;
  view.plan.environment = draft.steps.front().environment;
  view.plan.fingerprint = fingerprint_of(draft, request.requester->id);
  view.plan.document = to_json(draft);
  view.plan.policy = to_json(requirement);
  if (!request.autofix.empty()) view.plan.policy["autofix"] = request.autofix;
  if (request.also.empty())  // “Ask again” asks for one operation
    view.plan.policy["again"] = Json{{"intent", request.operation}, {"slots", request.slots}, {"text", request.text}};
  view.plan.price_ceiling = price_ceiling(draft);
  view.plan.created_at = now;
  view.plan.opens_until = now + requirement.open_for;
  view.plan.origin = request.origin;
  view.plan.undoes = std::move(undoes);
  for (std::size_t i = 0; i < draft.steps.size(); ++i)
    view.steps.push_back({.plan = view.plan.id, .no = static_cast<int>(i) + 1, .draft = draft.steps[i]});

  Together together;
  for (auto& place : places_of(desk_, view)) add_card(desk_, view, std::move(place), together);
  together.audit.push_back(plan_record("plan", view, request.requester->id, "proposed", "pending"));
  together.inbox_done = request.inbox;
  APIOPS_CRASH_POINT("planner.before_propose");
  const NewPlan plan{view.plan, view.steps};
  auto row = request.replaces.empty() ? co_await desk_.store.propose(plan, std::move(together))
                                      : co_await replace(request.replaces, plan, std::move(together));
  if (!row) co_return std::unexpected(row.error());
  APIOPS_CRASH_POINT("planner.proposed");
  co_return PlanReply{.plan = std::move(*row)};
}

// The old card says which plan took its place; both change together, or neither.
asio::awaitable<Result<PlanRow>> Planner::replace(std::string old_plan, NewPlan plan, Together together) {
  auto old = co_await read_plan(desk_.store, std::move(old_plan));
  if (!old) co_return std::unexpected(old.error());
  if (!*old || !takes_votes((*old)->plan.state))
    co_return failure(ErrorKind::kRejected, "The plan to be changed was decided in the meantime. Nothing was changed.");
  PlanView view = std::move(**old);
  const PlanChange change{
      .plan = view.plan.id, .version = view.plan.version, .to = PlanState::kCancelled, .drop_buttons = true};
  view.plan.state = PlanState::kCancelled;
  view.plan.decided_at = desk_.clock.now();
  auto record = plan_record("plan", view, plan.plan.requester, "replaced", "success");
  auto cards =
      co_await card_everywhere(desk_, std::move(view), fmt::format("Plan {} took its place.", Store::kNumberHere));
  if (!cards) co_return std::unexpected(cards.error());
  together.outbox.insert(together.outbox.end(), cards->outbox.begin(), cards->outbox.end());
  together.buttons.insert(together.buttons.end(), cards->buttons.begin(), cards->buttons.end());
  together.audit.push_back(std::move(record));
  co_return co_await desk_.store.replace(change, std::move(plan), std::move(together));
}

}  // namespace apiops
