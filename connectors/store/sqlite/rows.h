// From a row of the store to the engine's types, and the column lists that belong to them (the order is the readers').
#pragma once

#include "connectors/store/sqlite/connection.h"
#include "engine/ports/store_rows.h"

namespace apiops::sqlite {

#define APIOPS_PLAN_COLUMNS                                                                                       \
  "id, team, number, requester, ask, identity, connector, workspace, channel, thread, risk, environment, "        \
  "fingerprint, "                                                                                                 \
  "document, policy, price_ceiling, state, version, created_at, opens_until, reminded_at, decided_at, ended_at, " \
  "origin, "                                                                                                      \
  "replaces, undoes, executor, fence, leased_until, escalated_at"
#define APIOPS_OUTBOX_COLUMNS                                                                                      \
  "id, subject, connector, workspace, channel, thread, part, document, only_for, wanted_revision, sent_revision, " \
  "remote_id, "                                                                                                    \
  "nonce, state, tries, not_before, changed_at"
#define APIOPS_ALERT_COLUMNS                                                                                           \
  "id, team, number, monitor, fingerprint, service, account, resource, severity, state, document, first_at, last_at, " \
  "count, "                                                                                                            \
  "resolved_at, snoozed_until, inferred, acknowledged_by, remedy_plan, version"

Json to_json(const Identity& identity);
Identity identity_from_json(const Json& json);
Json to_json(const InboundEvent& event);
InboundEvent event_from_json(const Json& json);

Place place_at(const Query& row, int column);  // four columns from there
PlanRow plan_row(const Query& row);
StepRow step_row(const Query& row);  // plan, no, draft, state, result
OutboxRow outbox_row(const Query& row);
AlertRow alert_row(const Query& row);

// The row of that id, if there is one.
std::optional<PlanRow> find_plan(Connection& db, const std::string& id);
std::optional<AlertRow> find_alert(Connection& db, const std::string& id);

}  // namespace apiops::sqlite
