// What a message means: one intent with its slots, or what it could be, or nothing. A wrong guess costs a question,
// never a change. Rules are data (intents/*.yaml), compiled into the binary; a folder of an operator's own overrides
// and adds. Immutable after construction; safe to use from any thread.
#pragma once

#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/json.h"
#include "engine/base/result.h"

namespace apiops {

// `intent` empty: not understood, or too close to tell; then `candidates` holds what to offer (at most three intents).
struct Understanding {
  std::string intent;
  Json slots = Json::object();  // as operations.md says, "Slots, exactly"
  double confidence = 0;
  std::string rule;  // which pattern decided, for the record
  std::vector<std::string> candidates;
};

// What the same person said before in the same thread.
struct Context {
  std::string intent;
  Json slots = Json::object();
  std::string asked_for;  // the slot that was asked for, or empty
};

// For help, for buttons and for "I understood …": how people call an intent, and one way to ask for it.
struct IntentWords {
  std::string title;    // "List failed messages"
  std::string example;  // "list failed messages"
};

struct UnderstandSettings {
  std::string country = "US";  // of national phone numbers
};

struct RuleSet;  // engine/intents/rule_set.h

struct RuleFault {
  std::string file;
  int line = 0;
  std::string what;  // "example “…” matched X instead of Y"
};

class Understander {
 public:
  Understander(RuleSet rules, UnderstandSettings settings = {});
  ~Understander();

  // `thread`: null where nothing was said before. Text as the platform sent it.
  Understanding understand(std::string_view text, const Context* thread = nullptr) const;
  IntentWords words_of(std::string_view intent) const;
  // Where a setting that no API offers is changed by hand, or empty.
  std::string console_url(std::string_view service, std::string_view setting) const;
  // Every example and counter-example of every rule; empty where all hold.
  std::vector<RuleFault> check() const;
  std::size_t examples() const;
  std::string version() const;  // digest of the rules, for the record

 private:
  struct Parts;
  std::unique_ptr<const Parts> parts_;
};

// The object that `rules match --json` prints for one line; `thread` is carried on where it is not null.
Json match_line(const Understander& understander, std::string_view text, Context* thread);

}  // namespace apiops
