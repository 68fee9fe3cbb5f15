// How long rows are kept (data-model.md, "How long"). Runs on the writer's thread between commits, a bounded number of
// rows at a time, so that nobody waits for it.
#pragma once

#include <chrono>

#include "connectors/store/sqlite/chain.h"
#include "connectors/store/sqlite/connection.h"
#include "connectors/store/sqlite/sqlite_store.h"

namespace apiops::sqlite {

class Retention {
 public:
  explicit Retention(Keep keep) : keep_(keep) {}
  // What it cuts of the audit trail is said by a record in `chain`.
  void after_commit(Connection& db, AuditChain& chain, Time now);

 private:
  Keep keep_;
  Time next_{};
};

}  // namespace apiops::sqlite
