#include "engine/watch/autofix.h"

#include <fmt/format.h>

#include <algorithm>

#include "engine/base/json.h"
#include "engine/plans/autofix_rules.h"
#include "engine/plans/plan_life.h"
#include "engine/plans/spending.h"
#include "engine/plans/standing.h"

namespace apiops {

namespace {

constexpr std::string_view kCategory = "config";  // the only one that makes plans
constexpr std::size_t kMostAlerts = 200;

const Person& the_policy() {
  static const Person kPolicy{.id = std::string(kPolicyVoter), .name = "The policy"};
  return kPolicy;
}

std::string hour_rule() { return "autofix/" + std::string(kCategory); }

Identity own_identity() { return {.platform = "apiops", .workspace = "main", .user = std::string(kPolicyVoter)}; }

}  // namespace

bool Autofix::repairable(const AlertRow& alert) const {
  const Time now = alerts_.clock.now();
  const std::string operation = get_string(get_object(alert.document, "remedy"), "intent");
  const auto allowed = autofix_operations(kCategory);
  if (alert.state != "firing" || !alert.remedy_plan.empty() || (alert.snoozed_until && *alert.snoozed_until > now))
    return false;
  if (std::find(allowed.begin(), allowed.end(), operation) == allowed.end()) return false;
  if (errors_.explain(alert.service, get_string(alert.document, "code")).category != kCategory) return false;
  const auto tried = tried_.find(alert.id);
  return tried == tried_.end() || now - tried->second >= kAutofixAgain;
}

asio::awaitable<Status> Autofix::look() {
  const std::string name = autofix_setting(kCategory);
  auto setting = co_await plans_.store.setting(name);
  if (!setting) co_return std::unexpected(setting.error());
  if (!setting->has_value() || !get_bool(**setting, "on").value_or(false)) co_return Status{};
  auto free = co_await free_to_act(**setting);
  if (!free) co_return std::unexpected(free.error());
  if (!*free || alerts_.places.empty()) co_return Status{};
  auto within = co_await within_the_hour();
  if (!within) co_return std::unexpected(within.error());
  if (!*within) co_return Status{};
  auto alerts = co_await plans_.store.alerts(false, kMostAlerts);
  if (!alerts) co_return std::unexpected(alerts.error());
  std::erase_if(tried_, [&](const auto& entry) {
    return std::none_of(alerts->begin(), alerts->end(), [&](const AlertRow& a) { return a.id == entry.first; });
  });
  for (auto& alert : *alerts)
    if (repairable(alert)) co_return co_await repair(std::move(alert), **setting);
  co_return Status{};
}

asio::awaitable<Result<bool>> Autofix::within_the_hour() {
  const auto rule = plans_.policy->book().autofix.find(std::string(kCategory));
  if (rule == plans_.policy->book().autofix.end()) co_return false;
  auto taken =
      co_await plans_.store.allowance(hour_rule(), window_of("hour", plans_.clock.now(), plans_.policy->book().zone));
  if (!taken) co_return std::unexpected(taken.error());
  co_return taken->used + taken->reserved < rule->second.most_an_hour;
}

// True: the last repair is over and was good. One that waits for its vote (the process died before it) gets it.
asio::awaitable<Result<bool>> Autofix::free_to_act(Json& setting) {
  const std::string last = get_string(setting, "last_plan");
  if (last.empty()) co_return true;
  auto view = co_await read_plan(plans_.store, last);
  if (!view) co_return std::unexpected(view.error());
  if (!*view) co_return true;
  const PlanState state = (*view)->plan.state;
  if (state == PlanState::kSucceeded) co_return true;
  if (takes_votes(state)) {
    auto voted = co_await cast_vote(std::move(**view));
    if (!voted) co_return std::unexpected(voted.error());
  } else if (!is_open(state)) {
    auto off = co_await switch_off(setting, (*view)->plan);
    if (!off) co_return std::unexpected(off.error());
  }
  co_return false;
}

// Also where people took a repair back: they did not want it.
asio::awaitable<Status> Autofix::switch_off(Json setting, const PlanRow& because) {
  const std::string why = fmt::format("its plan {} is {}", because.number, in_words(because.state));
  setting["on"] = false;
  setting["because"] = why;
  Document d;
  d.title = fmt::format("Auto-fix for {} switched itself off: {}", kCategory, why);
  d.tone = Tone::kWarning;
  d.footer = "Turning it on again is a plan that others approve.";
  plans_.gate.mask(d);
  Together together;
  for (const auto& place : alerts_.places)
    together.outbox.push_back({.id = make_id(plans_.clock.now(), plans_.random),
                               .subject = "autofix:" + because.id,
                               .place = place,
                               .document = to_json(d),
                               .nonce = make_token(plans_.random)});
  together.audit.push_back({.kind = "setting",
                            .person = std::string(kPolicyVoter),
                            .plan = because.id,
                            .service = {},
                            .resource = {},
                            .record = {{"severity", "warning"},
                                       {"resource_type", "setting"},
                                       {"resource_id", autofix_setting(kCategory)},
                                       {"action_taken", "autofix.disable"},
                                       {"context", why},
                                       {"result", "success"}}});
  co_return co_await plans_.store.put_setting(autofix_setting(kCategory), std::move(setting), std::move(together));
}

asio::awaitable<Status> Autofix::repair(AlertRow alert, Json setting) {
  tried_[alert.id] = plans_.clock.now();
  const Json remedy = get_object(alert.document, "remedy");
  PlanRequest request{.operation = get_string(remedy, "intent"),
                      .slots = get_object(remedy, "slots"),
                      .text = get_string(remedy, "text", get_string(remedy, "label")),
                      .requester = &the_policy(),
                      .identity = own_identity(),
                      .place = alerts_.places.front(),
                      .ask = {},
                      .inbox = {},
                      .origin = std::string(kAutofixOrigin),
                      .autofix = std::string(kCategory)};
  auto proposed = co_await planner_.propose(std::move(request));
  if (!proposed) co_return std::unexpected(proposed.error());
  if (!proposed->plan) co_return Status{};  // refused, or something to be asked: that is for people
  setting["last_plan"] = proposed->plan->id;
  auto remembered = co_await plans_.store.put_setting(autofix_setting(kCategory), std::move(setting), {});
  if (!remembered) co_return remembered;
  const long long version = alert.version;
  alert.remedy_plan = proposed->plan->id;
  auto linked = co_await plans_.store.change_alert(std::move(alert), version, {});
  if (!linked) co_return std::unexpected(linked.error());
  auto view = co_await read_plan(plans_.store, proposed->plan->id);
  if (!view) co_return std::unexpected(view.error());
  if (!*view) co_return Status{};
  co_return co_await cast_vote(std::move(**view));
}

// The policy's vote, looked at afresh as everybody's; the hour's limit is taken in the same transaction.
asio::awaitable<Status> Autofix::cast_vote(PlanView view) {
  const Policy& policy = *plans_.policy;
  const Time now = plans_.clock.now();
  const auto rule = policy.book().autofix.find(std::string(kCategory));
  VoteRow vote{.plan = view.plan.id,
               .person = std::string(kPolicyVoter),
               .verdict = "approve",
               .fingerprint = view.plan.fingerprint,
               .reason = {},
               .group = autofix_setting(kCategory),
               .inbox = {},
               .identity = own_identity(),
               .at = now};
  view.votes.push_back(vote);
  auto standing = co_await read_standing(plans_, view);
  if (!standing) co_return std::unexpected(standing.error());
  const auto to = next_state(view.plan.state, standing->enough() ? PlanEvent::kApprove : PlanEvent::kCancel);
  if (!to || rule == policy.book().autofix.end() || now >= view.plan.opens_until) co_return Status{};
  PlanChange change{.plan = view.plan.id, .version = view.plan.version, .to = *to, .drop_buttons = true};
  if (*to == PlanState::kApproved)
    change.holds.push_back({.rule = hour_rule(),
                            .window = window_of("hour", now, policy.book().zone),
                            .amount = 1,
                            .most = rule->second.most_an_hour});
  view.plan.state = *to;
  view.plan.decided_at = now;
  auto together = co_await card_everywhere(plans_, view);
  if (!together) co_return std::unexpected(together.error());
  together->audit.push_back(plan_record("vote", view, std::string(kPolicyVoter),
                                        *to == PlanState::kApproved ? "approve" : "cancel: " + standing->why_not,
                                        "success"));
  auto counted = *to == PlanState::kApproved
                     ? co_await plans_.store.vote(std::move(vote), std::move(change), std::move(*together))
                     : co_await plans_.store.move(std::move(change), std::move(*together));
  // Over the hour's limit by a repair that was approved at this moment: this one runs out.
  if (!counted && counted.error().code == kOverAllowance) co_return Status{};
  if (!counted) co_return std::unexpected(counted.error());
  if (*counted && *to == PlanState::kApproved) plans_.approved(view.plan.id);
  co_return Status{};
}

}  // namespace apiops
