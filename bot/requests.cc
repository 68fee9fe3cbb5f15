#include "bot/requests.h"

#include <fmt/format.h>

#include "bot/examination.h"
#include "engine/base/json.h"
#include "engine/base/text.h"
#include "engine/conversation/long_tables.h"
#include "engine/conversation/policy_question.h"
#include "engine/plans/plan_card.h"
#include "engine/plans/plan_life.h"
#include "engine/record/audit_verify.h"

namespace apiops {

namespace {

constexpr Duration kPlanPatience = std::chrono::seconds(120);
constexpr Duration kPlanLook = std::chrono::milliseconds(25);

Json error(std::string what) { return Json{{"error", std::move(what)}}; }

Identity identity_of(const Json& request) {
  return {.platform = "console", .workspace = "main", .user = get_string(request, "as")};
}

asio::awaitable<Json> say(Agent& agent, const Json& request) {
  auto said =
      co_await agent.terminal().say(identity_of(request), get_string(request, "text"), get_string(request, "thread"));
  if (!said) co_return error(said.error().what);
  if (const Json more = more_of(said->document); get_bool(request, "all").value_or(false) && !more.is_null()) {
    auto kept = co_await agent.store().result(get_string(more, "ask"));
    if (!kept) co_return error(kept.error().what);
    if (*kept) put_back(said->document, **kept);
  }
  co_return Json{{"thread", said->thread}, {"document", to_json(said->document)}};
}

asio::awaitable<Json> click(Agent& agent, const Json& request) {
  auto said = co_await agent.terminal().click(identity_of(request), get_string(request, "token"),
                                              get_string(request, "typed"), get_string(request, "thread"));
  if (!said) co_return error(said.error().what);
  co_return Json{{"thread", said->thread}, {"document", to_json(said->document)}};
}

// Until the plan is over, or its outcome is unknown, or nobody works on it.
asio::awaitable<void> wait_for_end(Agent& agent, long long number) {
  const Duration end = agent.clock().steady() + kPlanPatience;
  while (agent.clock().steady() < end) {
    auto plan = co_await agent.store().plan_by_number(number);
    if (!plan || !*plan) co_return;
    const PlanState state = (*plan)->state;
    if (state != PlanState::kApproved && state != PlanState::kExecuting) co_return;
    co_await agent.clock().sleep_for(kPlanLook);
  }
}

asio::awaitable<Json> decide(Agent& agent, const Json& request) {
  const long long number = get_integer(request, "plan").value_or(0);
  const std::string verdict = get_string(request, "verdict");
  auto plan = co_await agent.store().plan_by_number(number);
  if (!plan) co_return error(plan.error().what);
  if (!*plan) co_return error(fmt::format("There is no plan {}.", number));
  // The typed form of a click. The code is the one that `plans show` prints; where a confirmation has to be typed, it
  // is typed here, too.
  std::string code = get_string(request, "code");
  if (code.empty() && verdict == "approve" && requirement_from_json((*plan)->policy).typed_confirmation)
    co_return error(
        fmt::format("Plan {} is approved by typing its code: `plans show {}` shows it, then `plans approve {} CODE`.",
                    number, number, number));
  if (code.empty()) code = plan_code(**plan);
  std::string text = fmt::format("{} {} {}", verdict, number, code);
  if (verdict == "undo") text = fmt::format("undo plan {}", number);
  if (verdict == "cancel" || verdict == "drop") text = fmt::format("{} plan {}", verdict, number);
  if (verdict == "done") text = fmt::format("mark plan {} {} done", number, code);
  if (verdict == "retry") text = fmt::format("retry plan {} {}", number, code);
  if (const std::string reason = get_string(request, "reason"); !reason.empty()) text += " because " + reason;
  auto said = co_await agent.terminal().say(identity_of(request), text, {});
  if (!said) co_return error(said.error().what);
  Json reply = {{"document", to_json(said->document)}};
  if (verdict == "undo") co_return reply;
  co_await wait_for_end(agent, number);
  auto card = co_await agent.card(number);
  if (card && *card) reply["card"] = to_json(**card);
  co_return reply;
}

asio::awaitable<Json> list_plans(Agent& agent, const Json& request) {
  using enum PlanState;
  const bool all = get_bool(request, "all").value_or(false);
  auto plans = co_await agent.store().plans(
      all ? std::vector<PlanState>{} : std::vector<PlanState>{kProposed, kWaiting, kApproved, kExecuting, kUnknown},
      500);
  if (!plans) co_return error(plans.error().what);
  Json rows = Json::array();
  for (const auto& plan : *plans)
    rows.push_back({{"plan", plan.number},
                    {"title", get_string(plan.document, "title")},
                    {"risk", to_string(plan.risk)},
                    {"state", in_words(plan.state)},
                    {"asked_by", plan.requester},
                    {"created", to_iso8601(plan.created_at)},
                    {"open_until", to_iso8601(plan.opens_until)},
                    {"code", plan_code(plan)}});
  co_return Json{{"plans", std::move(rows)}};
}

asio::awaitable<Json> show_plan(Agent& agent, const Json& request) {
  auto card = co_await agent.card(get_integer(request, "plan").value_or(0));
  if (!card) co_return error(card.error().what);
  if (!*card) co_return error(fmt::format("There is no plan {}.", get_integer(request, "plan").value_or(0)));
  co_return Json{{"card", to_json(**card)}};
}

asio::awaitable<Json> read_audit(Agent& agent, const Json& request) {
  auto rows = co_await agent.store().audit({.person = get_string(request, "person"),
                                            .resource = get_string(request, "resource"),
                                            .text = get_string(request, "text")});
  if (!rows) co_return error(rows.error().what);
  Json lines = Json::array();
  for (const auto& row : *rows) lines.push_back(audit_export_line(row));
  co_return Json{{"lines", std::move(lines)}};
}

asio::awaitable<Json> verify(Agent& agent, const Json&) {
  auto rows = co_await agent.store().audit({.at_most = 10'000'000});
  if (!rows) co_return error(rows.error().what);
  auto heads = agent.audit_heads().published();
  if (!heads) co_return error(heads.error().what);
  const AuditVerdict verdict = verify_audit(std::move(*rows), *heads);
  Json faults = Json::array();
  for (const auto& fault : verdict.faults)
    faults.push_back({{"chain", fault.chain}, {"record", fault.seq}, {"what", fault.what}});
  co_return Json{{"sound", verdict.sound() && agent.audit_heads().foreign() == 0},
                 {"chains", verdict.chains},
                 {"records", verdict.records},
                 {"heads", heads->size()},
                 {"foreign_heads", agent.audit_heads().foreign()},
                 {"heads_file", agent.audit_heads().file()},
                 {"faults", std::move(faults)}};
}

asio::awaitable<Json> explain(Agent& agent, const Json& request) {
  const Person* who = agent.policy().person(get_string(request, "as"));
  if (!who) co_return error("The policy does not know who asks.");
  Document answer = answer_policy_question(get_string(request, "text"), *who, agent.policy(), agent.operations(),
                                           {.connector = "terminal", .workspace = "main", .channel = "@" + who->id},
                                           agent.clock().now());
  agent.gate().mask(answer);
  co_return Json{{"document", to_json(answer)}};
}

asio::awaitable<Json> status(Agent& agent, const Json&) { co_return Json{{"url", agent.console_url()}}; }

using Handler = asio::awaitable<Json> (*)(Agent&, const Json&);
const std::map<std::string, Handler>& handlers() {
  static const std::map<std::string, Handler> kHandlers{
      {"say", say},          {"click", click},           {"doctor", examine},   {"decide", decide},
      {"plans", list_plans}, {"plan", show_plan},        {"audit", read_audit}, {"audit_verify", verify},
      {"status", status},    {"policy_explain", explain}};
  return kHandlers;
}

}  // namespace

asio::awaitable<Json> handle_request(Agent& agent, Json request) {
  const auto it = handlers().find(get_string(request, "op"));
  if (it == handlers().end()) co_return error("This version does not know that request.");
  co_await agent.wait_for_inventory();
  co_return co_await it->second(agent, request);
}

}  // namespace apiops
