// An agent's home: the folder of its store, its ledger (demo) and its control socket. One process owns it at a time.
#pragma once

#include <string>

#include "engine/base/result.h"
#include "engine/base/time.h"

namespace apiops {

// `name` below the user's state directory ($XDG_STATE_HOME or ~/.local/state): ".../apiops/demo".
std::string default_home(const std::string& name);

class Home {
 public:
  // Makes the folder (0700) and takes its lock. kUnavailable: another process has it.
  static Result<Home> take(const std::string& path);
  Home(Home&& other) noexcept : path_(std::move(other.path_)), lock_(other.lock_) { other.lock_ = -1; }
  Home& operator=(Home&&) = delete;
  ~Home();

  const std::string& path() const { return path_; }
  std::string store() const { return path_ + "/store.sqlite"; }
  std::string ledger() const { return path_ + "/ledger.jsonl"; }
  std::string control() const { return path_ + "/control"; }
  static std::string control_of(const std::string& path) { return path + "/control"; }

  // The demo's story is told relative to now: one that is older than `kept` begins again, and what was done in it is
  // gone.
  Status begin_again_if(bool fresh, Time now, Duration kept) const;

 private:
  Home(std::string path, int lock) : path_(std::move(path)), lock_(lock) {}
  std::string path_;
  int lock_ = -1;
};

}  // namespace apiops
