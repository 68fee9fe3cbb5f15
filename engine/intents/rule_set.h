// The rules as data: what people say for each intent (intents/*.yaml, described in intents/README.md). The build
// compiles them into the binary; a team's own folder overrides and adds.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/result.h"
#include "engine/intents/needs.h"

namespace apiops {

inline constexpr double kPlainWeight = 0.75;  // of a pattern that names none

struct IntentRule {
  std::string name, title, example;  // errors.report, "Error report", "check Twilio errors"
  bool change = false;               // has an effect: only an imperative asks for it
  std::string service;               // where the intent belongs to one service only
  std::vector<std::string> slots;    // the names of operations.md that are looked for
  struct Line {
    std::string text;
    int line = 0;
  };
  struct Pattern {
    std::string text;  // RE2 over the reduced text (reduce.h), macros put in
    int line = 0;
    double weight = kPlainWeight;  // how sure it is where it matches: 0.5 (a hint) to 1
    Needs needs{};
  };
  std::vector<Pattern> patterns;
  std::vector<Line> against;  // where one of these is found, the intent is not meant
  std::vector<Line> examples, counter_examples;
  std::string answer;  // of a team's own rule: the text that it answers with, slots as {name}
  std::string file;
};

// What speaks against more than one intent: a negation, a condition, somebody else's words.
struct Evidence {
  std::string name;  // "told not to"
  std::string pattern;
  std::string where;                // before: earlier in the sentence · clause: in the request · anywhere
  std::string against = "changes";  // or questions, or concepts, or everything
  std::string unless{};             // where this is found, it says nothing
  double weight = 1;                // taken from the score
};

// Words and phrases for one thing: "sms", "texts", "one-time code" for messages.
struct Concept {
  std::string name;
  std::vector<std::string> phrases;
};

// The concepts that an intent is known by where no pattern fits: one of each group, none of `without`.
struct Sense {
  std::string intent;
  std::vector<std::vector<std::string>> of;
  std::vector<std::string> without;
  double weight = 0;  // how sure, as a pattern's
};

struct ConsoleSetting {
  std::string service, setting, pattern, url;
  Needs needs{};
};

struct RuleSet {
  std::vector<IntentRule> intents;
  std::vector<ConsoleSetting> console;
  std::vector<Evidence> evidence;
  std::vector<Concept> concepts;
  std::vector<Sense> senses;
  std::vector<std::string> anchors;            // concepts that only this work has
  std::vector<std::string> plain_words;        // say nothing about what is meant
  std::vector<std::string> orders;             // what a sentence that asks for a deed begins with
  std::map<std::string, std::string> aliases;  // a word as people write it → the word that patterns use
  std::vector<std::string> vocabulary;         // words that a slip is led back to, beside those of the examples
  std::vector<std::string> ordinary_words;     // right as they are, though near to a word of the vocabulary
  std::map<std::string, std::string> macros;   // {name} in a pattern
};

// The rules that were compiled into the binary (library apiops_rules).
RuleSet compiled_rules();
// The JSON Schema of rule files, for editors (`apiops rules schema`).
std::string_view rules_schema();

// One file added to `rules`: an intent that is there already is replaced. An Error names file, line and key.
Status add_rule_file(RuleSet& rules, std::string_view yaml, const std::string& file);
// All *.yaml of a folder, in the order of their names, added to `rules`.
Result<RuleSet> load_rules(const std::string& folder, RuleSet rules = {});

}  // namespace apiops
