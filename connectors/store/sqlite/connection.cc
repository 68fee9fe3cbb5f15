#include "connectors/store/sqlite/connection.h"

#include <fmt/format.h>

namespace apiops::sqlite {

namespace {

// What a person is told: what happened, what it means, what to do. SQLite's own words follow where they help.
Error told(int code, const std::string& message) {
  switch (code & 0xff) {
    case SQLITE_FULL:
      return {ErrorKind::kUnavailable,
              "The store has no space left. Nothing was changed. Free some space on its disk; no restart is needed.",
              "store_full"};
    case SQLITE_READONLY:
    case SQLITE_PERM:
    case SQLITE_AUTH:
    case SQLITE_CANTOPEN:
      return {ErrorKind::kUnavailable,
              fmt::format("The store can't be written ({}). Nothing was changed. Check the rights of its file and "
                          "folder, and that the disk is "
                          "not mounted read-only.",
                          message),
              "store_read_only"};
    case SQLITE_IOERR:
      return {ErrorKind::kUnavailable,
              fmt::format("The disk that holds the store failed ({}). No decision is taken until the agent is started "
                          "again. Check the disk.",
                          message),
              "store_io"};
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return {ErrorKind::kUnavailable,
              "Another program holds the store's file. Nothing was changed. Close it and try again.", "store_busy"};
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
      return {
          ErrorKind::kUnavailable,
          fmt::format(
              "The store's file is damaged ({}). Nothing was changed. Stop the agent and restore a copy of the file.",
              message),
          "store_damaged"};
    case SQLITE_CONSTRAINT:
      return {ErrorKind::kRejected, fmt::format("The store refused a row ({}). Nothing was changed.", message),
              "store_constraint"};
    default:
      return {ErrorKind::kBug, fmt::format("The store failed: {} (SQLite {}). Nothing was changed.", message, code),
              "store_bug"};
  }
}

}  // namespace

SqliteFailure::SqliteFailure(int code, const std::string& message) : code_(code), error_(told(code, message)) {}

Query::~Query() {
  if (!statement_) return;
  if (owned_) {
    sqlite3_finalize(statement_);
    return;
  }
  sqlite3_reset(statement_);
  sqlite3_clear_bindings(statement_);
}

void Query::check(int code) const {
  if (code != SQLITE_OK) throw SqliteFailure(sqlite3_extended_errcode(db_), sqlite3_errmsg(db_));
}
void Query::bind_text(std::string_view text) {
  check(sqlite3_bind_text64(statement_, next_++, text.empty() ? "" : text.data(), text.size(), SQLITE_TRANSIENT,
                            SQLITE_UTF8));
}
void Query::bind_integer(std::int64_t value) { check(sqlite3_bind_int64(statement_, next_++, value)); }
void Query::bind_real(double value) { check(sqlite3_bind_double(statement_, next_++, value)); }
void Query::bind_null() { check(sqlite3_bind_null(statement_, next_++)); }

bool Query::step() {
  const int code = sqlite3_step(statement_);
  if (code == SQLITE_ROW) return true;
  if (code == SQLITE_DONE) return false;
  throw SqliteFailure(sqlite3_extended_errcode(db_), sqlite3_errmsg(db_));
}

std::string Query::text(int column) const {
  const unsigned char* bytes = sqlite3_column_text(statement_, column);
  if (!bytes) return {};
  return {reinterpret_cast<const char*>(bytes), static_cast<std::size_t>(sqlite3_column_bytes(statement_, column))};
}

// What this store wrote itself; a value that is not JSON was tampered with and reads as null.
Json Query::json(int column) const {
  auto value = parse_json(text(column));
  return value ? std::move(*value) : Json();
}

Connection::Connection(const std::string& path) {
  const int code =
      sqlite3_open_v2(path.c_str(), &db_, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE, nullptr);
  if (code != SQLITE_OK) {
    SqliteFailure failure(code, db_ ? sqlite3_errmsg(db_) : "out of memory");
    sqlite3_close(db_);
    throw failure;
  }
  constexpr int kBusyMilliseconds = 5'000;
  sqlite3_busy_timeout(db_, kBusyMilliseconds);
}

Connection::~Connection() {
  for (auto& [sql, statement] : prepared_) sqlite3_finalize(statement);
  sqlite3_close(db_);
}

Query Connection::prepare(std::string_view sql) {
  auto found = prepared_.find(sql);
  if (found != prepared_.end() && sqlite3_stmt_busy(found->second) == 0) return {db_, found->second, false};
  sqlite3_stmt* statement = nullptr;
  if (sqlite3_prepare_v3(db_, sql.data(), static_cast<int>(sql.size()), SQLITE_PREPARE_PERSISTENT, &statement,
                         nullptr) != SQLITE_OK)
    throw SqliteFailure(sqlite3_extended_errcode(db_), sqlite3_errmsg(db_));
  if (found != prepared_.end()) return {db_, statement, true};
  prepared_.emplace(sql, statement);
  return {db_, statement, false};
}

void Connection::leave_log_at_close() { sqlite3_db_config(db_, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, nullptr); }

void Connection::script(const std::string& sql) {
  if (sqlite3_exec(db_, sql.c_str(), nullptr, nullptr, nullptr) != SQLITE_OK)
    throw SqliteFailure(sqlite3_extended_errcode(db_), sqlite3_errmsg(db_));
}

}  // namespace apiops::sqlite
