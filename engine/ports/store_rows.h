// The rows of data-model: what is stored, in the engine's types. Closed lists are checked in code. Texts have passed
// the masking gate before they get here.
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "engine/base/time.h"
#include "engine/ports/chat_port.h"
#include "engine/ports/operation.h"

namespace apiops {

struct InboxRow {
  std::string id;
  InboundEvent event;
  Time received_at{};
  int tries = 0;
};

struct AskRow {
  std::string id, team = "main", person, inbox;
  Place place;
  std::string text;  // masked
  std::string intent;
  Json slots;
  double confidence = 0;
  std::string rule, rules_version;
  std::string state = "answering";  // answering, asked_back, answered, failed
  Time at{}, deadline{};
};

struct ConversationRow {
  Place place;
  std::string person;
  std::string intent;
  Json slots;
  std::string asked_for;  // the slot that a question waits for, or empty
  Json memory;            // last resource, last plan, what was listed
  Time ends_at{};
};

enum class PlanState : std::uint8_t {
  kProposed,
  kWaiting,
  kApproved,
  kExecuting,
  kSucceeded,
  kFailed,
  kPartlyDone,
  kUnknown,
  kRejected,
  kExpired,
  kDrifted,
  kCancelled,
  kUndone,
};
std::string_view to_string(PlanState state);
std::optional<PlanState> plan_state_from_string(std::string_view name);

struct PlanRow {
  std::string id, team = "main";
  long long number = 0;  // given by the store
  std::string requester, ask;
  Identity requester_identity;
  Place place;
  Risk risk = Risk::kChange;
  std::string environment;
  std::string fingerprint;    // SHA-256, hex, of everything an approver saw
  Json document;              // the draft: title, warnings, alternatives, and each step as it is shown
  Json policy;                // snapshot: who may approve, how many, why
  std::string price_ceiling;  // decimal and currency, or empty
  PlanState state = PlanState::kProposed;
  long long version = 1;
  Time created_at{}, opens_until{};
  std::optional<Time> reminded_at, escalated_at, decided_at, ended_at;
  std::string origin = "ask";    // ask, alert, autofix
  std::string replaces, undoes;  // plan ids
  std::string executor;
  long long fence = 0;
  std::optional<Time> leased_until;
};

enum class StepState : std::uint8_t { kWaiting, kRunning, kDone, kFailed, kSkipped, kUnknown };
std::string_view to_string(StepState state);
std::optional<StepState> step_state_from_string(std::string_view name);

struct StepRow {
  std::string plan;
  int no = 0;  // from 1
  StepDraft draft;
  StepState state = StepState::kWaiting;
  Json result;  // {"told", "result", "error"}
};

struct VoteRow {
  std::string plan, person, verdict, fingerprint, reason, group, inbox;
  Identity identity;
  Time at{};
};

// A part of an allowance that an approved plan holds until it is over: then it is used, or free again. Amounts are
// millionths of a currency's unit, or plain counts.
struct AllowanceHold {
  std::string rule, window;  // "spending/refunds/ana", "2026-11-24"
  long long amount = 0, most = 0;
};
struct AllowanceRow {
  long long used = 0, reserved = 0;
};

struct ButtonRow {
  std::string token_hash;  // SHA-256 of the token, hex
  std::string team = "main";
  Action action;
  std::string fingerprint;  // of the plan, where it votes
  std::string outbox;       // id of the message that carries it
  std::string person;       // whom it is for; empty: anyone
  Time ends_at{};
};

struct JournalRow {
  std::string attempt, plan;
  int step = 0, try_no = 1;
  std::string idempotency_key, request_digest;
  std::string phase = "intended";  // intended, sent, answered
  std::string outcome;             // done, not_done, unknown, or empty while open
  Json answer;
  long long fence = 0;
  Time at{};
};

// What a record of the audit trail says before it is chained. `record` follows operations.md ("Output shapes").
struct AuditEntry {
  std::string kind;  // ask, plan, vote, refused_vote, start, effect, finish, alert, setting, chain
  std::string person, plan, service, resource;
  Json record;
};
struct AuditRow {
  std::string chain;
  long long seq = 0;
  Time at{};
  AuditEntry entry;
  std::string canonical, previous_hash, hash;
};

// The end of a chain at some moment, signed: what is published to a second place, so that a cut tail is found.
struct AuditHead {
  std::string chain;
  long long seq = 0;
  std::string hash;
  std::string signature, key_id;  // Ed25519 over what head_text() says; hex
  std::string published;          // where
  Time at{};
};

// The wanted content of one message in one place (not a call): newest revision wins.
struct OutboxRow {
  std::string id;
  std::string subject;  // "ask:…", "plan:…", "alert:…", "group:…"
  Place place;
  int part = 0;
  Json document;  // wanted, masked, with its tokens
  std::string only_for;
  long long wanted_revision = 1, sent_revision = 0;
  std::string remote_id, nonce;
  std::string state = "waiting";  // waiting, sending, sent, unsure, gone
  int tries = 0;
  Time not_before{}, changed_at{};
};

// A new message or a new revision of (subject, place, part); the store keeps id, nonce and remote id of an existing
// row.
struct OutboxWrite {
  std::string id;  // for a new row
  std::string subject;
  Place place;
  int part = 0;
  Json document;
  std::string only_for;
  std::string nonce;
};

struct MonitorRow {
  std::string id, team = "main", service, account, kind, route;
  Json parameters, threshold;
  std::string origin = "default";
  Time next_at{};
};
struct ReadingRow {
  std::string monitor;
  Time at{};
  double value = 0;
  long long sample_size = 0;
};

struct AlertRow {
  std::string id, team = "main", monitor, fingerprint, service, account, resource, severity;
  long long number = 0;          // given by the store
  std::string state = "firing";  // firing, acknowledged, resolved
  Json document;                 // what was observed: what, evidence, series, remedy
  Time first_at{}, last_at{};
  long long count = 0;
  std::optional<Time> resolved_at, snoozed_until;
  bool inferred = false;
  std::string acknowledged_by, remedy_plan;
  long long version = 1;
};

}  // namespace apiops
