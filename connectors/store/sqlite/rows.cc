#include "connectors/store/sqlite/rows.h"

#include "engine/ports/step_json.h"

namespace apiops::sqlite {

Json to_json(const Identity& i) {
  return {{"platform", i.platform}, {"workspace", i.workspace}, {"user", i.user}, {"kind", i.kind}};
}

// An unreadable kind is nobody's: "external" has the fewest rights.
Identity identity_from_json(const Json& json) {
  return {.platform = get_string(json, "platform"),
          .workspace = get_string(json, "workspace"),
          .user = get_string(json, "user"),
          .kind = get_string(json, "kind", "external")};
}

Json to_json(const InboundEvent& e) {
  return {{"kind", e.kind},
          {"key", e.key},
          {"text_key", e.text_key},
          {"message", e.message},
          {"text", e.text},
          {"token", e.token},
          {"typed", e.typed},
          {"identity", to_json(e.identity)},
          {"place",
           {{"connector", e.place.connector},
            {"workspace", e.place.workspace},
            {"channel", e.place.channel},
            {"thread", e.place.thread}}}};
}

InboundEvent event_from_json(const Json& json) {
  const Json& place = get_object(json, "place");
  InboundEvent e;
  e.kind = get_string(json, "kind");
  e.key = get_string(json, "key");
  e.text_key = get_string(json, "text_key");
  e.place = {get_string(place, "connector"), get_string(place, "workspace"), get_string(place, "channel"),
             get_string(place, "thread")};
  e.message = get_string(json, "message");
  e.identity = identity_from_json(get_object(json, "identity"));
  e.text = get_string(json, "text");
  e.token = get_string(json, "token");
  e.typed = get_string(json, "typed");
  return e;
}

Place place_at(const Query& row, int c) { return {row.text(c), row.text(c + 1), row.text(c + 2), row.text(c + 3)}; }

// A state or risk that this build does not know reads as the one that allows least.
PlanRow plan_row(const Query& row) {
  PlanRow p;
  p.id = row.text(0);
  p.team = row.text(1);
  p.number = row.integer(2);
  p.requester = row.text(3);
  p.ask = row.text(4);
  p.requester_identity = identity_from_json(row.json(5));
  p.place = place_at(row, 6);
  p.risk = risk_from_string(row.text(10)).value_or(Risk::kAuth);
  p.environment = row.text(11);
  p.fingerprint = row.text(12);
  p.document = row.json(13);
  p.policy = row.json(14);
  p.price_ceiling = row.text(15);
  p.state = plan_state_from_string(row.text(16)).value_or(PlanState::kCancelled);
  p.version = row.integer(17);
  p.created_at = row.time(18);
  p.opens_until = row.time(19);
  p.reminded_at = row.optional_time(20);
  p.decided_at = row.optional_time(21);
  p.ended_at = row.optional_time(22);
  p.origin = row.text(23);
  p.replaces = row.text(24);
  p.undoes = row.text(25);
  p.executor = row.text(26);
  p.fence = row.integer(27);
  p.leased_until = row.optional_time(28);
  p.escalated_at = row.optional_time(29);
  return p;
}

StepRow step_row(const Query& row) {
  StepRow s;
  s.plan = row.text(0);
  s.no = static_cast<int>(row.integer(1));
  s.draft = step_draft_from_json(row.json(2));
  s.state = step_state_from_string(row.text(3)).value_or(StepState::kUnknown);
  s.result = row.json(4);
  return s;
}

OutboxRow outbox_row(const Query& row) {
  OutboxRow o;
  o.id = row.text(0);
  o.subject = row.text(1);
  o.place = place_at(row, 2);
  o.part = static_cast<int>(row.integer(6));
  o.document = row.json(7);
  o.only_for = row.text(8);
  o.wanted_revision = row.integer(9);
  o.sent_revision = row.integer(10);
  o.remote_id = row.text(11);
  o.nonce = row.text(12);
  o.state = row.text(13);
  o.tries = static_cast<int>(row.integer(14));
  o.not_before = row.time(15);
  o.changed_at = row.time(16);
  return o;
}

AlertRow alert_row(const Query& row) {
  AlertRow a;
  a.id = row.text(0);
  a.team = row.text(1);
  a.number = row.integer(2);
  a.monitor = row.text(3);
  a.fingerprint = row.text(4);
  a.service = row.text(5);
  a.account = row.text(6);
  a.resource = row.text(7);
  a.severity = row.text(8);
  a.state = row.text(9);
  a.document = row.json(10);
  a.first_at = row.time(11);
  a.last_at = row.time(12);
  a.count = row.integer(13);
  a.resolved_at = row.optional_time(14);
  a.snoozed_until = row.optional_time(15);
  a.inferred = row.integer(16) != 0;
  a.acknowledged_by = row.text(17);
  a.remedy_plan = row.text(18);
  a.version = row.integer(19);
  return a;
}

std::optional<PlanRow> find_plan(Connection& db, const std::string& id) {
  Query row = db.query("SELECT " APIOPS_PLAN_COLUMNS " FROM plan WHERE id = ?", id);
  return row.step() ? std::optional(plan_row(row)) : std::nullopt;
}

std::optional<AlertRow> find_alert(Connection& db, const std::string& id) {
  Query row = db.query("SELECT " APIOPS_ALERT_COLUMNS " FROM alert WHERE id = ?", id);
  return row.step() ? std::optional(alert_row(row)) : std::nullopt;
}

}  // namespace apiops::sqlite
