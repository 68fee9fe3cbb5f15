// The rules in force: the built-in ones, and those of a team's own folder on top. The folder may change while the agent
// runs; files that can't be read, or whose examples don't hold, are refused and the rules that were in force stay.
// Event-loop thread only.
#pragma once

#include <memory>
#include <string>

#include "engine/base/result.h"
#include "engine/base/time.h"
#include "engine/intents/understand.h"

namespace apiops {

class RuleBook {
 public:
  // `folder` may be empty. Where its rules are refused, the built-in ones are in force alone.
  RuleBook(RuleSet built_in, std::string folder, UnderstandSettings settings);
  ~RuleBook();

  // Valid until the next `refresh`.
  const Understander& current() const { return *current_; }
  // Reads the folder again where it changed since; looks at most every two seconds.
  void refresh(Time now);
  // Why the folder's rules are not in force: "team.yaml:12: …"; empty where they are.
  const std::string& trouble() const { return trouble_; }

 private:
  void read();
  std::string stamp() const;  // of the folder's files: their names, sizes and times

  std::unique_ptr<const RuleSet> built_in_;
  std::string folder_;
  UnderstandSettings settings_;
  std::unique_ptr<const Understander> current_;
  std::string stamp_, trouble_;
  Time looked_{};
};

}  // namespace apiops
