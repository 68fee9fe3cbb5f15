// One thing that can be done with an effect: how it is planned, checked, executed and proven. Each operation is one
// class in its service's folder (connectors/services/<service>/operations/), registered by one line in that service's
// adapter.
#pragma once

#include <asio/awaitable.hpp>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/document.h"
#include "engine/base/money.h"
#include "engine/base/result.h"
#include "engine/base/time.h"

namespace apiops {

enum class Risk : std::uint8_t { kRead, kTest, kChange, kSpend, kDelete, kAuth };
std::string_view to_string(Risk risk);  // "read", "test" …
std::optional<Risk> risk_from_string(std::string_view name);

// One step that is proposed: an operation with exact parameters, and what was seen before.
struct StepDraft {
  std::string service, account = "main";
  std::string operation;  // a name of operations.md
  Risk risk = Risk::kChange;
  Json parameters;                      // exact: nothing is looked up or chosen when it is executed
  Json expected;                        // the state it rests on, as observe() tells it; compared again before execution
  std::optional<Json> undo_parameters;  // parameters of `undo_operation` that restore the old state
  std::string undo_operation;
  // What an approver reads:
  std::string summary;        // "Buy +1 415 555 0162 (US, local, SMS and voice)"
  std::vector<Field> fields;  // before → after, one a line
  std::optional<Money> cost;  // once
  std::optional<Money> monthly_cost;
  std::optional<Money> ceiling;  // it is not executed above this price
  std::string effect;            // what else happens
  std::string undo;              // how it is taken back, or that it can't be
  // Slots that ask for this step alone, {"ids": ["SM…"]}: what failed is offered again with the lists of the failed
  // steps joined. Null: it is not offered again by itself.
  Json retry;
  std::string environment;  // "live", "test"
};

struct PlanDraft {
  std::string title;  // "Buy a phone number"
  std::vector<StepDraft> steps;
  std::vector<std::string> warnings;  // "NEW HOST: hooks.example.net is not in use yet"
  std::vector<Button> alternatives;   // "Pick another number": asks
};

// What a slot is missing, or why nothing can be planned; `choices` become buttons.
struct Refusal {
  std::string what;          // "Which number? You have 12; these 3 had errors today:"
  std::string missing_slot;  // empty: it is not about a slot
  std::vector<Button> choices;
};
struct Planned {
  std::optional<PlanDraft> draft;
  std::optional<Refusal> refusal;  // exactly one of the two is set
};

enum class Outcome : std::uint8_t { kDone, kNotDone, kUnknown };
std::string_view to_string(Outcome outcome);  // "done", "not_done", "unknown"

struct StepResult {
  Outcome outcome = Outcome::kUnknown;
  Json result;                     // ids and values worth keeping; never a secret
  std::string told;                // "+1 415 555 0162 is ours: PN5f0c… · $1.15 a month"
  std::optional<Error> error;      // why it was not done, or is not known
  std::vector<Button> follow_ups;  // "Set its webhook"
};

// Enough to send one attempt, and to find out later what became of it.
struct Attempt {
  std::string id;               // unique for each try; goes into FriendlyName, Idempotency-Key, metadata
  std::string idempotency_key;  // the same for all tries of a step
  Json parameters;
  Json expected;
  Time at{};  // when it was written down: nothing older can be its effect
};

class Operation {
 public:
  virtual ~Operation() = default;
  virtual std::string_view name() const = 0;
  virtual std::string_view title() const = 0;           // "Buy a phone number"
  virtual Risk risk(const Json& parameters) const = 0;  // of the worst case where parameters are missing

  // From slots (operations.md) to exact steps: reads what is there now. An Error: the service could not be asked.
  // Where `period` was said, `between` holds its ends: {"from", "to" (milliseconds), "name"}.
  virtual asio::awaitable<Result<Planned>> plan(Json slots) = 0;
  // The state that a step rests on, in the same form as StepDraft::expected.
  virtual asio::awaitable<Result<Json>> observe(Json parameters) = 0;
  // Sends it once. Never repeats a request that may have arrived. Reads back what it did.
  virtual asio::awaitable<StepResult> execute(Attempt attempt) = 0;
  // Finds out by reading whether an attempt was executed. kUnknown: can't be told (yet).
  virtual asio::awaitable<StepResult> reconcile(Attempt attempt) = 0;
};

}  // namespace apiops
