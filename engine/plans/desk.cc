#include "engine/plans/desk.h"

#include "engine/base/json.h"
#include "engine/plans/buttons.h"
#include "engine/plans/plan_card.h"
#include "engine/plans/plan_life.h"
#include "engine/record/bought_numbers.h"

namespace apiops {

namespace {

asio::awaitable<Result<std::optional<PlanView>>> complete(Store& store, Result<std::optional<PlanRow>> plan) {
  if (!plan) co_return std::unexpected(plan.error());
  if (!*plan) co_return std::optional<PlanView>{};
  auto steps = co_await store.steps((*plan)->id);
  if (!steps) co_return std::unexpected(steps.error());
  auto votes = co_await store.votes((*plan)->id);
  if (!votes) co_return std::unexpected(votes.error());
  co_return std::optional(PlanView{std::move(**plan), std::move(*steps), std::move(*votes)});
}

}  // namespace

asio::awaitable<Result<std::optional<PlanView>>> read_plan(Store& store, std::string id) {
  auto plan = co_await store.plan(std::move(id));
  co_return co_await complete(store, std::move(plan));
}

asio::awaitable<Result<std::optional<PlanView>>> read_plan_by_number(Store& store, long long number) {
  auto plan = co_await store.plan_by_number(number);
  co_return co_await complete(store, std::move(plan));
}

asio::awaitable<Status> first_card_posted(Store& store, std::string plan) {
  auto row = co_await store.plan(plan);
  if (!row) co_return std::unexpected(row.error());
  if (!*row || (*row)->state != PlanState::kProposed) co_return Status{};
  auto moved = co_await store.move({.plan = plan, .version = (*row)->version, .to = PlanState::kWaiting}, {});
  if (!moved) co_return std::unexpected(moved.error());
  co_return Status{};
}

void let_numbers_through(const PlanView& view, const MaskingGate& gate) {
  let_bought_numbers_through(view.steps, gate);
  for (const auto& alternative : get_array(get_object(view.plan.document, "alternatives"), "buttons"))
    if (const std::string number =
            get_string(get_object(get_object(get_object(alternative, "action"), "subject"), "slots"), "number");
        !number.empty())
      gate.add_own(number);
}

asio::awaitable<Result<Together>> card_everywhere(const PlanDesk& desk, PlanView view, std::string note) {
  let_numbers_through(view, desk.gate);
  const std::string subject = "plan:" + view.plan.id;
  auto messages = co_await desk.store.messages_of(subject);
  if (!messages) co_return std::unexpected(messages.error());
  Together together;
  const Time now = desk.clock.now();
  for (const auto& message : *messages) {
    Document card = plan_card(view, *desk.policy, now);
    if (!note.empty()) card.footer += " " + note;
    desk.gate.mask(card);
    const bool voting = takes_votes(view.plan.state);
    auto buttons = mint_buttons(card,
                                {.ends_at = voting ? view.plan.opens_until + kButtonsLive : now + kButtonsLive,
                                 .fingerprint = view.plan.fingerprint},
                                desk.random);
    for (auto& button : buttons) button.outbox = message.id;
    together.buttons.insert(together.buttons.end(), buttons.begin(), buttons.end());
    together.outbox.push_back({.id = message.id,
                               .subject = subject,
                               .place = message.place,
                               .part = message.part,
                               .document = to_json(card),
                               .only_for = message.only_for,
                               .nonce = message.nonce});
  }
  co_return together;
}

AuditEntry plan_record(std::string kind, const PlanView& view, std::string person, std::string action,
                       std::string result) {
  const StepDraft* first = view.steps.empty() ? nullptr : &view.steps.front().draft;
  Json approved_by = Json::array();
  for (const auto& vote : view.votes)
    if (vote.verdict == "approve") approved_by.push_back(vote.person);
  const Json number = view.plan.number == 0 ? Json(Store::kNumberHere) : Json(std::to_string(view.plan.number));
  Json record = {{"service", first ? first->service : ""},
                 {"action_taken", std::move(action)},
                 {"result", std::move(result)},
                 {"severity", "info"},
                 {"resource_type", "plan"},
                 {"resource_id", number},
                 {"asked_by", view.plan.requester},
                 {"approved_by", std::move(approved_by)},
                 {"plan", number},
                 {"fingerprint", view.plan.fingerprint},
                 {"risk", to_string(view.plan.risk)},
                 {"context", first ? first->summary : ""}};
  return {.kind = std::move(kind),
          .person = std::move(person),
          .plan = view.plan.id,
          .service = first ? first->service : "",
          .resource = {},
          .record = std::move(record)};
}

}  // namespace apiops
