// Opening the store's file at start: whose it is, whether it is sound, which schema it has. Blocks; runs before the
// loop.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "connectors/store/sqlite/chain.h"
#include "connectors/store/sqlite/connection.h"
#include "connectors/store/sqlite/sqlite_store.h"

namespace apiops::sqlite {

// Held as long as this process owns the store; the operating system lets go of it when the process dies.
class FileLock {
 public:
  static Result<FileLock> take(const std::string& path);
  FileLock(FileLock&& other) noexcept : descriptor_(std::exchange(other.descriptor_, -1)) {}
  FileLock(const FileLock&) = delete;
  FileLock& operator=(const FileLock&) = delete;
  FileLock& operator=(FileLock&&) = delete;
  ~FileLock();

 private:
  explicit FileLock(int descriptor) : descriptor_(descriptor) {}
  int descriptor_;
};

struct OpenedFile {
  FileLock lock;
  std::unique_ptr<Connection> writing, reading;
  std::optional<AuditChain> chain;
  Time clock_mark{};
};

Result<OpenedFile> open_file(const SqliteOptions& options, Time now, const std::string& chain,
                             const std::string& store_id);

}  // namespace apiops::sqlite
