#include "connectors/store/sqlite/retention.h"

#include <array>

namespace apiops::sqlite {

namespace {

constexpr auto kEvery = std::chrono::minutes(10);
constexpr int kRowsATime = 1'000;  // of each table

}  // namespace

// Rows that are still at work are never deleted, however old. A failure leaves the rows for the next time: nothing
// rests on it.
void Retention::after_commit(Connection& db, Time now) {
  if (now < next_) return;
  next_ = now + kEvery;
  struct Rule {
    const char* sql;
    Time before;
  };
  const std::array<Rule, 7> rules{{
      {"DELETE FROM inbox WHERE rowid IN (SELECT rowid FROM inbox WHERE received_at < ? AND state IN ('done', "
       "'refused') LIMIT ?)",
       now - keep_.inbox},
      {"DELETE FROM ask WHERE rowid IN (SELECT rowid FROM ask WHERE at < ? LIMIT ?)", now - keep_.ask},
      {"DELETE FROM conversation WHERE rowid IN (SELECT rowid FROM conversation WHERE ends_at < ? LIMIT ?)",
       now - keep_.conversation},
      {"DELETE FROM result WHERE rowid IN (SELECT rowid FROM result WHERE ends_at < ? LIMIT ?)", now},
      {"DELETE FROM button WHERE rowid IN (SELECT rowid FROM button WHERE ends_at < ? LIMIT ?)", now - keep_.button},
      {"DELETE FROM outbox WHERE rowid IN (SELECT rowid FROM outbox WHERE changed_at < ? AND state IN ('sent', 'gone') "
       "LIMIT ?)",
       now - keep_.outbox},
      {"DELETE FROM reading WHERE (monitor, at) IN (SELECT monitor, at FROM reading WHERE at < ? LIMIT ?)",
       now - keep_.reading},
  }};
  try {
    db.change("BEGIN IMMEDIATE");
    int deleted = 0;
    for (const auto& rule : rules) deleted += db.change(rule.sql, rule.before, kRowsATime);
    db.change(deleted > 0 ? "COMMIT" : "ROLLBACK");
  } catch (const SqliteFailure&) {
    if (db.in_transaction()) db.script("ROLLBACK");
  }
}

}  // namespace apiops::sqlite
