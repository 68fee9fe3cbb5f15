#include "connectors/store/sqlite/open_file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>

#include "connectors/store/sqlite/damage.h"
#include "connectors/store/sqlite/migrations/migrations.h"

namespace apiops::sqlite {

namespace fs = std::filesystem;

namespace {

constexpr int kApplicationId = 0x61706f70;  // "apop": tells the file from anybody else's

std::unexpected<Error> cannot(std::string what) {
  return failure(ErrorKind::kUnavailable, std::move(what), "store_unwritable");
}

// Settings of a connection, not of the file; the writer also bounds the file.
std::unique_ptr<Connection> connect(const std::string& path) {
  auto db = std::make_unique<Connection>(path);
  db->script("PRAGMA foreign_keys = ON; PRAGMA synchronous = FULL; PRAGMA trusted_schema = OFF;");
  return db;
}

int schema_version(Connection& db) {
  if (!db.query("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'meta'").step()) return 0;
  Query row = db.query("SELECT CAST(value AS INTEGER) FROM meta WHERE name = 'schema_version'");
  return row.step() ? static_cast<int>(row.integer(0)) : 0;
}

void migrate(Connection& db) {
  for (const auto& migration : migrations()) {
    if (migration.version <= schema_version(db)) continue;
    db.script("BEGIN IMMEDIATE");
    db.script(migration.sql);
    db.change(
        "INSERT INTO meta (name, value) VALUES ('schema_version', ?1) ON CONFLICT (name) DO UPDATE SET value = "
        "excluded.value",
        std::to_string(migration.version));
    db.script("COMMIT");
  }
}

// A new store is made beside its place and moved there whole: an empty or half-made file in that place is always
// damage.
Status create(const std::string& path, const std::string& store_id) {
  const std::string fresh = path + ".new";
  std::error_code ignored;
  fs::remove(fresh, ignored);
  const int file = ::open(fresh.c_str(), O_CREAT | O_EXCL | O_RDWR | O_CLOEXEC, 0600);
  if (file < 0)
    return cannot(fmt::format("The store can't be made at {} ({}). Give the agent a folder that it may write to.", path,
                              std::strerror(errno)));
  ::close(file);
  {
    auto db = connect(fresh);
    db->script(fmt::format("PRAGMA page_size = 4096; PRAGMA application_id = {};", kApplicationId));
    migrate(*db);
    db->change("INSERT INTO meta (name, value) VALUES ('store_id', ?), ('clock_mark', '0')", store_id);
  }
  std::error_code failed;
  fs::rename(fresh, path, failed);
  if (failed) return cannot(fmt::format("The store can't be made at {} ({}).", path, failed.message()));
  return {};
}

Status check_schema(Connection& db, const std::string& path) {
  int id = 0;
  if (Query row = db.query("PRAGMA application_id"); row.step()) id = static_cast<int>(row.integer(0));
  if (id != kApplicationId)
    return failure(
        ErrorKind::kUnavailable,
        fmt::format("{} is a database of another program. It was not touched. Name another file for the store.", path),
        "store_foreign");
  const int version = schema_version(db), known = migrations().back().version;
  if (version > known)
    return failure(ErrorKind::kUnavailable,
                   fmt::format("The store {} was written by a newer apiops (schema {}, this one knows {}). It was not "
                               "touched. Start that version, or restore "
                               "a copy from before the upgrade.",
                               path, version, known),
                   "store_newer");
  return {};
}

// One process owns the file: what another process had in hand when it died is free again, or, where it may have gone
// out, unsure.
void take_over(Connection& db) {
  db.change("UPDATE inbox SET state = 'new', leased_until = NULL WHERE state = 'taken'");
  db.change("UPDATE outbox SET state = 'unsure', leased_until = NULL WHERE state = 'sending'");
}

Result<OpenedFile> open_sound(FileLock lock, const SqliteOptions& options, Time now, const std::string& chain) {
  OpenedFile file{.lock = std::move(lock)};
  file.writing = connect(options.path);
  Connection& db = *file.writing;
  if (db.read_only())
    return cannot(fmt::format("The store {} can only be read. Give the agent the right to write it and its folder.",
                              options.path));
  if (auto known = check_schema(db, options.path); !known) return std::unexpected(known.error());
  if (Query row = db.query("PRAGMA journal_mode = WAL"); !row.step() || row.text(0) != "wal")
    return cannot(
        fmt::format("The store {} can't keep its write-ahead log here. Put it on a local disk.", options.path));
  migrate(db);
  if (options.max_pages > 0) db.script(fmt::format("PRAGMA max_page_count = {};", options.max_pages));
  db.script("BEGIN IMMEDIATE");
  take_over(db);
  if (Query row = db.query("SELECT CAST(value AS INTEGER) FROM meta WHERE name = 'clock_mark'"); row.step())
    file.clock_mark = row.time(0);
  file.chain = AuditChain::open(db, chain, std::max(now, file.clock_mark));
  db.script("COMMIT");
  file.reading = connect(options.path);
  file.reading->script("PRAGMA query_only = ON;");
  return file;
}

}  // namespace

Result<FileLock> FileLock::take(const std::string& path) {
  const std::string name = path + ".lock";
  const int descriptor = ::open(name.c_str(), O_CREAT | O_RDWR | O_CLOEXEC, 0600);
  if (descriptor < 0)
    return cannot(
        fmt::format("The store's folder can't be written ({}: {}). Give the agent a folder that it may write to.", name,
                    std::strerror(errno)));
  FileLock lock(descriptor);
  if (::flock(descriptor, LOCK_EX | LOCK_NB) == 0) return lock;
  return failure(
      ErrorKind::kUnavailable,
      fmt::format("Another apiops works on the store {}. One process owns it: speak to that one, or stop it first.",
                  path),
      "store_owned");
}

FileLock::~FileLock() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

Result<OpenedFile> open_file(const SqliteOptions& options, Time now, const std::string& chain,
                             const std::string& store_id) {
  std::error_code failed;
  if (const fs::path folder = fs::path(options.path).parent_path(); !folder.empty() && !fs::exists(folder, failed)) {
    fs::create_directories(folder, failed);
    if (!failed) fs::permissions(folder, fs::perms::owner_all, failed);
  }
  auto lock = FileLock::take(options.path);
  if (!lock) return std::unexpected(lock.error());
  try {
    auto found = find_damage(options.path);
    if (!found) return std::unexpected(found.error());
    if (!found->empty()) return std::unexpected(put_aside(options.path, *found, now));
    if (!fs::exists(options.path, failed))
      if (auto made = create(options.path, store_id); !made) return std::unexpected(made.error());
    ::chmod(options.path.c_str(), 0600);
    return open_sound(std::move(*lock), options, now, chain);
  } catch (const SqliteFailure& failure) {
    if (failure.damaged()) return std::unexpected(put_aside(options.path, failure.what(), now));
    return std::unexpected(failure.error());
  } catch (const fs::filesystem_error& failure) {
    return cannot(fmt::format("The store {} can't be opened ({}).", options.path, failure.code().message()));
  }
}

}  // namespace apiops::sqlite
