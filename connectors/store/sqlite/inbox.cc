#include "connectors/store/sqlite/inbox.h"

#include <algorithm>
#include <array>

#include "connectors/store/sqlite/rows.h"
#include "connectors/store/sqlite/together.h"

namespace apiops::sqlite {

namespace {

// An event of the same place that goes first: one that a worker has, or an older one.
#define APIOPS_BEFORE_IT                                                                                     \
  "SELECT 1 FROM inbox b WHERE b.state IN ('new', 'taken') AND b.connector = i.connector AND b.workspace = " \
  "i.workspace AND b.channel = i.channel AND b.thread = i.thread AND b.rowid <> i.rowid AND ((b.state = "    \
  "'taken' AND b.leased_until > ?1) OR b.rowid < i.rowid)"

constexpr auto kCountedEvery = std::chrono::milliseconds(100);  // while the inbox is full
constexpr auto kTakenLease =
    std::chrono::minutes(5);  // longer than any ask may take; after it another worker gets the row

std::optional<std::string> known_already(Work& work, const InboundEvent& e) {
  Query row = work.db.query(
      "SELECT id FROM inbox WHERE connector = ?1 AND workspace = ?2 AND key = ?3 "
      "UNION ALL SELECT id FROM inbox WHERE connector = ?1 AND workspace = ?2 AND text_key = ?4 AND text_key IS NOT "
      "NULL AND ?4 <> '' LIMIT 1",
      e.place.connector, e.place.workspace, e.key, e.text_key);
  return row.step() ? std::optional(row.text(0)) : std::nullopt;
}

void put_conversation(Work& work, const ConversationRow& c) {
  work.db.change(
      "INSERT INTO conversation (connector, workspace, channel, thread, person, intent, slots, asked_for, memory, "
      "ends_at) "
      "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (connector, workspace, channel, thread, person) DO UPDATE SET "
      "intent = excluded.intent, "
      "slots = excluded.slots, asked_for = excluded.asked_for, memory = excluded.memory, ends_at = excluded.ends_at, "
      "version = version + 1",
      c.place.connector, c.place.workspace, c.place.channel, c.place.thread, c.person, c.intent, c.slots, c.asked_for,
      c.memory, c.ends_at);
}

bool ask_state(const std::string& state) {
  static constexpr std::array<std::string_view, 4> kStates{"answering", "asked_back", "answered", "failed"};
  return std::find(kStates.begin(), kStates.end(), state) != kStates.end();
}

}  // namespace

bool InboxRoom::full(Work& work) {
  if (at_most_ < bound_) return false;
  if (work.now >= counted_at_ && work.now - counted_at_ < kCountedEvery) return true;
  counted_at_ = work.now;
  Query count = work.db.query("SELECT count(*) FROM inbox WHERE state IN ('new', 'taken')");
  at_most_ = count.step() ? static_cast<std::size_t>(count.integer(0)) : bound_;
  return at_most_ >= bound_;
}

Result<ReceiveOutcome> receive(Work& work, const InboundEvent& e, const std::string& id, InboxRoom& room) {
  using Kind = ReceiveOutcome::Kind;
  if (auto known = known_already(work, e)) return ReceiveOutcome{Kind::kDuplicate, *known};
  if (room.full(work)) return ReceiveOutcome{Kind::kFull, {}};
  room.added();
  work.db.change(
      "INSERT INTO inbox (id, connector, workspace, channel, thread, key, text_key, message, event, received_at, "
      "state) "
      "VALUES (?, ?, ?, ?, ?, ?, nullif(?, ''), ?, ?, ?, 'new')",
      id, e.place.connector, e.place.workspace, e.place.channel, e.place.thread, e.key, e.text_key, e.message,
      to_json(e), work.now);
  return ReceiveOutcome{Kind::kNew, id};
}

// The head of each place's queue, unless a worker has that place already; first those of a worker that died. Each of
// the two in the order of an index (SQLite finds a partial index only where its own condition is repeated): nothing is
// sorted, however much waits.
Result<std::vector<InboxRow>> take(Work& work, std::size_t at_most) {
  constexpr const char* kDied =
      "SELECT i.id, i.event, i.received_at, i.tries FROM inbox i WHERE i.state IN ('new', 'taken') AND i.state = "
      "'taken' AND i.leased_until <= ?1 AND "
      "NOT EXISTS (" APIOPS_BEFORE_IT ") ORDER BY i.received_at, i.rowid LIMIT ?2";
  constexpr const char* kNew =
      "SELECT i.id, i.event, i.received_at, i.tries FROM inbox i WHERE i.state IN ('new', 'taken') AND i.state = 'new' "
      "AND "
      "NOT EXISTS (" APIOPS_BEFORE_IT ") ORDER BY i.received_at, i.rowid LIMIT ?2";
  std::vector<InboxRow> rows;
  for (const char* heads_of : {kDied, kNew}) {
    if (rows.size() >= at_most) break;
    Query heads = work.db.query(heads_of, work.now, at_most - rows.size());
    while (heads.step())
      rows.push_back({.id = heads.text(0),
                      .event = event_from_json(heads.json(1)),
                      .received_at = heads.time(2),
                      .tries = static_cast<int>(heads.integer(3)) + 1});
  }
  for (const auto& row : rows)
    work.db.change(
        "UPDATE inbox SET state = 'taken', taken_by = ?, fence = fence + 1, tries = tries + 1, leased_until = ? WHERE "
        "id = ?",
        work.chain.name(), work.now + kTakenLease, row.id);
  return rows;
}

Status understood(Work& work, const AskRow& a, const std::optional<ConversationRow>& conversation, Together together) {
  if (!ask_state(a.state)) return failure(ErrorKind::kBug, "The store knows no ask in state " + a.state + ".");
  // A click names the message that was clicked, which is not its own.
  std::string message =
      a.inbox;  // the inbox row is kept for a day, the ask for a month: it keeps the message's id itself
  if (Query row = work.db.query(
          "SELECT message FROM inbox WHERE id = ? AND message <> '' AND json_extract(event, '$.kind') <> 'click'",
          a.inbox);
      row.step())
    message = row.text(0);
  work.db.change(
      "INSERT INTO ask (id, team, person, connector, workspace, channel, thread, inbox, message, text, intent, slots, "
      "confidence, rule, "
      "rules_version, state, at, deadline) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) "
      "ON CONFLICT (id) DO UPDATE SET intent = excluded.intent, slots = excluded.slots, confidence = "
      "excluded.confidence, rule = excluded.rule, "
      "state = excluded.state",
      a.id, a.team, a.person, a.place.connector, a.place.workspace, a.place.channel, a.place.thread, a.inbox, message,
      a.text, a.intent, a.slots, a.confidence, a.rule, a.rules_version, a.state, a.at, a.deadline);
  if (conversation) put_conversation(work, *conversation);
  take_along(work, std::move(together));
  return {};
}

Status answered(Work& work, const std::string& ask, const std::string& state,
                const std::optional<ConversationRow>& conversation, const Json& result, Duration keep,
                Together together) {
  if (!ask_state(state)) return failure(ErrorKind::kBug, "The store knows no ask in state " + state + ".");
  work.db.change("UPDATE ask SET state = ? WHERE id = ?", state, ask);
  if (!result.is_null())
    work.db.change(
        "INSERT INTO result (id, team, ask, body, ends_at) VALUES (?1, 'main', ?1, ?2, ?3) "
        "ON CONFLICT (id) DO UPDATE SET body = excluded.body, ends_at = excluded.ends_at",
        ask, result, work.now + keep);
  if (conversation) put_conversation(work, *conversation);
  take_along(work, std::move(together));
  return {};
}

}  // namespace apiops::sqlite
