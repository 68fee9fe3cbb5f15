#include "engine/plans/hearing.h"

#include <fmt/format.h>

#include <algorithm>

#include "engine/base/text.h"
#include "engine/plans/autofix_rules.h"
#include "engine/plans/buttons.h"
#include "engine/plans/mentions.h"
#include "engine/plans/plan_card.h"
#include "engine/plans/plan_life.h"
#include "engine/plans/standing.h"

namespace apiops {

namespace {

bool same_channel(const Place& a, const Place& b) {
  return a.connector == b.connector && a.workspace == b.workspace && a.channel == b.channel;
}

void add_place(std::vector<Place>& places, Place place) {
  if (std::none_of(places.begin(), places.end(), [&](const Place& p) { return same_channel(p, place); }))
    places.push_back(std::move(place));
}

void add_people(std::vector<Place>& places, const std::vector<const Person*>& people) {
  std::size_t added = 0;
  for (const Person* person : people)
    for (auto& place : direct_messages(*person))
      if (added++ < kMostDirectMessages) add_place(places, std::move(place));
}

// Beside the card where one can answer in a thread, in the channel itself elsewhere.
void say_beside(const PlanDesk& desk, const PlanView& view, const std::vector<OutboxRow>& cards,
                const std::string& kind, const std::string& text, Together& together) {
  for (const auto& card : cards) {
    Document d;
    d.title = text;
    d.tone = Tone::kWarning;
    if (auto mentions = approvers_mentioned(*desk.policy, view)) d.blocks.push_back(std::move(*mentions));
    desk.gate.mask(d);
    together.outbox.push_back({.id = make_id(desk.clock.now(), desk.random),
                               .subject = kind + ":" + view.plan.id,
                               .place = card.place,
                               .document = to_json(d),
                               .nonce = make_token(desk.random)});
  }
}

bool due_to_remind(const PlanView& view, const Requirement& r, Time now) {
  return !view.plan.reminded_at && r.remind_before > Duration::zero() && now >= view.plan.opens_until - r.remind_before;
}

bool due_to_escalate(const PlanView& view, const Requirement& r, Time now) {
  return !view.plan.escalated_at && r.escalate_after && now >= view.plan.created_at + *r.escalate_after;
}

// Those who may approve since the escalation only.
std::vector<const Person*> added_by_escalation(const Policy& policy, const PlanView& view, const Requirement& r) {
  const auto before = policy.approvers(r, view.plan.requester, view.plan.risk, false);
  std::vector<const Person*> added;
  for (const Person* person : policy.approvers(r, view.plan.requester, view.plan.risk, true))
    if (std::find(before.begin(), before.end(), person) == before.end()) added.push_back(person);
  return added;
}

asio::awaitable<Status> remind(const PlanDesk& desk, PlanView view, const Requirement& r, bool escalate) {
  const Time now = desk.clock.now();
  auto cards = co_await desk.store.messages_of("plan:" + view.plan.id);
  if (!cards) co_return std::unexpected(cards.error());
  PlanChange change{.plan = view.plan.id, .version = view.plan.version, .to = view.plan.state};
  (escalate ? change.escalated_at : change.reminded_at) = now;
  if (escalate) view.plan.escalated_at = now;
  const Policy& policy = *desk.policy;
  const std::string who = policy.approvers_in_words(r, view.plan.requester, view.plan.escalated_at.has_value());
  const std::string zone = policy.person(view.plan.requester) ? policy.person(view.plan.requester)->zone : "UTC";
  auto together = co_await card_everywhere(desk, view);
  if (!together) co_return std::unexpected(together.error());
  const std::string until = short_time(view.plan.opens_until, now, zone);
  say_beside(desk, view, *cards, escalate ? "escalated" : "reminder",
             escalate ? fmt::format("Nobody has decided on plan {} yet. From now on {} can approve it, until {}.",
                                    view.plan.number, who, until)
                      : fmt::format("Plan {} still waits for approval by {} and runs out at {} (in {}).",
                                    view.plan.number, who, until, human_duration(view.plan.opens_until - now)),
             *together);
  if (escalate) {
    std::vector<Place> more;
    add_people(more, added_by_escalation(policy, view, r));
    for (auto& place : more)
      if (std::none_of(cards->begin(), cards->end(), [&](const OutboxRow& c) { return same_channel(c.place, place); }))
        add_card(desk, view, std::move(place), *together);
  }
  together->audit.push_back(plan_record("plan", view, {}, escalate ? "escalated" : "reminded", "pending"));
  auto moved = co_await desk.store.move(std::move(change), std::move(*together));
  if (!moved) co_return std::unexpected(moved.error());
  co_return Status{};  // false: somebody decided meanwhile, and there is nothing to remind of
}

}  // namespace

std::vector<Place> direct_messages(const Person& person) {
  std::vector<Place> places;
  for (const auto& identity : person.identities)
    places.push_back({.connector = identity.platform,
                      .workspace = identity.workspace,
                      .channel = "@" + identity.user,
                      .thread = {}});
  return places;
}

bool is_card_of(const Place& card, const Place& click, const Identity& who) {
  if (card.connector != click.connector || card.workspace != click.workspace) return false;
  return card.channel.starts_with('@') ? card.channel == "@" + who.user : card.channel == click.channel;
}

std::vector<Place> places_of(const PlanDesk& desk, const PlanView& view) {
  std::vector<Place> places{view.plan.place};
  for (const auto& place : desk.approvers_look_at) add_place(places, place);
  const Hearing& hearing = desk.policy->book().hearing;
  for (const auto& place : hearing.channels) add_place(places, place);
  if (hearing.direct_messages)
    add_people(places, desk.policy->approvers(requirement_from_json(view.plan.policy), view.plan.requester,
                                              view.plan.risk, false));
  return places;
}

void add_card(const PlanDesk& desk, const PlanView& view, Place place, Together& together) {
  const Time now = desk.clock.now();
  Document card = plan_card(view, *desk.policy, now);
  let_numbers_through(view, desk.gate);
  desk.gate.mask(card);
  const std::string message = make_id(now, desk.random);
  auto buttons = mint_buttons(
      card, {.ends_at = view.plan.opens_until + kButtonsLive, .fingerprint = view.plan.fingerprint}, desk.random);
  for (auto& button : buttons) button.outbox = message;
  together.buttons.insert(together.buttons.end(), buttons.begin(), buttons.end());
  together.outbox.push_back({.id = message,
                             .subject = "plan:" + view.plan.id,
                             .place = std::move(place),
                             .document = to_json(card),
                             .nonce = make_token(desk.random)});
}

asio::awaitable<Status> remind_and_escalate(const PlanDesk& desk) {
  auto plans = co_await desk.store.plans({PlanState::kProposed, PlanState::kWaiting}, kMostPlansLookedAt);
  if (!plans) co_return std::unexpected(plans.error());
  for (const auto& plan : *plans) {
    const Time now = desk.clock.now();
    if (plan.origin == kAutofixOrigin || now >= plan.opens_until || (plan.reminded_at && plan.escalated_at)) continue;
    const Requirement r = requirement_from_json(plan.policy);
    for (const bool escalate : {true, false}) {
      auto view = co_await read_plan(desk.store, plan.id);
      if (!view) co_return std::unexpected(view.error());
      if (!*view || !takes_votes((*view)->plan.state)) break;
      if (escalate ? !due_to_escalate(**view, r, now) : !due_to_remind(**view, r, now)) continue;
      if (auto told = co_await remind(desk, std::move(**view), r, escalate); !told) co_return told;
    }
  }
  co_return Status{};
}

}  // namespace apiops
