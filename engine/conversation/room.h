// What a conversation is led with: everything that an ask may need. References outlive the conversation.
#pragma once

#include <functional>
#include <span>
#include <string>

#include "engine/answers/answer.h"
#include "engine/intents/rule_book.h"
#include "engine/masking/gate.h"
#include "engine/plans/approvals.h"
#include "engine/plans/planner.h"
#include "engine/watch/alerts.h"

namespace apiops {

inline constexpr int kAsksAMinute = 30;  // of one person, unless the configuration says otherwise

struct Room {
  Store& store;
  Clock& clock;
  Random& random;
  const MaskingGate& gate;
  RuleBook& rules;
  Senses& senses;
  PlanDesk& plans;
  AlertDesk& alerts;
  std::string version;  // of the program
  Time started{};
  std::function<Time()> last_event;  // when the inbox last heard something
  // Who that is, as the platform says now (ChatPort::vouch).
  std::function<asio::awaitable<Identity>(Identity)> vouch;
  int asks_a_minute = kAsksAMinute;
};

// One person's message, and what is known about it.
struct Ask {
  std::string id;  // the inbox row's id: asking again after a crash is the same ask
  Person person;
  Identity identity;
  Place place;  // the thread it is answered in
  std::string text;
  Understanding meaning;
  ConversationRow conversation;         // what was said before in this thread by this person
  std::string replaces;                 // id of the plan that the one asked for takes the place of; or empty
  bool overheard = false;               // said in a channel that is listened to, not to the agent
  bool unseen = false;                  // nobody else saw the words: the answer says what was asked
  std::optional<AskRow> unstored = {};  // its row, until the store has it: an answer at once brings it along
};

// A kind of ask that the conversation answers by itself; empty where it is none of those.
struct OwnAnswer {
  Document document;
  bool decided_inbox = false;  // the inbox row was finished together with what was decided
};
asio::awaitable<std::optional<OwnAnswer>> own_answer(const Ask& ask, Room& room);

inline constexpr Duration kConversationLives = std::chrono::minutes(15);
inline constexpr Duration kOneAsk = std::chrono::seconds(60);

}  // namespace apiops
