#include "engine/plans/break_glass.h"

#include <fmt/format.h>

#include "engine/plans/plan_card.h"

namespace apiops {

void tell_break_glass(const PlanDesk& desk, const PlanView& view, const VoteRow& vote, AuditEntry& record,
                      Together& together) {
  record.record["action_taken"] = "break_glass";
  record.record["severity"] = "critical";
  record.record["reason"] = vote.reason;
  const PolicyBook& book = desk.policy->book();
  Document d;
  d.title = fmt::format("Break-glass: {} approved plan {} alone", desk.policy->name_of(vote.person), view.plan.number);
  d.tone = Tone::kBad;
  d.blocks.push_back(Fields{{{.name = "What", .value = get_string(view.plan.document, "title")},
                             {.name = "Risk", .value = std::string(to_string(view.plan.risk))},
                             {.name = "Reason", .value = vote.reason},
                             {.name = "Asked by", .value = desk.policy->name_of(view.plan.requester)}}});
  for (const auto& step : view.steps) d.blocks.push_back(Paragraph{step.draft.summary});
  d.footer =
      fmt::format("Only {} may do this. It is in the audit trail and in the daily summary.", book.break_glass.role);
  desk.gate.mask(d);
  together.outbox.push_back({.id = make_id(desk.clock.now(), desk.random),
                             .subject = "break_glass:" + view.plan.id,
                             .place = book.break_glass.tell,
                             .document = to_json(d),
                             .nonce = make_token(desk.random)});
}

}  // namespace apiops
