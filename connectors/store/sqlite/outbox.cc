#include "connectors/store/sqlite/outbox.h"

#include <algorithm>
#include <optional>

#include "connectors/store/sqlite/rows.h"
#include "connectors/store/sqlite/together.h"

namespace apiops::sqlite {

namespace {

#define APIOPS_OPEN(table) table ".state IN ('waiting', 'sending', 'unsure')"

constexpr auto kSendingLease =
    std::chrono::minutes(2);  // longer than any delivery may take; after it the row counts as unsure

// The rows of one channel and state that may go, in the order of an index: edits and private answers, then posts. In
// each place the row that was wanted first goes first, none while another one of that place is on its way, and none
// before an older one that was never posted. However much waits, a bounded part of it is looked at. (SQLite finds a
// partial index only where its own condition is repeated.)
#define APIOPS_DUE_IN(state) \
  "SELECT " APIOPS_OUTBOX_COLUMNS                                                                                     \
  " FROM (SELECT rowid AS row, * FROM outbox WHERE " APIOPS_OPEN("outbox") " AND connector = ?1 AND workspace = ?2 "  \
  "AND channel = ?3 AND state = '" state                                                                              \
  "' AND not_before <= ?4 ORDER BY (remote_id = '' AND only_for = ''), changed_at, rowid LIMIT ?5) o WHERE NOT "      \
  "EXISTS (SELECT 1 FROM outbox b WHERE " APIOPS_OPEN("b") " AND b.connector = o.connector AND b.workspace = "        \
  "o.workspace AND b.channel = o.channel AND b.thread = o.thread AND b.rowid <> o.row AND (b.state = 'sending' OR "   \
  "((b.not_before <= ?4 OR b.sent_revision = 0) AND (b.changed_at, b.rowid) < (o.changed_at, o.row)))) LIMIT ?6"

std::optional<Channel> next_channel(Work& work, const Channel& after) {
  Query row = work.db.query(
      "SELECT connector, workspace, channel FROM outbox WHERE " APIOPS_OPEN(
          "outbox") " AND (connector, workspace, channel) > (?, ?, ?) ORDER BY connector, workspace, channel LIMIT 1",
      after.connector, after.workspace, after.channel);
  if (!row.step()) return std::nullopt;
  return Channel{row.text(0), row.text(1), row.text(2)};
}

std::size_t room_in(Work& work, const OutboxRoom& room, const Channel& channel) {
  const auto bound = room.in_channel.find(channel.connector);
  if (bound == room.in_channel.end()) return room.messages;
  Query row = work.db.query("SELECT count(*) FROM outbox WHERE " APIOPS_OPEN(
                                "outbox") " AND connector = ? AND workspace = ? AND channel = ? AND state = 'sending'",
                            channel.connector, channel.workspace, channel.channel);
  const auto on_their_way = row.step() ? static_cast<std::size_t>(row.integer(0)) : 0;
  return bound->second - std::min(bound->second, on_their_way);
}

// A row keeps the state it had (`waiting` or `unsure`) in what is returned: the sender looks an unsure one up first.
void take_of(Work& work, const Channel& channel, std::size_t at_most, std::vector<OutboxRow>& rows) {
  const std::size_t before = rows.size();
  for (const char* heads_of : {APIOPS_DUE_IN("unsure"), APIOPS_DUE_IN("waiting")}) {
    if (rows.size() - before >= at_most) break;
    Query heads = work.db.query(heads_of, channel.connector, channel.workspace, channel.channel, work.now,
                                kMostRowsLookedAt, at_most - (rows.size() - before));
    while (heads.step()) rows.push_back(outbox_row(heads));
  }
  for (auto row = rows.begin() + static_cast<std::ptrdiff_t>(before); row != rows.end(); ++row)
    work.db.change("UPDATE outbox SET state = 'sending', leased_until = ? WHERE id = ?", work.now + kSendingLease,
                   row->id);
}

}  // namespace

Result<std::vector<OutboxRow>> due(Work& work, const OutboxRoom& room, Channel& turn) {
  work.db.change(
      "UPDATE outbox SET state = 'unsure', leased_until = NULL WHERE state = 'sending' AND leased_until <= ?",
      work.now);
  std::vector<OutboxRow> rows;
  const Channel first = turn;
  bool from_the_start = false;
  for (std::size_t looked = 0; looked < kMostChannelsLookedAt && rows.size() < room.messages; ++looked) {
    auto channel = next_channel(work, turn);
    if (channel && from_the_start && first < *channel) break;  // all the way round
    if (!channel && from_the_start) break;
    from_the_start = from_the_start || !channel;
    turn = channel.value_or(Channel{});
    if (channel) take_of(work, turn, std::min(room_in(work, room, turn), room.messages - rows.size()), rows);
  }
  return rows;
}

Status sent(Work& work, const std::string& outbox, long long revision, const std::string& remote_id) {
  work.db.change(
      "UPDATE outbox SET remote_id = CASE WHEN ?1 = '' THEN remote_id ELSE ?1 END, sent_revision = max(sent_revision, "
      "?2), tries = 0, "
      "leased_until = NULL, state = CASE WHEN wanted_revision > ?2 THEN 'waiting' ELSE 'sent' END WHERE id = ?3",
      remote_id, revision, outbox);
  return {};
}

Status not_sent(Work& work, const std::string& outbox, const std::string& state, Time not_before) {
  if (state != "waiting" && state != "unsure" && state != "gone")
    return failure(ErrorKind::kBug, "The store knows no unsent message in state " + state + ".");
  work.db.change("UPDATE outbox SET state = ?, not_before = ?, tries = tries + 1, leased_until = NULL WHERE id = ?",
                 state, not_before, outbox);
  return {};
}

}  // namespace apiops::sqlite
