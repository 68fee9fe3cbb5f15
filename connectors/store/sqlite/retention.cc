#include "connectors/store/sqlite/retention.h"

#include <array>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <vector>

#include "engine/ports/store.h"

namespace apiops::sqlite {

namespace {

constexpr auto kEvery = std::chrono::minutes(10);
constexpr int kRowsATime = 1'000;  // of each table
constexpr int kChainsATime = 100;  // of the audit trail

// Where a chain that begins at `first` can be cut: at the furthest published head within a bounded number of records,
// else at the next one. 0: nowhere yet.
long long cut_at(Connection& db, const std::string& chain, long long first, Time before) {
  Query row = db.query(
      "SELECT coalesce(max(CASE WHEN h.seq <= ?2 + ?4 THEN h.seq END), min(h.seq), 0) FROM audit_head h JOIN audit r "
      "ON "
      "r.chain = h.chain AND r.seq = h.seq WHERE h.chain = ?1 AND h.seq > ?2 AND r.at < ?3",
      chain, first, before, kRowsATime);
  return row.step() ? row.integer(0) : 0;
}

// The head stays, so that the chain can still be proven from there on; and a record says where every chain that was
// ever cut begins, so that nobody else's cut passes for one of ours.
int cut_audit(Connection& db, AuditChain& own, Time now, Time before) {
  std::vector<std::pair<std::string, long long>> chains;
  {
    Query row = db.query("SELECT chain, min(seq) FROM audit WHERE at < ? GROUP BY chain LIMIT ?", before, kChainsATime);
    while (row.step()) chains.emplace_back(row.text(0), row.integer(1));
  }
  int deleted = 0;
  for (const auto& [chain, first] : chains)
    if (const long long cut = cut_at(db, chain, first, before); cut > 0)
      deleted += db.change("DELETE FROM audit WHERE chain = ? AND seq < ?", chain, cut);
  if (deleted == 0) return 0;
  AuditEntry entry{.kind = std::string(kAuditCut)};
  entry.record = {{"action_taken", "removed older records of the audit trail"},
                  {"context", std::to_string(deleted) + " records before " + to_iso8601(before)},
                  {"result", "success"},
                  {"severity", "info"},
                  {"cuts", Json::array()}};
  {
    Query row = db.query(
        "SELECT a.chain, a.seq, a.hash FROM audit a JOIN (SELECT chain, min(seq) AS seq FROM audit GROUP BY chain) AS "
        "f "
        "ON a.chain = f.chain AND a.seq = f.seq WHERE a.seq > 1");
    while (row.step())
      entry.record["cuts"].push_back({{"chain", row.text(0)}, {"seq", row.integer(1)}, {"hash", row.text(2)}});
  }
  own.append(db, now, entry);
  return deleted;
}

}  // namespace

// Rows that are still at work are never deleted, however old. A failure leaves the rows for the next time: nothing
// rests on it.
void Retention::after_commit(Connection& db, AuditChain& chain, Time now) {
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
  const AuditChain::Head before = chain.head();
  try {
    db.change("BEGIN IMMEDIATE");
    int deleted = 0;
    for (const auto& rule : rules) deleted += db.change(rule.sql, rule.before, kRowsATime);
    if (keep_.audit > Duration(0)) deleted += cut_audit(db, chain, now, now - keep_.audit);
    db.change(deleted > 0 ? "COMMIT" : "ROLLBACK");
  } catch (const SqliteFailure&) {
    chain.back_to(before);
    if (db.in_transaction()) db.script("ROLLBACK");
  }
}

}  // namespace apiops::sqlite
