#include "engine/record/audit_verify.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <optional>
#include <tuple>

#include "engine/base/json.h"
#include "engine/ports/store.h"

namespace apiops {

namespace {

using Chains = std::map<std::string, std::vector<AuditRow>>;

const AuditRow* find(const Chains& chains, const std::string& chain, long long seq) {
  const auto rows = chains.find(chain);
  if (rows == chains.end()) return nullptr;
  const auto row = std::ranges::lower_bound(rows->second, seq, {}, &AuditRow::seq);
  return row != rows->second.end() && row->seq == seq ? &*row : nullptr;
}

// What is wrong with a record that should stand here, after one with `previous_hash`.
std::string wrong(const AuditRow& row, long long seq, const std::string& previous_hash) {
  if (row.seq > seq) return fmt::format("is missing (the next one there is {})", row.seq);
  if (row.seq < seq) return "stands there twice";
  if (row.previous_hash != previous_hash) return "does not follow the record before it";
  const std::string written = audit_canonical(row.chain, row.seq, row.at, row.entry);
  if (written != row.canonical || audit_hash(previous_hash, written) != row.hash)
    return "was changed after it was written";
  return {};
}

// The first record of a chain names the one that it follows; that record has to be there.
std::string wrong_start(const AuditRow& first, const Chains& chains) {
  if (first.entry.kind != "chain") return "does not open its chain";
  const std::string chain = get_string(first.entry.record, "follows_chain");
  if (chain.empty()) return {};
  const long long seq = get_integer(first.entry.record, "follows_seq").value_or(0);
  const AuditRow* followed = find(chains, chain, seq);
  if (!followed) return fmt::format("follows record {} of chain {}, which is missing", seq, chain);
  if (followed->hash != get_string(first.entry.record, "follows_hash"))
    return fmt::format("follows record {} of chain {}, which was changed", seq, chain);
  return {};
}

// Where chains begin now because older records were given up on purpose: said by records of the trail itself.
using Cuts = std::map<std::string, std::map<long long, std::string>>;  // chain → number → hash

Cuts cuts_in(const Chains& chains) {
  Cuts cuts;
  for (const auto& [chain, rows] : chains)
    for (const auto& row : rows)
      if (row.entry.kind == kAuditCut)
        for (const auto& cut : get_array(row.entry.record, "cuts"))
          cuts[get_string(cut, "chain")][get_integer(cut, "seq").value_or(0)] = get_string(cut, "hash");
  return cuts;
}

bool cut_on_purpose(const AuditRow& first, const Cuts& cuts) {
  const auto chain = cuts.find(first.chain);
  if (chain == cuts.end()) return false;
  const auto cut = chain->second.find(first.seq);
  return cut != chain->second.end() && cut->second == first.hash;
}

std::optional<AuditFault> check_chain(const std::string& chain, const std::vector<AuditRow>& rows, const Chains& chains,
                                      const Cuts& cuts) {
  std::string previous;
  long long seq = 1;
  const bool cut = rows.front().seq > 1 && cut_on_purpose(rows.front(), cuts);
  if (cut) {
    previous = rows.front().previous_hash;
    seq = rows.front().seq;
  }
  for (const auto& row : rows) {
    if (std::string what = wrong(row, seq, previous); !what.empty()) return AuditFault{chain, seq, std::move(what)};
    previous = row.hash;
    ++seq;
  }
  if (cut) return std::nullopt;
  if (std::string what = wrong_start(rows.front(), chains); !what.empty()) return AuditFault{chain, 1, std::move(what)};
  return std::nullopt;
}

bool before_a_cut(const AuditHead& head, const Chains& chains, const Cuts& cuts) {
  const auto rows = chains.find(head.chain);
  return rows != chains.end() && head.seq < rows->second.front().seq && cut_on_purpose(rows->second.front(), cuts);
}

Json known(const Json& record, const char* field) {
  if (!record.is_object() || !record.contains(field)) return nullptr;
  const Json& value = record.at(field);
  return value.is_string() && value.get_ref<const std::string&>().empty() ? Json() : value;
}

Json known(const std::string& text) { return text.empty() ? Json() : Json(text); }

}  // namespace

AuditVerdict verify_audit(std::vector<AuditRow> rows, const std::vector<AuditHead>& published) {
  AuditVerdict verdict;
  verdict.records = rows.size();
  Chains chains;
  for (auto& row : rows) chains[row.chain].push_back(std::move(row));
  verdict.chains = chains.size();
  std::vector<std::tuple<Time, AuditFault>> found;
  for (auto& [chain, records] : chains)
    std::sort(records.begin(), records.end(), [](const AuditRow& a, const AuditRow& b) { return a.seq < b.seq; });
  const Cuts cuts = cuts_in(chains);
  for (const auto& [chain, records] : chains)
    if (auto fault = check_chain(chain, records, chains, cuts))
      found.emplace_back(records.front().at, std::move(*fault));
  for (const auto& head : published) {
    const AuditRow* row = find(chains, head.chain, head.seq);
    if (!row && before_a_cut(head, chains, cuts)) continue;
    if (!row)
      found.emplace_back(Time{}, AuditFault{head.chain, head.seq, "was published and is missing"});
    else if (row->hash != head.hash)
      found.emplace_back(row->at, AuditFault{head.chain, head.seq, "is not the one that was published"});
  }
  std::sort(found.begin(), found.end(), [](const auto& a, const auto& b) { return std::get<0>(a) < std::get<0>(b); });
  for (auto& [at, fault] : found) verdict.faults.push_back(std::move(fault));
  return verdict;
}

std::string audit_export_line(const AuditRow& row) {
  const Json& record = row.entry.record;
  Json service = known(record, "service"), resource = known(record, "resource_id"),
       asked_by = known(record, "asked_by");
  Json line = {{"timestamp", to_iso8601(row.at)},
               {"service", service.is_null() ? known(row.entry.service) : service},
               {"resource_id", resource.is_null() ? known(row.entry.resource) : resource},
               {"asked_by", asked_by.is_null() ? known(row.entry.person) : asked_by},
               {"person", known(row.entry.person)},
               {"kind", row.entry.kind},
               {"plan_id", known(row.entry.plan)},
               {"chain", row.chain},
               {"seq", row.seq},
               {"previous_hash", row.previous_hash},
               {"hash", row.hash}};
  for (const char* field : {"error_code", "category", "severity", "resource_type", "context", "action_taken", "result",
                            "approved_by", "plan"})
    line[field] = known(record, field);
  return canonical(line);
}

}  // namespace apiops
