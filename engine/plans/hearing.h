// Who hears of a plan: the thread in which it was asked for, the approvers' channels, each approver's direct messages.
// Later a reminder before it runs out, and the escalation to those who may approve when nobody has decided.
#pragma once

#include "engine/plans/desk.h"

namespace apiops {

// Where a new plan's card goes. The place it was asked in comes first.
std::vector<Place> places_of(const PlanDesk& desk, const PlanView& view);

// A card of the plan in one more place, with buttons of its own.
void add_card(const PlanDesk& desk, const PlanView& view, Place place, Together& together);

// A person's direct messages on each platform where they have an account: channel "@" and the platform's user id.
std::vector<Place> direct_messages(const Person& person);
// Whether a card in `card` can be clicked by that person at `click`: the same channel, or their own direct messages.
bool is_card_of(const Place& card, const Place& click, const Identity& who);

inline constexpr std::size_t kMostDirectMessages = 20;  // of one plan
inline constexpr std::size_t kMostPlansLookedAt = 1'000;

// Reminds and escalates what is due, each plan once: a conditional write with its record and its messages.
asio::awaitable<Status> remind_and_escalate(const PlanDesk& desk);

}  // namespace apiops
