// audit.search: who did what, from the audit trail.
#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <set>

#include "engine/answers/answer.h"
#include "engine/base/text.h"
#include "engine/record/bought_numbers.h"

namespace apiops {

asio::awaitable<Answer> answer_audit(Question question, Senses& senses, Progress&);

namespace {

asio::awaitable<void> let_their_numbers_through(std::vector<AuditRow> records, Senses& senses) {
  std::set<std::string> plans;
  for (const auto& row : records)
    if (row.entry.service == "twilio" && !row.entry.plan.empty()) plans.insert(row.entry.plan);
  for (const auto& plan : plans) {
    const auto steps = co_await senses.store.steps(plan);
    if (steps) let_bought_numbers_through(*steps, senses.gate);
  }
}

}  // namespace

asio::awaitable<Answer> answer_audit(Question question, Senses& senses, Progress&) {
  Store::AuditQuery query{.person = get_string(question.slots, "person"),
                          .resource = get_string(question.slots, "resource"),
                          .at_most = kTableRows,
                          .newest_first = true};
  if (question.slots.is_object() && question.slots.contains("period")) query.period = period_asked(question).period;
  auto records = co_await senses.store.audit(query);
  if (!records) co_return Answer{sentence("The audit trail can't be read now: " + records.error().what, Tone::kBad)};
  co_await let_their_numbers_through(*records, senses);
  Table t{.columns = {{"When"}, {"Who"}, {"What"}, {"About"}, {"Result"}}};
  for (const auto& row : *records) {
    if (row.entry.kind == "chain" || row.entry.kind == "ask") continue;
    const Json& r = row.entry.record;
    t.rows.push_back({time_cell(row.at, question.now, question.zone),
                      {row.entry.person},
                      {row.entry.kind + ": " + get_string(r, "action_taken")},
                      {get_string(r, "context", row.entry.resource)},
                      {get_string(r, "result")}});
  }
  t.total_rows = t.rows.size();
  Document d;
  d.title = t.rows.empty() ? "The audit trail has no record of that"
                           : fmt::format("{}{} of the audit trail, newest first",
                                         records->size() == kTableRows ? "The newest " : "",
                                         count_of(static_cast<long long>(t.rows.size()), "record"));
  if (!t.rows.empty()) d.blocks.push_back(std::move(t));
  d.footer = "Plans, votes, effects and alerts. What was only asked is in `apiops audit search`.";
  co_return Answer{std::move(d)};
}

}  // namespace apiops
