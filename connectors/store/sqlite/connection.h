// One connection to the store's file, with its prepared statements. Used by one thread at a time: the writer's or the
// reader's. A statement that fails throws SqliteFailure: it always ends the whole unit of work, and is caught in one
// place, where the unit is rolled back and the failure becomes an Error (writer.cc, reader.cc).
#pragma once

#include <sqlite3.h>

#include <cstdint>
#include <exception>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <unordered_map>
#include <utility>

#include "engine/base/json.h"
#include "engine/base/result.h"
#include "engine/base/time.h"

namespace apiops::sqlite {

class SqliteFailure final : public std::exception {
 public:
  SqliteFailure(int code, const std::string& message);
  const char* what() const noexcept override { return error_.what.c_str(); }
  const Error& error() const { return error_; }
  int code() const { return code_; }  // extended
  bool damaged() const { return (code_ & 0xff) == SQLITE_CORRUPT || (code_ & 0xff) == SQLITE_NOTADB; }
  bool io() const { return (code_ & 0xff) == SQLITE_IOERR; }

 private:
  int code_;
  Error error_;
};

// A running statement. Goes back to the connection when it ends.
class Query {
 public:
  Query(sqlite3* db, sqlite3_stmt* statement, bool owned) : db_(db), statement_(statement), owned_(owned) {}
  Query(Query&& other) noexcept
      : db_(other.db_),
        statement_(std::exchange(other.statement_, nullptr)),
        owned_(other.owned_),
        next_(other.next_) {}
  Query(const Query&) = delete;
  Query& operator=(const Query&) = delete;
  Query& operator=(Query&&) = delete;
  ~Query();

  template <typename Value>
  void bind(const Value& value) {
    if constexpr (std::is_same_v<Value, Json>) {
      bind_text(canonical(value));
    } else if constexpr (std::is_same_v<Value, Time>) {
      bind_integer(to_millis(value));
    } else if constexpr (std::is_same_v<Value, std::optional<Time>>) {
      value ? bind_integer(to_millis(*value)) : bind_null();
    } else if constexpr (std::is_floating_point_v<Value>) {
      bind_real(value);
    } else if constexpr (std::is_integral_v<Value>) {
      bind_integer(static_cast<std::int64_t>(value));
    } else {
      bind_text(std::string_view(value));
    }
  }

  bool step();  // true: a row is there
  std::string text(int column) const;
  std::int64_t integer(int column) const { return sqlite3_column_int64(statement_, column); }
  double real(int column) const { return sqlite3_column_double(statement_, column); }
  bool is_null(int column) const { return sqlite3_column_type(statement_, column) == SQLITE_NULL; }
  Time time(int column) const { return from_millis(integer(column)); }
  std::optional<Time> optional_time(int column) const {
    return is_null(column) ? std::nullopt : std::optional(time(column));
  }
  Json json(int column) const;

 private:
  void bind_text(std::string_view text);
  void bind_integer(std::int64_t value);
  void bind_real(double value);
  void bind_null();
  void check(int code) const;

  sqlite3* db_;
  sqlite3_stmt* statement_;
  bool owned_;
  int next_ = 1;
};

class Connection {
 public:
  // Throws SqliteFailure. The file must exist already.
  explicit Connection(const std::string& path);
  ~Connection();
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  template <typename... Values>
  Query query(std::string_view sql, const Values&... values) {
    Query query = prepare(sql);
    (query.bind(values), ...);
    return query;
  }
  // Runs a change; how many rows it changed.
  template <typename... Values>
  int change(std::string_view sql, const Values&... values) {
    Query statement = query(sql, values...);
    while (statement.step()) {
    }
    return sqlite3_changes(db_);
  }
  void script(const std::string& sql);  // many statements, nothing bound
  void leave_log_at_close();            // looks without touching: closing does not write the log into the file
  bool in_transaction() const { return sqlite3_get_autocommit(db_) == 0; }
  std::int64_t total_changes() const { return sqlite3_total_changes64(db_); }
  bool read_only() const { return sqlite3_db_readonly(db_, "main") == 1; }

 private:
  Query prepare(std::string_view sql);

  struct TextHash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>{}(text); }
  };
  sqlite3* db_ = nullptr;
  std::unordered_map<std::string, sqlite3_stmt*, TextHash, std::equal_to<>>
      prepared_;  // one for each text in this folder
};

}  // namespace apiops::sqlite
