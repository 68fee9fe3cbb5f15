#include "connectors/store/sqlite/outbox.h"

#include "connectors/store/sqlite/rows.h"
#include "connectors/store/sqlite/together.h"

namespace apiops::sqlite {

namespace {

#define APIOPS_OPEN(table) table ".state IN ('waiting', 'sending', 'unsure')"

constexpr auto kSendingLease =
    std::chrono::minutes(2);  // longer than any delivery may take; after it the row counts as unsure

}  // namespace

// The rows of one state that may go, in the order of an index: nothing is sorted or scanned, however much waits.
// (SQLite finds a partial index only where its own condition is repeated.)
#define APIOPS_DUE_IN(state) \
  "SELECT " APIOPS_OUTBOX_COLUMNS                                                                                    \
  " FROM outbox o WHERE " APIOPS_OPEN("o") " AND o.state = '" state                                                  \
  "' AND o.not_before <= ?1 AND NOT EXISTS (SELECT 1 FROM outbox b WHERE " APIOPS_OPEN("b") " AND b.connector = "    \
  "o.connector AND b.workspace = o.workspace AND b.channel = o.channel AND b.thread = o.thread AND b.rowid <> "      \
  "o.rowid AND (b.state = 'sending' OR ((b.not_before <= ?1 OR b.sent_revision = 0) AND (b.changed_at, b.rowid) < "  \
  "(o.changed_at, o.rowid)))) ORDER BY o.changed_at, o.rowid LIMIT ?2"

// A row keeps the state it had (`waiting` or `unsure`) in what is returned: the sender looks an unsure one up first. In
// each place the row that was wanted first goes first, none while another one of that place is on its way, and none
// before an older one that was never posted.
Result<std::vector<OutboxRow>> due(Work& work, std::size_t at_most) {
  work.db.change("UPDATE outbox SET state = 'unsure', leased_until = NULL WHERE " APIOPS_OPEN(
                     "outbox") " AND state = 'sending' AND leased_until <= ?",
                 work.now);
  std::vector<OutboxRow> rows;
  for (const char* heads_of : {APIOPS_DUE_IN("unsure"), APIOPS_DUE_IN("waiting")}) {
    if (rows.size() >= at_most) break;
    Query heads = work.db.query(heads_of, work.now, at_most - rows.size());
    while (heads.step()) rows.push_back(outbox_row(heads));
  }
  for (const auto& row : rows)
    work.db.change("UPDATE outbox SET state = 'sending', leased_until = ? WHERE id = ?", work.now + kSendingLease,
                   row.id);
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
