// This process's chain of the audit trail. Lives on the writer's thread. The head in memory moves with each record, and
// back when the savepoint or the commit that held the record fails.
#pragma once

#include <string>

#include "connectors/store/sqlite/connection.h"
#include "engine/ports/store_rows.h"

namespace apiops::sqlite {

class AuditChain {
 public:
  struct Head {
    long long seq = 0;
    std::string hash;
  };

  // Opens a chain with a record that names the one it follows. Inside a transaction of the caller's.
  static AuditChain open(Connection& db, std::string chain, Time now);

  void append(Connection& db, Time now, const AuditEntry& entry);
  const Head& head() const { return head_; }
  void back_to(Head head) { head_ = std::move(head); }
  const std::string& name() const { return chain_; }

 private:
  explicit AuditChain(std::string chain) : chain_(std::move(chain)) {}
  std::string chain_;
  Head head_;
};

// A head that the second place has taken.
Status head_published(Connection& db, const AuditHead& head);

}  // namespace apiops::sqlite
