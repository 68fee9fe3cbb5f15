#include "connectors/store/sqlite/alerts.h"

#include "connectors/store/sqlite/rows.h"
#include "connectors/store/sqlite/together.h"

namespace apiops::sqlite {

Status observe(Work& work, const ReadingRow& r, Time next_at) {
  work.db.change(
      "INSERT INTO reading (monitor, at, value, sample_size) VALUES (?, ?, ?, ?) "
      "ON CONFLICT (monitor, at) DO UPDATE SET value = excluded.value, sample_size = excluded.sample_size",
      r.monitor, r.at, r.value, r.sample_size);
  work.db.change("UPDATE monitor SET next_at = ?, leased_until = NULL WHERE id = ?", next_at, r.monitor);
  return {};
}

Status put_monitor(Work& work, const MonitorRow& m) {
  work.db.change(
      "INSERT INTO monitor (id, team, service, account, kind, route, parameters, threshold, origin, next_at) VALUES "
      "(?, ?, ?, ?, ?, ?, ?, ?, ?, ?) "
      "ON CONFLICT (id) DO UPDATE SET service = excluded.service, account = excluded.account, kind = excluded.kind, "
      "route = excluded.route, "
      "parameters = excluded.parameters, threshold = excluded.threshold, origin = excluded.origin, next_at = "
      "excluded.next_at",
      m.id, m.team, m.service, m.account, m.kind, m.route, m.parameters, m.threshold, m.origin, m.next_at);
  return {};
}

// An alert of that fingerprint that is still open is returned as it is, and nothing is written: one fire, one alert.
Result<AlertRow> open_alert(Work& work, const AlertRow& alert, Together together) {
  {
    Query open = work.db.query("SELECT " APIOPS_ALERT_COLUMNS
                               " FROM alert WHERE team = ? AND fingerprint = ? AND state <> 'resolved'",
                               alert.team, alert.fingerprint);
    if (open.step()) return alert_row(open);
  }
  AlertRow a = alert;
  a.number = next_number(work, a.team, "alert");
  work.db.change("INSERT INTO alert (" APIOPS_ALERT_COLUMNS
                 ") VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                 a.id, a.team, a.number, a.monitor, a.fingerprint, a.service, a.account, a.resource, a.severity,
                 a.state, a.document, a.first_at, a.last_at, a.count, a.resolved_at, a.snoozed_until, a.inferred,
                 a.acknowledged_by, a.remedy_plan, a.version);
  take_along(work, std::move(together), a.number);
  return a;
}

Result<bool> change_alert(Work& work, const AlertRow& a, long long version, Together together) {
  const int changed = work.db.change(
      "UPDATE alert SET severity = ?, state = ?, document = ?, last_at = ?, count = ?, resolved_at = ?, snoozed_until "
      "= ?, inferred = ?, "
      "acknowledged_by = ?, remedy_plan = ?, version = version + 1 WHERE id = ? AND version = ?",
      a.severity, a.state, a.document, a.last_at, a.count, a.resolved_at, a.snoozed_until, a.inferred,
      a.acknowledged_by, a.remedy_plan, a.id, version);
  if (changed != 1) return false;
  take_along(work, std::move(together));
  return true;
}

Status put_setting(Work& work, const std::string& name, const Json& value, Together together) {
  work.db.change(
      "INSERT INTO setting (team, name, value) VALUES ('main', ?, ?) ON CONFLICT (team, name) DO UPDATE SET value = "
      "excluded.value",
      name, value);
  take_along(work, std::move(together));
  return {};
}

}  // namespace apiops::sqlite
