// The tables of data-model.md. Ids are texts of the engine's making; times are milliseconds UTC; JSON is canonical
// text. Closed lists are checked in code, so that adding one never rebuilds a table.
#include "connectors/store/sqlite/migrations/migrations.h"

namespace apiops::sqlite {

const char* const kMigration0001 = R"sql(
CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE team (id TEXT PRIMARY KEY, name TEXT NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE counter (
  team TEXT NOT NULL REFERENCES team(id), kind TEXT NOT NULL, next INTEGER NOT NULL,
  PRIMARY KEY (team, kind)) STRICT, WITHOUT ROWID;
CREATE TABLE workspace (
  platform TEXT NOT NULL, workspace TEXT NOT NULL, team TEXT NOT NULL REFERENCES team(id), name TEXT NOT NULL,
  home_place TEXT NOT NULL, removed_at INTEGER,
  PRIMARY KEY (platform, workspace)) STRICT, WITHOUT ROWID;
CREATE TABLE person (
  id TEXT PRIMARY KEY, team TEXT NOT NULL REFERENCES team(id), name TEXT NOT NULL, time_zone TEXT NOT NULL,
  active INTEGER NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE identity (
  platform TEXT NOT NULL, workspace TEXT NOT NULL, user TEXT NOT NULL, person TEXT NOT NULL REFERENCES person(id),
  linked INTEGER NOT NULL, kind TEXT NOT NULL, rights_checked_at INTEGER,
  PRIMARY KEY (platform, workspace, user)) STRICT, WITHOUT ROWID;

CREATE TABLE inbox (
  id TEXT PRIMARY KEY, connector TEXT NOT NULL, workspace TEXT NOT NULL, channel TEXT NOT NULL, thread TEXT NOT NULL,
  key TEXT NOT NULL, text_key TEXT, message TEXT NOT NULL, event TEXT NOT NULL, received_at INTEGER NOT NULL,
  state TEXT NOT NULL, taken_by TEXT NOT NULL DEFAULT '', fence INTEGER NOT NULL DEFAULT 0,
  tries INTEGER NOT NULL DEFAULT 0, leased_until INTEGER) STRICT;
CREATE UNIQUE INDEX inbox_key ON inbox (connector, workspace, key);
CREATE UNIQUE INDEX inbox_text_key ON inbox (connector, workspace, text_key) WHERE text_key IS NOT NULL;
CREATE INDEX inbox_open ON inbox (state, received_at, id) WHERE state IN ('new', 'taken');
CREATE INDEX inbox_place ON inbox (connector, workspace, channel, thread) WHERE state IN ('new', 'taken');
CREATE INDEX inbox_old ON inbox (received_at);

CREATE TABLE ask (
  id TEXT PRIMARY KEY, team TEXT NOT NULL, person TEXT NOT NULL, connector TEXT NOT NULL, workspace TEXT NOT NULL,
  channel TEXT NOT NULL, thread TEXT NOT NULL, inbox TEXT NOT NULL, message TEXT NOT NULL, text TEXT NOT NULL,
  intent TEXT NOT NULL, slots TEXT NOT NULL, confidence REAL NOT NULL, rule TEXT NOT NULL, rules_version TEXT NOT NULL,
  state TEXT NOT NULL, at INTEGER NOT NULL, deadline INTEGER NOT NULL) STRICT;
CREATE INDEX ask_place ON ask (connector, workspace, channel, at);
CREATE INDEX ask_old ON ask (at);
CREATE TABLE conversation (
  connector TEXT NOT NULL, workspace TEXT NOT NULL, channel TEXT NOT NULL, thread TEXT NOT NULL, person TEXT NOT NULL,
  intent TEXT NOT NULL, slots TEXT NOT NULL, asked_for TEXT NOT NULL, memory TEXT NOT NULL, ends_at INTEGER NOT NULL,
  version INTEGER NOT NULL DEFAULT 1,
  PRIMARY KEY (connector, workspace, channel, thread, person)) STRICT;
CREATE TABLE result (
  id TEXT PRIMARY KEY, team TEXT NOT NULL, ask TEXT NOT NULL, body TEXT NOT NULL, ends_at INTEGER NOT NULL) STRICT;
CREATE INDEX result_old ON result (ends_at);

CREATE TABLE plan (
  id TEXT PRIMARY KEY, team TEXT NOT NULL, number INTEGER NOT NULL, requester TEXT NOT NULL, ask TEXT NOT NULL,
  identity TEXT NOT NULL, connector TEXT NOT NULL, workspace TEXT NOT NULL, channel TEXT NOT NULL, thread TEXT NOT NULL,
  risk TEXT NOT NULL, environment TEXT NOT NULL, fingerprint TEXT NOT NULL, document TEXT NOT NULL, policy TEXT NOT NULL,
  price_ceiling TEXT NOT NULL, state TEXT NOT NULL, version INTEGER NOT NULL, created_at INTEGER NOT NULL,
  opens_until INTEGER NOT NULL, reminded_at INTEGER, decided_at INTEGER, ended_at INTEGER, origin TEXT NOT NULL,
  replaces TEXT NOT NULL, undoes TEXT NOT NULL, executor TEXT NOT NULL, fence INTEGER NOT NULL,
  leased_until INTEGER) STRICT;
CREATE UNIQUE INDEX plan_number ON plan (team, number);
CREATE INDEX plan_open ON plan (state, number) WHERE state IN ('proposed', 'waiting', 'approved', 'executing', 'unknown');
CREATE TABLE step (
  plan TEXT NOT NULL REFERENCES plan(id), no INTEGER NOT NULL, account TEXT NOT NULL, operation TEXT NOT NULL,
  draft TEXT NOT NULL, state TEXT NOT NULL, result TEXT NOT NULL,
  PRIMARY KEY (plan, no)) STRICT;
CREATE TABLE vote (
  plan TEXT NOT NULL REFERENCES plan(id), person TEXT NOT NULL, identity TEXT NOT NULL, verdict TEXT NOT NULL,
  fingerprint TEXT NOT NULL, reason TEXT NOT NULL, granted_by TEXT NOT NULL, inbox TEXT NOT NULL, at INTEGER NOT NULL,
  PRIMARY KEY (plan, person)) STRICT;
CREATE TABLE button (
  token_hash TEXT PRIMARY KEY, team TEXT NOT NULL, kind TEXT NOT NULL, subject TEXT NOT NULL, plan TEXT NOT NULL,
  fingerprint TEXT NOT NULL, outbox TEXT NOT NULL, person TEXT NOT NULL, ends_at INTEGER NOT NULL) STRICT;
CREATE INDEX button_plan ON button (plan) WHERE plan <> '';
CREATE INDEX button_old ON button (ends_at);
CREATE TABLE journal (
  attempt TEXT PRIMARY KEY, plan TEXT NOT NULL, step INTEGER NOT NULL, try INTEGER NOT NULL,
  idempotency_key TEXT NOT NULL, request_digest TEXT NOT NULL, phase TEXT NOT NULL, outcome TEXT NOT NULL DEFAULT '',
  answer TEXT NOT NULL, fence INTEGER NOT NULL, at INTEGER NOT NULL,
  UNIQUE (plan, step, try), FOREIGN KEY (plan, step) REFERENCES step (plan, no)) STRICT;
-- The last defence: while an attempt is open, done or unknown, the database itself refuses a second one.
CREATE UNIQUE INDEX journal_one_effect ON journal (plan, step) WHERE outcome <> 'not_done';

CREATE TABLE allowance (
  team TEXT NOT NULL, rule TEXT NOT NULL, window TEXT NOT NULL, used TEXT NOT NULL, reserved TEXT NOT NULL,
  PRIMARY KEY (team, rule, window)) STRICT;
CREATE TABLE audit_chain (
  chain TEXT PRIMARY KEY, opened_by TEXT NOT NULL, because TEXT NOT NULL, follows_chain TEXT NOT NULL,
  follows_seq INTEGER NOT NULL, follows_hash TEXT NOT NULL, opened_at INTEGER NOT NULL) STRICT;
CREATE TABLE audit (
  chain TEXT NOT NULL REFERENCES audit_chain(chain), seq INTEGER NOT NULL, at INTEGER NOT NULL, team TEXT NOT NULL,
  kind TEXT NOT NULL, person TEXT NOT NULL, plan TEXT NOT NULL, service TEXT NOT NULL, resource TEXT NOT NULL,
  canonical TEXT NOT NULL, previous_hash TEXT NOT NULL, hash TEXT NOT NULL,
  PRIMARY KEY (chain, seq)) STRICT;
CREATE INDEX audit_at ON audit (at, chain, seq);
CREATE INDEX audit_plan ON audit (plan) WHERE plan <> '';
CREATE TABLE audit_head (
  chain TEXT NOT NULL, seq INTEGER NOT NULL, signature TEXT NOT NULL, key_id TEXT NOT NULL, published TEXT NOT NULL,
  at INTEGER NOT NULL, PRIMARY KEY (chain, seq)) STRICT;

CREATE TABLE monitor (
  id TEXT PRIMARY KEY, team TEXT NOT NULL, service TEXT NOT NULL, account TEXT NOT NULL, kind TEXT NOT NULL,
  route TEXT NOT NULL, parameters TEXT NOT NULL, threshold TEXT NOT NULL, origin TEXT NOT NULL, next_at INTEGER NOT NULL,
  leased_until INTEGER) STRICT;
CREATE TABLE reading (
  monitor TEXT NOT NULL, at INTEGER NOT NULL, value REAL NOT NULL, sample_size INTEGER NOT NULL,
  PRIMARY KEY (monitor, at)) STRICT, WITHOUT ROWID;
CREATE INDEX reading_old ON reading (at);
CREATE TABLE alert (
  id TEXT PRIMARY KEY, team TEXT NOT NULL, number INTEGER NOT NULL, monitor TEXT NOT NULL, fingerprint TEXT NOT NULL,
  service TEXT NOT NULL, account TEXT NOT NULL, resource TEXT NOT NULL, severity TEXT NOT NULL, state TEXT NOT NULL,
  document TEXT NOT NULL, first_at INTEGER NOT NULL, last_at INTEGER NOT NULL, count INTEGER NOT NULL,
  resolved_at INTEGER, snoozed_until INTEGER, inferred INTEGER NOT NULL, acknowledged_by TEXT NOT NULL,
  remedy_plan TEXT NOT NULL, version INTEGER NOT NULL) STRICT;
CREATE UNIQUE INDEX alert_number ON alert (team, number);
CREATE UNIQUE INDEX alert_open ON alert (team, fingerprint) WHERE state <> 'resolved';
CREATE TABLE alert_group (
  id TEXT PRIMARY KEY, team TEXT NOT NULL, group_key TEXT NOT NULL, opened_at INTEGER NOT NULL, closed_at INTEGER,
  escalated_at INTEGER, repeated_at INTEGER) STRICT;
CREATE UNIQUE INDEX alert_group_open ON alert_group (team, group_key) WHERE closed_at IS NULL;
CREATE TABLE silence (
  id TEXT PRIMARY KEY, team TEXT NOT NULL, matcher TEXT NOT NULL, reason TEXT NOT NULL, person TEXT NOT NULL,
  starts_at INTEGER NOT NULL, until INTEGER NOT NULL, recurrence TEXT NOT NULL, time_zone TEXT NOT NULL) STRICT;

CREATE TABLE outbox (
  id TEXT PRIMARY KEY, team TEXT NOT NULL, subject TEXT NOT NULL, connector TEXT NOT NULL, workspace TEXT NOT NULL,
  channel TEXT NOT NULL, thread TEXT NOT NULL, part INTEGER NOT NULL, document TEXT NOT NULL, only_for TEXT NOT NULL,
  wanted_revision INTEGER NOT NULL, sent_revision INTEGER NOT NULL, remote_id TEXT NOT NULL, nonce TEXT NOT NULL,
  state TEXT NOT NULL, tries INTEGER NOT NULL, not_before INTEGER NOT NULL, changed_at INTEGER NOT NULL,
  created_at INTEGER NOT NULL, leased_until INTEGER) STRICT;
CREATE UNIQUE INDEX outbox_message ON outbox (subject, connector, workspace, channel, thread, part);
CREATE INDEX outbox_open ON outbox (state, changed_at, id) WHERE state IN ('waiting', 'sending', 'unsure');
CREATE INDEX outbox_queue ON outbox (connector, workspace, channel, thread) WHERE state IN ('waiting', 'sending', 'unsure');
CREATE INDEX outbox_place ON outbox (connector, workspace, channel, created_at);
CREATE INDEX outbox_old ON outbox (changed_at);

CREATE TABLE lease (
  name TEXT PRIMARY KEY, holder TEXT NOT NULL, fence INTEGER NOT NULL, until INTEGER NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE setting (
  team TEXT NOT NULL, name TEXT NOT NULL, value TEXT NOT NULL, PRIMARY KEY (team, name)) STRICT, WITHOUT ROWID;

INSERT INTO team (id, name) VALUES ('main', 'main');
)sql";

}  // namespace apiops::sqlite
