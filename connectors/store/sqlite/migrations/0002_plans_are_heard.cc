// What an approved plan holds of an allowance, and when a plan was escalated.
#include "connectors/store/sqlite/migrations/migrations.h"

namespace apiops::sqlite {

const char* const kMigration0002 = R"sql(
CREATE TABLE allowance_hold (
  plan TEXT NOT NULL REFERENCES plan(id), rule TEXT NOT NULL, window TEXT NOT NULL, amount INTEGER NOT NULL,
  PRIMARY KEY (plan, rule, window)) STRICT, WITHOUT ROWID;
ALTER TABLE plan ADD COLUMN escalated_at INTEGER;
)sql";

}  // namespace apiops::sqlite
