#include "tests/connectors/sqlite/store_conformance.h"

#include <boost/test/unit_test.hpp>

#include "tests/support/run.h"

namespace apiops::testing {

Place ops_place(std::string thread) { return {"console", "main", "#ops", std::move(thread)}; }

InboundEvent message_event(const std::string& key, Place place) {
  InboundEvent e;
  e.kind = "message";
  e.key = key;
  e.place = std::move(place);
  e.message = "m-" + key;
  e.identity = {"console", "main", "ben"};
  e.text = "words of " + key;
  return e;
}

AuditEntry record_of(const std::string& kind, const std::string& plan) {
  return {.kind = kind,
          .person = "ben",
          .plan = plan,
          .service = "twilio",
          .resource = "PN1",
          .record = {{"action_taken", kind}, {"result", "success"}}};
}

OutboxWrite message_to(Bench& bench, const std::string& subject, Place place, const std::string& title) {
  Document document;
  document.title = title;
  return {.id = make_id(bench.clock.now(), bench.random),
          .subject = subject,
          .place = std::move(place),
          .document = to_json(document),
          .nonce = "n-" + subject};
}

NewPlan new_plan(Bench& bench, int steps) {
  NewPlan plan;
  plan.plan.id = make_id(bench.clock.now(), bench.random);
  plan.plan.requester = "ben";
  plan.plan.requester_identity = {"console", "main", "ben"};
  plan.plan.place = ops_place();
  plan.plan.risk = Risk::kSpend;
  plan.plan.fingerprint = std::string(64, 'a');
  plan.plan.document = {{"title", "Buy"}};
  plan.plan.policy = {{"votes", 1}};
  plan.plan.created_at = bench.clock.now();
  plan.plan.opens_until = bench.clock.now() + std::chrono::hours(1);
  for (int no = 1; no <= steps; ++no) {
    StepRow step{.plan = plan.plan.id, .no = no};
    step.draft.service = "twilio";
    step.draft.operation = "twilio.number.buy";
    step.draft.risk = Risk::kSpend;
    step.draft.parameters = {{"number", "+14155550162"}};
    plan.steps.push_back(step);
  }
  return plan;
}

VoteRow vote_of(const PlanRow& plan, const std::string& person, Time at) {
  return {.plan = plan.id,
          .person = person,
          .verdict = "approve",
          .fingerprint = plan.fingerprint,
          .identity = {"console", "main", person},
          .at = at};
}

PlanRow proposed(Bench& bench, int steps) {
  auto row = run(bench.loop, bench.store.propose(new_plan(bench, steps), {.audit = {record_of("plan")}}));
  BOOST_REQUIRE_MESSAGE(row.has_value(), (row ? "" : row.error().what));
  return *row;
}

long long executing(Bench& bench, PlanRow& plan) {
  auto counted =
      run(bench.loop, bench.store.vote(vote_of(plan, "ana", bench.clock.now()),
                                       {.plan = plan.id, .version = plan.version, .to = PlanState::kApproved}, {}));
  BOOST_REQUIRE(counted.has_value() && *counted);
  auto fence = run(bench.loop, bench.store.start(plan.id, plan.version + 1, "agent-1",
                                                 bench.clock.now() + std::chrono::minutes(2), {}));
  BOOST_REQUIRE(fence.has_value() && fence->has_value());
  plan = **run(bench.loop, bench.store.plan(plan.id));
  return **fence;
}

JournalRow attempt_of(Bench& bench, const PlanRow& plan, int step, long long fence) {
  return {.attempt = make_id(bench.clock.now(), bench.random),
          .plan = plan.id,
          .step = step,
          .idempotency_key = plan.id + "-" + std::to_string(step),
          .request_digest = "d",
          .fence = fence,
          .at = bench.clock.now()};
}

std::vector<AuditRow> whole_trail(Bench& bench) {
  auto rows = run(bench.loop, bench.store.audit({}));
  BOOST_REQUIRE(rows.has_value());
  return std::move(*rows);
}

std::vector<Rule> store_rules() {
  std::vector<Rule> all = inbox_rules();
  for (auto part : {plan_rules(), alert_rules()}) all.insert(all.end(), part.begin(), part.end());
  return all;
}

}  // namespace apiops::testing
