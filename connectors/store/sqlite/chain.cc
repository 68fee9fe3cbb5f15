#include "connectors/store/sqlite/chain.h"

#include "engine/ports/store.h"

namespace apiops::sqlite {

AuditChain AuditChain::open(Connection& db, std::string chain, Time now) {
  std::string follows_chain, follows_hash;
  long long follows_seq = 0;
  {
    Query last = db.query(
        "SELECT a.chain, a.seq, a.hash FROM audit a JOIN audit_chain c ON c.chain = a.chain ORDER BY c.rowid DESC, "
        "a.seq DESC LIMIT 1");
    if (last.step()) {
      follows_chain = last.text(0);
      follows_seq = last.integer(1);
      follows_hash = last.text(2);
    }
  }
  const std::string because = follows_chain.empty() ? "new store" : "start";
  db.change(
      "INSERT INTO audit_chain (chain, opened_by, because, follows_chain, follows_seq, follows_hash, opened_at) "
      "VALUES (?, 'agent', ?, ?, ?, ?, ?)",
      chain, because, follows_chain, follows_seq, follows_hash, now);
  AuditChain opened(std::move(chain));
  AuditEntry first;
  first.kind = "chain";
  first.record = {{"action_taken", "opened a chain of the audit trail"},
                  {"context", because},
                  {"result", "success"},
                  {"severity", "info"},
                  {"follows_chain", follows_chain},
                  {"follows_seq", follows_seq},
                  {"follows_hash", follows_hash}};
  opened.append(db, now, first);
  return opened;
}

void AuditChain::append(Connection& db, Time now, const AuditEntry& entry) {
  const long long seq = head_.seq + 1;
  const std::string record = audit_canonical(chain_, seq, now, entry);
  std::string hash = audit_hash(head_.hash, record);
  db.change(
      "INSERT INTO audit (chain, seq, at, team, kind, person, plan, service, resource, canonical, previous_hash, hash) "
      "VALUES (?, ?, ?, 'main', ?, ?, ?, ?, ?, ?, ?, ?)",
      chain_, seq, now, entry.kind, entry.person, entry.plan, entry.service, entry.resource, record, head_.hash, hash);
  head_ = {.seq = seq, .hash = std::move(hash)};
}

Status head_published(Connection& db, const AuditHead& head) {
  db.change(
      "INSERT INTO audit_head (chain, seq, signature, key_id, published, at) VALUES (?, ?, ?, ?, ?, ?) "
      "ON CONFLICT (chain, seq) DO UPDATE SET signature = excluded.signature, key_id = excluded.key_id, published = "
      "excluded.published",
      head.chain, head.seq, head.signature, head.key_id, head.published, head.at);
  return {};
}

}  // namespace apiops::sqlite
