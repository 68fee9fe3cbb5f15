// The simulated services as a process of their own, with their ledger on disk. Started and ended by the driver.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "tests/crash/shared.h"

namespace apiops::crash {

class FarSide {
 public:
  FarSide(std::string ledger, Shared& shared);
  ~FarSide();
  FarSide(const FarSide&) = delete;
  FarSide& operator=(const FarSide&) = delete;

  const std::map<std::string, std::string>& environment() const { return environment_; }
  const std::map<std::string, std::string>& hosts() const { return hosts_; }
  const std::string& charge(std::size_t n) const { return charges_[n % charges_.size()]; }  // one that succeeded
  // Trouble from here on: {"service", "kind", "path_regex", "value", "count"}; an empty object clears.
  void trouble(const Json& fault);
  // Until everything that was sent to it has been taken: two calls in a row, answered.
  void drain();
  // Effects that it really had since `from`, as its ledger on disk says.
  std::vector<Json> effects(std::size_t from) const;
  std::size_t effects_so_far() const { return effects(0).size(); }

 private:
  std::string ledger_;
  std::unique_ptr<Line> line_;
  pid_t process_ = -1;
  std::map<std::string, std::string> environment_, hosts_;
  std::vector<std::string> charges_;
};

}  // namespace apiops::crash
