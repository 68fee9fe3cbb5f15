// The part of the configuration that says who may do what: `policy:`, in the configuration or in a file of its own.
#pragma once

#include "bot/config/config.h"
#include "bot/config/reader.h"

namespace apiops {

class PolicyReader {
 public:
  // Files are found beside the configuration.
  PolicyReader(Config& config, std::string folder) : config_(config), folder_(std::move(folder)) {}

  // A list of rules, a mapping with all parts, or the name of a file that holds one of the two.
  void read(Reader& r, const YAML::Node& node);
  // Once people are known: every name that a rule uses must be a person or somebody's group. A slip of the pen would
  // otherwise take a right away, or lead to a laxer rule.
  void check_names(Reader& r);

 private:
  void read_file(Reader& r, const YAML::Node& at, const std::string& name);
  void read_book(Reader& r, const YAML::Node& node);
  void read_rule(Reader& r, const YAML::Node& node);
  void read_freeze(Reader& r, const YAML::Node& node);
  void read_limit(Reader& r, const YAML::Node& node);
  void read_break_glass(Reader& r, const YAML::Node& node);
  void read_autofix(Reader& r, const YAML::Node& node);
  void read_hearing(Reader& r, const YAML::Node& node);
  void read_place(Reader& r, const YAML::Node& node, Place& place);
  void read_hours(Reader& r, const YAML::Node& node, std::optional<Hours>& hours);
  void read_time(Reader& r, const YAML::Node& node, std::optional<Time>& time);
  // Groups or people, remembered for check_names().
  Reader::Key names(Reader& r, std::set<std::string>& into, const std::string& where);
  std::map<std::string, Reader::Key> scope_keys(Reader& r, Scope& scope);
  void remember(Reader& r, const YAML::Node& node, const std::string& name);

  struct Used {
    std::string file;
    int line = 0;
    std::string name;
  };
  Config& config_;
  std::string folder_;
  std::vector<Used> used_;
  bool in_file_ = false;
};

}  // namespace apiops
