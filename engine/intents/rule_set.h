// The rules as data: what people say for each intent (intents/*.yaml). The build compiles them into the binary; a
// folder of an operator's own can be read in their place.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/result.h"

namespace apiops {

struct IntentRule {
  std::string name, title, example;  // errors.report, "Error report", "check Twilio errors"
  bool change = false;               // has an effect: only an imperative asks for it
  std::string service;               // where the intent belongs to one service only
  std::vector<std::string> slots;    // the names of operations.md that are looked for
  struct Line {
    std::string text;
    int line = 0;
  };
  std::vector<Line> patterns;  // RE2 over the reduced text (reduce.h), macros put in
  std::vector<Line> examples, counter_examples;
  std::string file;
};

struct ConsoleSetting {
  std::string service, setting, pattern, url;
};

struct RuleSet {
  std::vector<IntentRule> intents;
  std::vector<ConsoleSetting> console;
  std::map<std::string, std::string> aliases;  // a word as people write it → the word that patterns use
  std::vector<std::string> vocabulary;         // words that a slip of one letter is led back to
};

// The rules that were compiled into the binary (library apiops_rules).
RuleSet compiled_rules();

// One file added to `rules`. An Error names file, line and key.
Status add_rule_file(RuleSet& rules, std::string_view yaml, const std::string& file);
// All *.yaml of a folder, in the order of their names.
Result<RuleSet> load_rules(const std::string& folder);

}  // namespace apiops
