#include "bot/home.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

namespace apiops {

namespace fs = std::filesystem;

std::string default_home(const std::string& name) {
  const char* state = std::getenv("XDG_STATE_HOME");
  const char* home = std::getenv("HOME");
  const fs::path base =
      state && *state ? fs::path(state) : fs::path(home && *home ? home : "/tmp") / ".local" / "state";
  return (base / "apiops" / name).string();
}

Result<Home> Home::take(const std::string& path) {
  std::error_code ec;
  fs::create_directories(path, ec);
  if (ec)
    return failure(ErrorKind::kInvalid,
                   path + ": this folder can't be made (" + ec.message() + "). Name another one with --home.");
  ::chmod(path.c_str(), 0700);
  const int lock = ::open((path + "/lock").c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (lock < 0)
    return failure(ErrorKind::kInvalid, path + ": this folder can't be written to. Name another one with --home.");
  if (::flock(lock, LOCK_EX | LOCK_NB) != 0) {
    ::close(lock);
    return failure(ErrorKind::kUnavailable, path + ": another apiops works in this folder.");
  }
  return Home(path, lock);
}

Home::~Home() {
  if (lock_ >= 0) ::close(lock_);
}

Status Home::begin_again_if(bool fresh, Time now, Duration kept) const {
  const std::string mark = path_ + "/begun";
  long long begun = 0;
  std::ifstream(mark) >> begun;
  // A clock that was put back makes no story old: the store says what time it is at least.
  const bool old = begun <= 0 || now - from_millis(begun) > kept;
  if (!fresh && !old) return {};
  std::error_code ec;
  for (const auto& entry : fs::directory_iterator(path_, ec))
    if (const auto name = entry.path().filename().string();
        name.starts_with("store.sqlite") || name.starts_with("ledger") || name == "audit-heads.jsonl")
      fs::remove(entry.path(), ec);
  if (ec) return failure(ErrorKind::kInvalid, path_ + ": the old story can't be removed (" + ec.message() + ").");
  std::ofstream(mark, std::ios::trunc) << to_millis(now) << '\n';
  return {};
}

}  // namespace apiops
