#include "connectors/store/sqlite/plans.h"

#include "connectors/store/sqlite/rows.h"
#include "connectors/store/sqlite/together.h"
#include "engine/ports/step_json.h"

namespace apiops::sqlite {

namespace {

bool takes_votes(PlanState state) { return state == PlanState::kProposed || state == PlanState::kWaiting; }

bool is_final(PlanState state) {
  return !takes_votes(state) && state != PlanState::kApproved && state != PlanState::kExecuting &&
         state != PlanState::kUnknown;
}

void insert_plan(Work& work, const PlanRow& p) {
  work.db.change("INSERT INTO plan (" APIOPS_PLAN_COLUMNS
                 ") VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                 p.id, p.team, p.number, p.requester, p.ask, to_json(p.requester_identity), p.place.connector,
                 p.place.workspace, p.place.channel, p.place.thread, to_string(p.risk), p.environment, p.fingerprint,
                 p.document, p.policy, p.price_ceiling, to_string(p.state), p.version, p.created_at, p.opens_until,
                 p.reminded_at, p.decided_at, p.ended_at, p.origin, p.replaces, p.undoes, p.executor, p.fence,
                 p.leased_until);
}

PlanRow insert_numbered(Work& work, NewPlan plan) {
  plan.plan.number = next_number(work, plan.plan.team, "plan");
  insert_plan(work, plan.plan);
  for (const auto& s : plan.steps)
    work.db.change("INSERT INTO step (plan, no, account, operation, draft, state, result) VALUES (?, ?, ?, ?, ?, ?, ?)",
                   plan.plan.id, s.no, s.draft.account, s.draft.operation, apiops::to_json(s.draft), to_string(s.state),
                   s.result);
  return std::move(plan.plan);
}

// Old voting buttons of a decided plan are kept, so that a click on one is told what was decided; without the
// fingerprint they can't vote, even if the plan opens again. While votes still count, a click on the card as somebody
// saw it counts too.
void drop_voting_buttons(Work& work, const std::string& plan) {
  work.db.change("UPDATE button SET fingerprint = '' WHERE plan = ? AND kind IN ('approve', 'reject', 'plan_cancel')",
                 plan);
}

bool change_plan(Work& work, const PlanChange& c) {
  const bool decides = c.to == PlanState::kApproved || c.to == PlanState::kRejected;
  const std::optional<Time> now = work.now, none;
  const int changed = work.db.change(
      "UPDATE plan SET state = ?1, version = version + 1, decided_at = coalesce(?2, decided_at), ended_at = ?3, "
      "leased_until = CASE WHEN ?1 = 'executing' THEN leased_until END WHERE id = ?4 AND version = ?5 AND (?6 < 0 OR "
      "fence = ?6)",
      to_string(c.to), decides ? now : none, is_final(c.to) ? now : none, c.plan, c.version, c.fence.value_or(-1));
  if (changed != 1) return false;
  if (c.drop_buttons && !takes_votes(c.to)) drop_voting_buttons(work, c.plan);
  return true;
}

bool executing_with(Work& work, const std::string& plan, long long fence) {
  return work.db.query("SELECT 1 FROM plan WHERE id = ? AND state = 'executing' AND fence = ?", plan, fence).step();
}

}  // namespace

Result<PlanRow> propose(Work& work, const NewPlan& plan, Together together) {
  PlanRow row = insert_numbered(work, plan);
  take_along(work, std::move(together), row.number);
  return row;
}

Result<bool> vote(Work& work, const VoteRow& v, const PlanChange& change, Together together) {
  {
    Query open = work.db.query(
        "SELECT 1 FROM plan WHERE id = ? AND state IN ('proposed', 'waiting') AND fingerprint = ? AND opens_until > ?",
        v.plan, v.fingerprint, v.at);
    if (!open.step()) return false;
  }
  if (v.plan != change.plan || !change_plan(work, change)) return false;
  const int counted = work.db.change(
      "INSERT INTO vote (plan, person, identity, verdict, fingerprint, reason, granted_by, inbox, at) VALUES (?, ?, ?, "
      "?, ?, ?, ?, ?, ?) "
      "ON CONFLICT (plan, person) DO NOTHING",
      v.plan, v.person, to_json(v.identity), v.verdict, v.fingerprint, v.reason, v.group, v.inbox, v.at);
  if (counted != 1) return false;
  if (together.inbox_done.empty()) together.inbox_done = v.inbox;
  take_along(work, std::move(together));
  return true;
}

Result<std::optional<long long>> start(Work& work, const std::string& plan, long long version,
                                       const std::string& executor, Time leased_until, Together together) {
  std::optional<long long> fence;
  {
    Query row = work.db.query(
        "UPDATE plan SET state = 'executing', version = version + 1, executor = ?, fence = fence + 1, leased_until = ? "
        "WHERE id = ? AND version = ? AND state = 'approved' RETURNING fence",
        executor, leased_until, plan, version);
    while (row.step()) fence = row.integer(0);
  }
  if (!fence) return fence;
  drop_voting_buttons(work, plan);
  take_along(work, std::move(together));
  return fence;
}

Result<bool> renew(Work& work, const std::string& plan, long long fence, Time leased_until) {
  return work.db.change("UPDATE plan SET leased_until = ? WHERE id = ? AND fence = ? AND state = 'executing'",
                        leased_until, plan, fence) == 1;
}

Result<bool> intend(Work& work, const JournalRow& j, Together together) {
  if (!executing_with(work, j.plan, j.fence)) return false;
  const int inserted = work.db.change(
      "INSERT INTO journal (attempt, plan, step, try, idempotency_key, request_digest, phase, outcome, answer, fence, "
      "at) "
      "SELECT ?1, ?2, ?3, max(?4, 1 + coalesce((SELECT max(try) FROM journal WHERE plan = ?2 AND step = ?3), 0)), ?5, "
      "?6, 'intended', '', ?7, ?8, ?9 "
      "WHERE true ON CONFLICT DO NOTHING",
      j.attempt, j.plan, j.step, j.try_no, j.idempotency_key, j.request_digest, j.answer, j.fence, j.at);
  if (inserted != 1) return false;
  if (work.db.change("UPDATE step SET state = 'running' WHERE plan = ? AND no = ? AND state NOT IN ('done', 'skipped')",
                     j.plan, j.step) != 1)
    return false;
  take_along(work, std::move(together));
  return true;
}

// Also what a look again found: an attempt that was open or unknown gets its outcome; one that is settled never
// changes.
Result<bool> outcome(Work& work, const std::string& attempt, const std::string& what, const StepRow& step,
                     long long fence, Together together) {
  if (what != "done" && what != "not_done" && what != "unknown")
    return failure(ErrorKind::kBug, "The store knows no outcome " + what + ".");
  const int answered = work.db.change(
      "UPDATE journal SET phase = 'answered', outcome = ?, answer = ? WHERE attempt = ? AND plan = ? AND step = ? AND "
      "outcome IN ('', 'unknown') "
      "AND EXISTS (SELECT 1 FROM plan WHERE id = journal.plan AND fence = ?)",
      what, step.result, attempt, step.plan, step.no, fence);
  if (answered != 1) return false;
  work.db.change("UPDATE step SET state = ?, result = ? WHERE plan = ? AND no = ?", to_string(step.state), step.result,
                 step.plan, step.no);
  take_along(work, std::move(together));
  return true;
}

Result<bool> move(Work& work, const PlanChange& change, Together together) {
  if (!change_plan(work, change)) return false;
  take_along(work, std::move(together));
  return true;
}

Result<bool> skip_steps(Work& work, const std::string& plan, long long fence, Together together) {
  if (!executing_with(work, plan, fence)) return false;
  work.db.change("UPDATE step SET state = 'skipped' WHERE plan = ? AND state = 'waiting'", plan);
  take_along(work, std::move(together));
  return true;
}

Result<PlanRow> replace(Work& work, const PlanChange& old_plan, const NewPlan& plan, Together together) {
  if (!change_plan(work, old_plan))
    return failure(
        ErrorKind::kRejected,
        "The plan to be replaced was decided by somebody else in the meantime. Nothing was changed; look at it again.");
  NewPlan successor = plan;
  successor.plan.replaces = old_plan.plan;
  PlanRow row = insert_numbered(work, std::move(successor));
  take_along(work, std::move(together), row.number);
  return row;
}

}  // namespace apiops::sqlite
