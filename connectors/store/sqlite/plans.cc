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
                 ") VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                 p.id, p.team, p.number, p.requester, p.ask, to_json(p.requester_identity), p.place.connector,
                 p.place.workspace, p.place.channel, p.place.thread, to_string(p.risk), p.environment, p.fingerprint,
                 p.document, p.policy, p.price_ceiling, to_string(p.state), p.version, p.created_at, p.opens_until,
                 p.reminded_at, p.decided_at, p.ended_at, p.origin, p.replaces, p.undoes, p.executor, p.fence,
                 p.leased_until, p.escalated_at);
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

// Also where the plan is approved again after an approver was lost: what was held before is free by then.
Status reserve(Work& work, const PlanChange& c) {
  for (const auto& hold : c.holds) {
    work.db.change(
        "INSERT INTO allowance (team, rule, window, used, reserved) VALUES ('main', ?, ?, '0', '0') ON CONFLICT DO "
        "NOTHING",
        hold.rule, hold.window);
    const int fitted = work.db.change(
        "UPDATE allowance SET reserved = CAST(CAST(reserved AS INTEGER) + ?1 AS TEXT) WHERE team = 'main' AND rule = "
        "?2 "
        "AND window = ?3 AND CAST(used AS INTEGER) + CAST(reserved AS INTEGER) + ?1 <= ?4",
        hold.amount, hold.rule, hold.window, hold.most);
    if (fitted != 1)
      return failure(ErrorKind::kRejected, "This would pass the limit “" + hold.rule + "”. Nothing was decided.",
                     std::string(kOverAllowance));
    work.db.change("INSERT INTO allowance_hold (plan, rule, window, amount) VALUES (?, ?, ?, ?)", c.plan, hold.rule,
                   hold.window, hold.amount);
  }
  return {};
}

// What the plan held is used up where it had an effect, else free again.
void settle_holds(Work& work, const std::string& plan, bool used) {
  work.db.change(
      "UPDATE allowance SET reserved = CAST(CAST(reserved AS INTEGER) - h.amount AS TEXT), used = CAST(CAST(used AS "
      "INTEGER) + h.amount * ?2 AS TEXT) FROM allowance_hold h WHERE h.plan = ?1 AND allowance.team = 'main' AND "
      "allowance.rule = h.rule AND allowance.window = h.window",
      plan, used ? 1 : 0);
  work.db.change("DELETE FROM allowance_hold WHERE plan = ?", plan);
}

Result<bool> change_plan(Work& work, const PlanChange& c) {
  const bool decides = c.to == PlanState::kApproved || c.to == PlanState::kRejected;
  const std::optional<Time> now = work.now, none;
  const int changed = work.db.change(
      "UPDATE plan SET state = ?1, version = version + 1, decided_at = coalesce(?2, decided_at), ended_at = ?3, "
      "leased_until = CASE WHEN ?1 = 'executing' THEN leased_until END, reminded_at = coalesce(?7, reminded_at), "
      "escalated_at = coalesce(?8, escalated_at) WHERE id = ?4 AND version = ?5 AND (?6 < 0 OR fence = ?6)",
      to_string(c.to), decides ? now : none, is_final(c.to) ? now : none, c.plan, c.version, c.fence.value_or(-1),
      c.reminded_at, c.escalated_at);
  if (changed != 1) return false;
  if (c.drop_buttons && !takes_votes(c.to)) drop_voting_buttons(work, c.plan);
  if (is_final(c.to) || takes_votes(c.to))
    settle_holds(work, c.plan, c.to == PlanState::kSucceeded || c.to == PlanState::kPartlyDone);
  if (c.to == PlanState::kApproved)
    if (auto reserved = reserve(work, c); !reserved) return std::unexpected(reserved.error());
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
  if (v.plan != change.plan) return false;
  if (auto changed = change_plan(work, change); !changed || !*changed) return changed;
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

Result<std::optional<long long>> take_over(Work& work, const std::string& plan, long long fence,
                                           const std::string& executor, Time leased_until, Together together) {
  const int changed = work.db.change(
      "UPDATE plan SET executor = ?, fence = fence + 1, leased_until = ? WHERE id = ? AND fence = ? AND state IN "
      "('executing', 'unknown')",
      executor, leased_until, plan, fence);
  if (changed != 1) return std::optional<long long>();
  take_along(work, std::move(together));
  return std::optional(fence + 1);
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

Result<bool> sending(Work& work, const std::string& attempt, long long fence, Time leased_until) {
  const int marked = work.db.change(
      "UPDATE journal SET phase = 'sent' WHERE attempt = ?1 AND phase = 'intended' AND EXISTS (SELECT 1 FROM plan "
      "WHERE "
      "id = journal.plan AND state = 'executing' AND fence = ?2)",
      attempt, fence);
  if (marked != 1) return false;
  work.db.change("UPDATE plan SET leased_until = ?1 WHERE id = (SELECT plan FROM journal WHERE attempt = ?2)",
                 leased_until, attempt);
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

Result<bool> move(Work& work, const PlanChange& change, Together together, const std::vector<PlanChange>& also) {
  if (auto changed = change_plan(work, change); !changed || !*changed) return changed;
  for (const auto& other : also)
    if (auto changed = change_plan(work, other); !changed || !*changed) return changed;
  take_along(work, std::move(together));
  return true;
}

Result<bool> skip_steps(Work& work, const std::string& plan, long long fence, const Json& result, Together together) {
  const int skipped = work.db.change(
      "UPDATE step SET state = 'skipped', result = ?1 WHERE plan = ?2 AND state = 'waiting' AND EXISTS (SELECT 1 FROM "
      "plan WHERE id = ?2 AND fence = ?3 AND state IN ('executing', 'unknown'))",
      result, plan, fence);
  if (skipped == 0) return false;
  take_along(work, std::move(together));
  return true;
}

Result<PlanRow> replace(Work& work, const PlanChange& old_plan, const NewPlan& plan, Together together) {
  const auto changed = change_plan(work, old_plan);
  if (!changed) return std::unexpected(changed.error());
  if (!*changed)
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
