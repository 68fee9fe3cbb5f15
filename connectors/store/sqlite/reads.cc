#include "connectors/store/sqlite/reads.h"

#include <algorithm>

#include "connectors/store/sqlite/rows.h"

namespace apiops::sqlite {

std::optional<ConversationRow> read_conversation(Connection& db, const Place& p, const std::string& person) {
  Query row = db.query(
      "SELECT intent, slots, asked_for, memory, ends_at FROM conversation WHERE connector = ? AND workspace = ? AND "
      "channel = ? AND thread = ? "
      "AND person = ?",
      p.connector, p.workspace, p.channel, p.thread, person);
  if (!row.step()) return std::nullopt;
  return ConversationRow{.place = p,
                         .person = person,
                         .intent = row.text(0),
                         .slots = row.json(1),
                         .asked_for = row.text(2),
                         .memory = row.json(3),
                         .ends_at = row.time(4)};
}

std::optional<PlanRow> read_plan_by_number(Connection& db, long long number) {
  Query row = db.query("SELECT " APIOPS_PLAN_COLUMNS " FROM plan WHERE team = 'main' AND number = ?", number);
  return row.step() ? std::optional(plan_row(row)) : std::nullopt;
}

// No states named: plans in any state.
namespace {

// Word for word the condition of the index plan_open: only then SQLite uses it, and a store of many plans is not read
// through to find the few that are open.
#define APIOPS_OPEN "state IN ('proposed', 'waiting', 'approved', 'executing', 'unknown')"

bool only_open(const std::vector<PlanState>& states) {
  using enum PlanState;
  return !states.empty() && std::ranges::all_of(states, [](PlanState s) {
    return s == kProposed || s == kWaiting || s == kApproved || s == kExecuting || s == kUnknown;
  });
}

}  // namespace

std::vector<PlanRow> read_plans(Connection& db, const std::vector<PlanState>& states, std::size_t at_most) {
  static const std::string kThese =
      "team = 'main' AND (?1 = '[]' OR state IN (SELECT value FROM json_each(?1))) ORDER BY number DESC LIMIT ?2";
  static const std::string kAny = "SELECT " APIOPS_PLAN_COLUMNS " FROM plan WHERE " + kThese;
  static const std::string kOpen =
      "SELECT " APIOPS_PLAN_COLUMNS " FROM plan INDEXED BY plan_open WHERE " APIOPS_OPEN " AND " + kThese;
  Json names = Json::array();
  for (auto state : states) names.push_back(to_string(state));
  Query row = db.query(only_open(states) ? kOpen : kAny, names, at_most);
  std::vector<PlanRow> plans;
  while (row.step()) plans.push_back(plan_row(row));
  return plans;
}

std::vector<StepRow> read_steps(Connection& db, const std::string& plan) {
  Query row = db.query("SELECT plan, no, draft, state, result FROM step WHERE plan = ? ORDER BY no", plan);
  std::vector<StepRow> steps;
  while (row.step()) steps.push_back(step_row(row));
  return steps;
}

std::vector<VoteRow> read_votes(Connection& db, const std::string& plan) {
  Query row = db.query(
      "SELECT plan, person, verdict, fingerprint, reason, granted_by, inbox, identity, at FROM vote WHERE plan = ? "
      "ORDER BY at, rowid",
      plan);
  std::vector<VoteRow> votes;
  while (row.step())
    votes.push_back({.plan = row.text(0),
                     .person = row.text(1),
                     .verdict = row.text(2),
                     .fingerprint = row.text(3),
                     .reason = row.text(4),
                     .group = row.text(5),
                     .inbox = row.text(6),
                     .identity = identity_from_json(row.json(7)),
                     .at = row.time(8)});
  return votes;
}

std::vector<JournalRow> read_journal(Connection& db, const std::string& plan) {
  Query row = db.query(
      "SELECT attempt, plan, step, try, idempotency_key, request_digest, phase, outcome, answer, fence, at FROM "
      "journal WHERE plan = ? ORDER BY step, try",
      plan);
  std::vector<JournalRow> journal;
  while (row.step())
    journal.push_back({.attempt = row.text(0),
                       .plan = row.text(1),
                       .step = static_cast<int>(row.integer(2)),
                       .try_no = static_cast<int>(row.integer(3)),
                       .idempotency_key = row.text(4),
                       .request_digest = row.text(5),
                       .phase = row.text(6),
                       .outcome = row.text(7),
                       .answer = row.json(8),
                       .fence = row.integer(9),
                       .at = row.time(10)});
  return journal;
}

std::optional<ButtonRow> read_button(Connection& db, const std::string& token_hash) {
  Query row = db.query(
      "SELECT token_hash, team, kind, subject, fingerprint, outbox, person, ends_at FROM button WHERE token_hash = ?",
      token_hash);
  if (!row.step()) return std::nullopt;
  return ButtonRow{.token_hash = row.text(0),
                   .team = row.text(1),
                   .action = {.kind = row.text(2), .subject = row.json(3)},
                   .fingerprint = row.text(4),
                   .outbox = row.text(5),
                   .person = row.text(6),
                   .ends_at = row.time(7)};
}

std::vector<OutboxRow> read_messages_of(Connection& db, const std::string& subject) {
  Query row = db.query("SELECT " APIOPS_OUTBOX_COLUMNS " FROM outbox WHERE subject = ? ORDER BY rowid", subject);
  std::vector<OutboxRow> messages;
  while (row.step()) messages.push_back(outbox_row(row));
  return messages;
}

std::vector<AlertRow> read_alerts(Connection& db, bool resolved_too, std::size_t at_most) {
  Query row = db.query("SELECT " APIOPS_ALERT_COLUMNS
                       " FROM alert WHERE team = 'main' AND (?1 OR state <> 'resolved') ORDER BY number DESC LIMIT ?2",
                       resolved_too, at_most);
  std::vector<AlertRow> alerts;
  while (row.step()) alerts.push_back(alert_row(row));
  return alerts;
}

std::optional<AlertRow> read_alert_by_number(Connection& db, long long number) {
  Query row = db.query("SELECT " APIOPS_ALERT_COLUMNS " FROM alert WHERE team = 'main' AND number = ?", number);
  return row.step() ? std::optional(alert_row(row)) : std::nullopt;
}

std::vector<ReadingRow> read_readings(Connection& db, const std::string& monitor, Time since) {
  Query row = db.query("SELECT monitor, at, value, sample_size FROM reading WHERE monitor = ? AND at >= ? ORDER BY at",
                       monitor, since);
  std::vector<ReadingRow> readings;
  while (row.step())
    readings.push_back(
        {.monitor = row.text(0), .at = row.time(1), .value = row.real(2), .sample_size = row.integer(3)});
  return readings;
}

std::vector<MonitorRow> read_monitors(Connection& db) {
  Query row = db.query(
      "SELECT id, team, service, account, kind, route, parameters, threshold, origin, next_at FROM monitor ORDER BY "
      "id");
  std::vector<MonitorRow> monitors;
  while (row.step())
    monitors.push_back({.id = row.text(0),
                        .team = row.text(1),
                        .service = row.text(2),
                        .account = row.text(3),
                        .kind = row.text(4),
                        .route = row.text(5),
                        .parameters = row.json(6),
                        .threshold = row.json(7),
                        .origin = row.text(8),
                        .next_at = row.time(9)});
  return monitors;
}

// People's words come from the asks (masked), the agent's from the outbox. A channel's history holds its threads too,
// each item with its own place; a thread's begins with the message that started it.
std::vector<HistoryItem> read_history(Connection& db, const Place& p, const std::string& user, std::size_t limit) {
  Query row = db.query(
      "SELECT 0 AS agent, message, person, text, at, rowid, thread, '' FROM ask WHERE connector = ?1 AND workspace = "
      "?2 "
      "AND channel = ?3 "
      "AND (?4 = '' OR thread = ?4 OR message = ?4) "
      "UNION ALL SELECT 1, coalesce(nullif(remote_id, ''), id), '', document, created_at, rowid, thread, only_for FROM "
      "outbox "
      "WHERE connector = ?1 AND workspace = ?2 AND channel = ?3 "
      "AND (?4 = '' OR thread = ?4 OR id = ?4 OR remote_id = ?4) AND only_for IN ('', ?6) AND state <> 'gone' "
      "ORDER BY at DESC, agent DESC, rowid DESC LIMIT ?5",
      p.connector, p.workspace, p.channel, p.thread, limit, user);
  std::vector<HistoryItem> items;
  while (row.step()) {
    HistoryItem item{
        .id = row.text(1), .place = p, .person = row.text(2), .text = {}, .document = {}, .at = row.time(4)};
    item.place.thread = row.text(6);
    if (row.integer(0) == 0) {
      item.text = row.text(3);
    } else {
      auto document = document_from_json(row.json(3));
      if (!document) continue;
      item.document = std::move(*document);
      item.only_for = row.text(7);
    }
    items.push_back(std::move(item));
  }
  std::reverse(items.begin(), items.end());
  return items;
}

std::optional<Json> read_result(Connection& db, const std::string& ask, Time now) {
  Query row = db.query("SELECT body FROM result WHERE id = ? AND ends_at > ?", ask, now);
  return row.step() ? std::optional(row.json(0)) : std::nullopt;
}

namespace {

#define APIOPS_AUDIT_COLUMNS "chain, seq, at, kind, person, plan, service, resource, canonical, previous_hash, hash"

AuditRow audit_row(const Query& row) {
  AuditRow a{.chain = row.text(0),
             .seq = row.integer(1),
             .at = row.time(2),
             .entry = {.kind = row.text(3),
                       .person = row.text(4),
                       .plan = row.text(5),
                       .service = row.text(6),
                       .resource = row.text(7),
                       .record = {}},
             .canonical = row.text(8),
             .previous_hash = row.text(9),
             .hash = row.text(10)};
  if (auto stored = parse_json(a.canonical); stored && stored->is_object())
    a.entry.record = stored->value("record", Json());
  return a;
}

}  // namespace

std::vector<AuditRow> read_audit(Connection& db, const Store::AuditQuery& q) {
  static const std::string kWhat =
      "SELECT " APIOPS_AUDIT_COLUMNS
      " FROM audit WHERE (?1 IS NULL OR at >= ?1) "
      "AND (?2 IS NULL OR at < ?2) AND (?3 = '' OR person = ?3) AND (?4 = '' OR plan = ?4) AND (?5 = '' OR resource = "
      "?5) AND (?6 = '' OR kind = ?6) "
      "AND (?7 = '' OR instr(lower(canonical), lower(?7)) > 0) ";
  static const std::string kOldest = kWhat + "ORDER BY at, chain, seq LIMIT ?8";
  static const std::string kNewest = kWhat + "ORDER BY at DESC, chain DESC, seq DESC LIMIT ?8";
  const std::optional<Time> from = q.period ? std::optional(q.period->from) : std::nullopt,
                            to = q.period ? std::optional(q.period->to) : std::nullopt;
  Query row =
      db.query(q.newest_first ? kNewest : kOldest, from, to, q.person, q.plan, q.resource, q.kind, q.text, q.at_most);
  std::vector<AuditRow> rows;
  while (row.step()) rows.push_back(audit_row(row));
  return rows;
}

AllowanceRow read_allowance(Connection& db, const std::string& rule, const std::string& window) {
  Query row =
      db.query("SELECT used, reserved FROM allowance WHERE team = 'main' AND rule = ? AND window = ?", rule, window);
  if (!row.step()) return {};
  return {.used = std::stoll(row.text(0)), .reserved = std::stoll(row.text(1))};
}

std::optional<AuditRow> read_audit_record(Connection& db, const std::string& chain, long long seq) {
  Query row = db.query("SELECT " APIOPS_AUDIT_COLUMNS " FROM audit WHERE chain = ? AND seq = ?", chain, seq);
  return row.step() ? std::optional(audit_row(row)) : std::nullopt;
}

std::vector<AuditHead> read_heads(Connection& db) {
  Query row = db.query(
      "SELECT h.chain, h.seq, coalesce(a.hash, ''), h.signature, h.key_id, h.published, h.at FROM audit_head h "
      "LEFT JOIN audit a ON a.chain = h.chain AND a.seq = h.seq ORDER BY h.at, h.chain, h.seq");
  std::vector<AuditHead> heads;
  while (row.step())
    heads.push_back({.chain = row.text(0),
                     .seq = row.integer(1),
                     .hash = row.text(2),
                     .signature = row.text(3),
                     .key_id = row.text(4),
                     .published = row.text(5),
                     .at = row.time(6)});
  return heads;
}

std::optional<Json> read_setting(Connection& db, const std::string& name) {
  Query row = db.query("SELECT value FROM setting WHERE team = 'main' AND name = ?", name);
  return row.step() ? std::optional(row.json(0)) : std::nullopt;
}

}  // namespace apiops::sqlite
