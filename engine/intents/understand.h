// What a message means: one intent with its slots, or what it could be, or nothing. A wrong guess costs a question,
// never a change. Rules are data (intents/*.yaml), compiled into the binary; a folder of a team's own overrides
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
  std::vector<Understanding> also;  // further requests of the same message, in its order
};

// What the same person said before in the same thread.
struct Context {
  std::string intent;
  Json slots = Json::object();
  std::string asked_for;  // the slot that was asked for, or empty
  // What “it”, “that” and “the 628 one” may mean: the last thing of each kind (as Value::kind, and "plan", "alert").
  Json memory = Json::object();
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
  explicit Understander(RuleSet rules, UnderstandSettings settings = {});
  ~Understander();

  // `thread`: null where nothing was said before. Text as the platform sent it.
  Understanding understand(std::string_view text, const Context* thread = nullptr) const;
  // The same with its reasons, for `rules match --explain`: {"read": the reduced text, "readings": [{intent, score,
  // …}]}.
  Json explain(std::string_view text) const;
  // `context` after this message: what a follow-up starts from.
  void remember(const Understanding& meaning, Context& context) const;
  IntentWords words_of(std::string_view intent) const;
  // Of a team's own rule that answers with a text of its own: the text; else empty.
  std::string own_answer(std::string_view intent) const;
  bool is_change(std::string_view intent) const;
  // Where a setting that no API offers is changed by hand, or empty.
  std::string console_url(std::string_view service, std::string_view setting) const;
  // Every example and counter-example of every rule; empty where all hold.
  std::vector<RuleFault> check() const;
  // Patterns that never match an example, that an earlier one of the same intent shadows, or that catch another
  // intent's examples so that it loses them.
  std::vector<RuleFault> lint() const;
  std::size_t examples() const;
  std::string version() const;  // digest of the rules, for the record

 private:
  struct Parts;
  std::unique_ptr<const Parts> parts_;
};

// The object that `rules match --json` prints for one line; `thread` is carried on where it is not null.
Json match_line(const Understander& understander, std::string_view text, Context* thread);

}  // namespace apiops
