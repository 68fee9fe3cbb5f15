// Reads YAML into values and collects what is wrong, with its place: "apiops.yaml:12: unknown key “aprovers” (did you
// mean “approvers”?)". Never shows a value that may be a secret.
#pragma once

#include <yaml-cpp/yaml.h>

#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "engine/base/money.h"
#include "engine/base/result.h"
#include "engine/base/time.h"

namespace apiops {

class Reader {
 public:
  explicit Reader(std::string file) : file_(std::move(file)) {}

  void fault(const YAML::Node& at, const std::string& what) { fault_at(at.Mark().line + 1, what); }
  void fault_at(int line, const std::string& what);
  void take_faults_of(const Reader& other);
  const std::vector<std::string>& faults() const { return faults_; }
  const std::string& file() const { return file_; }

  using Key = std::function<void(const YAML::Node&)>;
  // Calls the reader of every key that is there; others are faults.
  void map(const YAML::Node& node, const std::string& where, const std::map<std::string, Key>& keys);
  void each(const YAML::Node& node, const std::string& where, const Key& read);
  void text(const YAML::Node& node, std::string& into, const std::string& where);
  void texts(const YAML::Node& node, std::vector<std::string>& into, const std::string& where);
  void texts(const YAML::Node& node, std::set<std::string>& into, const std::string& where);
  void flag(const YAML::Node& node, bool& into, const std::string& where);
  void span(const YAML::Node& node, Duration& into, const std::string& where);               // "30s", "15m", "4h"
  void money(const YAML::Node& node, std::optional<Money>& into, const std::string& where);  // "200 usd"
  template <typename T>
  void number(const YAML::Node& node, T& into, long long least, long long most, const std::string& where) {
    if (const auto value = whole_number(node, least, most, where)) into = static_cast<T>(*value);
  }

  // Readers of one key, for map().
  Key into(std::string& value, std::string where);
  Key into(std::vector<std::string>& value, std::string where);
  Key into(std::set<std::string>& value, std::string where);
  Key into(bool& value, std::string where);

 private:
  std::optional<long long> whole_number(const YAML::Node& node, long long least, long long most,
                                        const std::string& where);
  std::string file_;
  std::vector<std::string> faults_;
};

// At most kMaxConfigBytes.
Result<std::string> read_whole_file(const std::string& path);
inline constexpr std::size_t kMaxConfigBytes = 1u << 20;

}  // namespace apiops
