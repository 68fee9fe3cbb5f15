// The store's reads, each a function over a connection.
#pragma once

#include "connectors/store/sqlite/connection.h"
#include "engine/ports/store.h"

namespace apiops::sqlite {

std::optional<ConversationRow> read_conversation(Connection& db, const Place& place, const std::string& person);
std::optional<PlanRow> read_plan_by_number(Connection& db, long long number);
std::vector<PlanRow> read_plans(Connection& db, const std::vector<PlanState>& states, std::size_t at_most);
std::vector<StepRow> read_steps(Connection& db, const std::string& plan);
std::vector<VoteRow> read_votes(Connection& db, const std::string& plan);
std::vector<JournalRow> read_journal(Connection& db, const std::string& plan);
std::optional<ButtonRow> read_button(Connection& db, const std::string& token_hash);
std::vector<OutboxRow> read_messages_of(Connection& db, const std::string& subject);
std::vector<AlertRow> read_alerts(Connection& db, bool resolved_too, std::size_t at_most);
std::optional<AlertRow> read_alert_by_number(Connection& db, long long number);
std::vector<ReadingRow> read_readings(Connection& db, const std::string& monitor, Time since);
std::vector<MonitorRow> read_monitors(Connection& db);
std::vector<HistoryItem> read_history(Connection& db, const Place& place, const std::string& user, std::size_t limit);
std::optional<Json> read_result(Connection& db, const std::string& ask, Time now);
std::vector<AuditRow> read_audit(Connection& db, const Store::AuditQuery& query);
AllowanceRow read_allowance(Connection& db, const std::string& rule, const std::string& window);
std::optional<AuditRow> read_audit_record(Connection& db, const std::string& chain, long long seq);
std::vector<AuditHead> read_heads(Connection& db);
std::optional<Json> read_setting(Connection& db, const std::string& name);

}  // namespace apiops::sqlite
