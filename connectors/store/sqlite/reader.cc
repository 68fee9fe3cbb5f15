#include "connectors/store/sqlite/reader.h"

namespace apiops::sqlite {

// A read that failed holds nothing that matters; if even this fails, the next BEGIN says so.
void Reader::leave() {
  try {
    if (db_->in_transaction()) db_->change("ROLLBACK");
  } catch (const SqliteFailure&) {
  }
}

}  // namespace apiops::sqlite
