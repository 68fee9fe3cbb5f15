#include "connectors/store/sqlite/damage.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <fstream>
#include <string_view>

#include "connectors/store/sqlite/connection.h"

namespace apiops::sqlite {

namespace fs = std::filesystem;

namespace {

constexpr std::string_view kAside = ".damaged-";

std::string head_of(const std::string& path, std::size_t bytes) {
  std::string head(bytes, '\0');
  std::ifstream file(path, std::ios::binary);
  file.read(head.data(), static_cast<std::streamsize>(bytes));
  head.resize(static_cast<std::size_t>(file.gcount()));
  return head;
}

// A log whose head is neither SQLite's nor blank was overwritten; SQLite would pass over it in silence, with all that
// it holds.
bool log_destroyed(const std::string& path) {
  const std::string head = head_of(path + "-wal", 32);
  if (head.size() < 4 || std::all_of(head.begin(), head.end(), [](char c) { return c == '\0'; })) return false;
  static constexpr std::string_view kBig("\x37\x7f\x06\x83", 4), kLittle("\x37\x7f\x06\x82", 4);
  const auto magic = std::string_view(head).substr(0, 4);
  return magic != kBig && magic != kLittle;
}

std::string earlier_damage(const std::string& path) {
  const fs::path folder = fs::path(path).parent_path();
  const std::string start = fs::path(path).filename().string() + std::string(kAside);
  std::error_code failed;
  for (const auto& entry : fs::directory_iterator(folder.empty() ? fs::path(".") : folder, failed))
    if (entry.path().filename().string().starts_with(start)) return entry.path().string();
  return {};
}

std::string quick_check(const std::string& path) {
  try {
    Connection db(path);
    db.leave_log_at_close();
    Query row = db.query("PRAGMA quick_check(1)");
    if (!row.step()) return "its check gave no answer";
    return row.text(0) == "ok" ? "" : row.text(0);
  } catch (const SqliteFailure& failure) {
    if (!failure.damaged()) throw;
    return "it is not a sound database";
  }
}

}  // namespace

Result<std::string> find_damage(const std::string& path) {
  std::error_code failed;
  if (!fs::exists(path, failed)) {
    if (fs::exists(path + "-wal", failed) && fs::file_size(path + "-wal", failed) > 0)
      return "its log is there, the file itself is missing";
    const std::string aside = earlier_damage(path);
    if (aside.empty()) return std::string();
    return failure(ErrorKind::kUnavailable,
                   fmt::format("There is no store at {}, because a damaged one was moved to {}. Restore a copy to {}, "
                               "or, to begin with an empty store, "
                               "take the damaged file out of that folder.",
                               path, aside, path),
                   "store_damaged");
  }
  if (fs::file_size(path) == 0) return "it is empty";
  if (head_of(path, 16) != std::string("SQLite format 3\0", 16)) return "its head is destroyed";
  if (log_destroyed(path)) return "its log's head is destroyed";
  return quick_check(path);
}

Error put_aside(const std::string& path, const std::string& damage, Time now) {
  std::string stamp = to_iso8601(now);
  std::erase_if(stamp, [](char c) { return c == ':' || c == '-'; });
  std::string aside = path + std::string(kAside) + stamp;
  std::error_code failed;
  for (int n = 2; fs::exists(aside, failed); ++n) aside = fmt::format("{}{}{}-{}", path, kAside, stamp, n);
  constexpr std::array<std::string_view, 3> kParts{"-wal", "-shm", ""};
  for (auto part : kParts) {
    const std::string from = path + std::string(part);
    if (!fs::exists(from, failed)) continue;
    fs::rename(from, aside + std::string(part), failed);
    if (failed)
      return {ErrorKind::kUnavailable,
              fmt::format("The store {} is damaged ({}) and could not be moved aside ({}). Nothing was started. Move "
                          "it away by hand and restore a copy.",
                          path, damage, failed.message()),
              "store_damaged"};
  }
  return {ErrorKind::kUnavailable,
          fmt::format("The store {} is damaged ({}). It was moved to {}; nothing was overwritten and nothing was "
                      "started. Restore a copy to {}, or, to begin "
                      "with an empty store, take the damaged file out of that folder.",
                      path, damage, aside, path),
          "store_damaged"};
}

}  // namespace apiops::sqlite
