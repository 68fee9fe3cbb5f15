// Who may approve what: fails closed, and never lets who asked approve what is grave.
#include "engine/plans/policy.h"

#include <boost/test/unit_test.hpp>

#include "engine/plans/plan_life.h"
#include "engine/plans/planner.h"
#include "tests/engine/plans/people.h"

using namespace apiops;
using namespace apiops::testing;

namespace {

Policy policy() {
  PolicyRule tests = rule({Risk::kTest}, {"support", "leads"}), spends = rule({Risk::kSpend}, {"leads"});
  tests.demand.requester_may_confirm = spends.demand.requester_may_confirm = true;
  PolicyRule changes = rule({Risk::kChange}, {"leads"});
  changes.demand.votes = 2;
  return Policy({person("ana", {"support"}), person("ben", {"leads"}), person("old", {"leads"}, false)},
                {.rules = {tests, spends, changes}});
}

Requirement required(const Policy& p, const char* asker, const PlanFacts& facts) {
  return p.requirement(*p.person(asker), facts);
}

std::vector<const Person*> voters(const Policy& p, std::vector<const char*> ids) {
  std::vector<const Person*> people;
  for (const char* id : ids) people.push_back(p.person(id));
  return people;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(policy_of_approvals)

BOOST_AUTO_TEST_CASE(what_no_rule_names_is_refused) {
  BOOST_TEST(!required(policy(), "ana", plan_of(Risk::kDelete)).possible);
}

BOOST_AUTO_TEST_CASE(who_asked_never_approves_what_spends_whatever_is_written) {
  const Policy p = policy();
  BOOST_TEST(!required(p, "ben", plan_of(Risk::kSpend)).possible);  // Ben is the only active lead
  const Requirement other = required(p, "ana", plan_of(Risk::kSpend));
  BOOST_TEST(other.possible);
  BOOST_TEST(!p.refusal(*p.person("ana"), "ana", other, Risk::kSpend).empty());
  BOOST_TEST(p.refusal(*p.person("ben"), "ana", other, Risk::kSpend).empty());
}

BOOST_AUTO_TEST_CASE(a_test_may_be_confirmed_by_who_asked) {
  const Policy p = policy();
  BOOST_TEST(p.refusal(*p.person("ana"), "ana", required(p, "ana", plan_of(Risk::kTest)), Risk::kTest).empty());
}

BOOST_AUTO_TEST_CASE(more_votes_than_people_is_impossible) {
  BOOST_TEST(!required(policy(), "ana", plan_of(Risk::kChange)).possible);
}

BOOST_AUTO_TEST_CASE(a_rule_without_approvers_approves_nothing) {
  const Policy p({person("ana", {}), person("ben", {})}, {.rules = {rule({Risk::kChange}, {})}});
  BOOST_TEST(!required(p, "ana", plan_of(Risk::kChange)).possible);
}

BOOST_AUTO_TEST_CASE(strangers_guests_and_people_who_left_are_nobody) {
  const Policy p = policy();
  BOOST_TEST(!p.person_of({.platform = "console", .workspace = "main", .user = "mallory"}));
  BOOST_TEST(!p.person_of({.platform = "slack", .workspace = "main", .user = "ben"}));
  BOOST_TEST(!p.person_of({.platform = "console", .workspace = "main", .user = "ben", .kind = "guest"}));
  BOOST_TEST(!p.person_of({.platform = "console", .workspace = "main", .user = "old"}));
}

BOOST_AUTO_TEST_CASE(one_person_never_stands_for_two_groups) {
  PolicyRule both = rule({Risk::kSpend}, {});
  both.demand.one_of_each = {"ops", "finance"};
  const Policy p(
      {person("ana", {}), person("ben", {"ops", "finance"}), person("cleo", {"ops"}), person("dana", {"finance"})},
      {.rules = {both}});
  const Requirement r = required(p, "ana", plan_of(Risk::kSpend));
  BOOST_REQUIRE(r.possible);
  const auto missing = [&](std::vector<const char*> ids) {
    return p.missing(r, voters(p, std::move(ids)), "ana", Risk::kSpend);
  };
  BOOST_TEST(missing({}) == 2);
  BOOST_TEST(missing({"ben"}) == 1);
  BOOST_TEST(missing({"ben", "ben"}) == 1);
  BOOST_TEST(missing({"cleo", "ben"}) == 0);
  BOOST_TEST(missing({"ben", "dana"}) == 0);
  BOOST_TEST(missing({"cleo", "dana"}) == 0);
}

BOOST_AUTO_TEST_CASE(each_step_is_judged_by_its_own_rule_and_the_plan_needs_them_all) {
  PolicyRule refunds = rule({}, {"finance"});
  refunds.scope.operations = {"stripe.*"};
  const Policy p({person("ana", {}), person("ben", {"ops"}), person("dana", {"finance"})},
                 {.rules = {refunds, rule({Risk::kSpend}, {"ops"})}});
  PlanFacts two = plan_of(Risk::kSpend, "stripe.payment.refund");
  two.parts.push_back(plan_of(Risk::kSpend, "twilio.number.buy").parts.front());
  const Requirement r = required(p, "ana", two);
  BOOST_TEST(p.missing(r, voters(p, {"ben"}), "ana", Risk::kSpend) == 1);
  BOOST_TEST(p.missing(r, voters(p, {"dana"}), "ana", Risk::kSpend) == 1);
  BOOST_TEST(p.missing(r, voters(p, {"ben", "dana"}), "ana", Risk::kSpend) == 0);
}

BOOST_AUTO_TEST_CASE(an_amount_that_is_not_known_or_in_another_currency_is_above_any_bound) {
  PolicyRule small = rule({Risk::kSpend}, {"ops"}), large = rule({Risk::kSpend}, {"leads"});
  small.up_to = usd(200);
  const Policy p({person("ana", {}), person("ben", {"ops"}), person("cleo", {"leads"})}, {.rules = {small, large}});
  const auto by = [&](std::optional<Money> cost) {
    PlanFacts plan = plan_of(Risk::kSpend);
    plan.parts.front().cost = std::move(cost);
    return p.approvers_in_words(required(p, "ana", plan), "ana");
  };
  BOOST_TEST(by(usd(200)) == "ben");
  BOOST_TEST(by(usd(201)) == "cleo");
  BOOST_TEST(by(std::nullopt) == "cleo");
  BOOST_TEST(by(Money{.micros = 1'000'000, .currency = "eur"}) == "cleo");
}

BOOST_AUTO_TEST_CASE(a_sum_split_over_two_steps_is_still_that_sum) {
  PolicyRule small = rule({Risk::kSpend}, {"ops"});
  small.up_to = usd(200);
  const Policy p({person("ana", {}), person("ben", {"ops"})}, {.rules = {small}});
  PlanFacts plan = plan_of(Risk::kSpend);
  plan.parts.front().cost = usd(150);
  BOOST_TEST(required(p, "ana", plan).possible);
  plan.parts.push_back(plan.parts.front());
  BOOST_TEST(!required(p, "ana", plan).possible);
}

BOOST_AUTO_TEST_CASE(rules_hold_in_their_channel_environment_and_hours_only) {
  PolicyRule here = rule({Risk::kChange}, {"ops"});
  here.scope.channels = {"#ops"};
  here.scope.environments = {"test"};
  here.hours = parse_hours("mon-fri 09:00-18:00", "Europe/Berlin");
  const Policy p({person("ana", {}), person("ben", {"ops"})}, {.rules = {here}});
  PlanFacts plan = plan_of(Risk::kChange);
  plan.place.channel = "#ops";
  plan.parts.front().environment = "test";
  plan.at = *parse_iso8601("2026-11-24T08:30:00Z");  // Tuesday, 09:30 in Berlin
  BOOST_TEST(required(p, "ana", plan).possible);
  PlanFacts other = plan;
  other.place.channel = "#random";
  BOOST_TEST(!required(p, "ana", other).possible);
  other = plan;
  other.parts.front().environment = "live";
  BOOST_TEST(!required(p, "ana", other).possible);
  other = plan;
  other.at = *parse_iso8601("2026-11-24T07:59:00Z");
  BOOST_TEST(!required(p, "ana", other).possible);
  other.at = *parse_iso8601("2026-11-22T10:00:00Z");  // Sunday
  BOOST_TEST(!required(p, "ana", other).possible);
}

BOOST_AUTO_TEST_CASE(hours_over_midnight_belong_to_the_day_on_which_they_begin) {
  const auto night = parse_hours("fri 22:00-06:00", "UTC");
  BOOST_REQUIRE(night.has_value());
  BOOST_TEST(night->contains(*parse_iso8601("2026-11-27T23:00:00Z")));   // Friday
  BOOST_TEST(night->contains(*parse_iso8601("2026-11-28T05:59:00Z")));   // Saturday morning
  BOOST_TEST(!night->contains(*parse_iso8601("2026-11-27T05:00:00Z")));  // Friday morning
  BOOST_TEST(!parse_hours("fry 9-5", "UTC").has_value());
}

BOOST_AUTO_TEST_CASE(what_is_never_done_from_chat_says_why) {
  PolicyRule never = rule({Risk::kDelete}, {"ops"});
  never.never = "archive it in the console";
  const Policy p({person("ana", {}), person("ben", {"ops"})}, {.rules = {never}});
  BOOST_TEST(required(p, "ana", plan_of(Risk::kDelete)).why_not.find("archive it in the console") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_freeze_covers_what_it_names_until_it_is_over) {
  Freeze freeze;
  freeze.scope.risks = {Risk::kChange};
  freeze.because = "Black Friday";
  freeze.from = parse_local_time("2026-11-27", "Europe/Berlin");
  freeze.to = parse_local_time("2026-11-30 06:00", "Europe/Berlin");
  const Policy p({}, {.freezes = {freeze}});
  BOOST_TEST(p.freeze(plan_of(Risk::kChange), *parse_iso8601("2026-11-26T22:59:00Z")).empty());
  BOOST_TEST(p.freeze(plan_of(Risk::kChange), *parse_iso8601("2026-11-26T23:00:00Z")).find("Black Friday") !=
             std::string::npos);
  BOOST_TEST(p.freeze(plan_of(Risk::kTest), *parse_iso8601("2026-11-28T00:00:00Z")).empty());
  BOOST_TEST(p.freeze(plan_of(Risk::kChange), *parse_iso8601("2026-11-30T05:00:00Z")).empty());
}

BOOST_AUTO_TEST_CASE(those_of_the_escalation_may_approve_only_after_it) {
  PolicyRule r = rule({Risk::kSpend}, {"ops"});
  r.demand.after_escalation = {"leads"};
  const Policy p({person("ana", {}), person("ben", {"ops"}), person("cleo", {"leads"})}, {.rules = {r}});
  const Requirement needed = required(p, "ana", plan_of(Risk::kSpend));
  BOOST_TEST(!p.refusal(*p.person("cleo"), "ana", needed, Risk::kSpend, false).empty());
  BOOST_TEST(p.refusal(*p.person("cleo"), "ana", needed, Risk::kSpend, true).empty());
}

BOOST_AUTO_TEST_CASE(a_requirement_survives_its_storage_and_a_broken_one_approves_nothing) {
  const Policy p = policy();
  Requirement r = required(p, "ana", plan_of(Risk::kSpend));
  r.typed_confirmation = true;
  r.escalate_after = std::chrono::minutes(10);
  BOOST_TEST(to_json(requirement_from_json(to_json(r))) == to_json(r));
  const Requirement broken = requirement_from_json(Json{{"possible", true}});
  BOOST_TEST(!broken.possible);
  BOOST_TEST(p.missing(broken, voters(p, {"ben"}), "ana", Risk::kSpend) > 0);
}

BOOST_AUTO_TEST_CASE(two_accounts_that_nobody_linked_may_be_one_human) {
  const Identity console{.platform = "console", .workspace = "main", .user = "ana"},
      slack{.platform = "slack", .workspace = "T1", .user = "U1"},
      same_slack{.platform = "slack", .workspace = "T1", .user = "U2"};
  const Person ana = person("ana", {});
  Person unlinked = person("slack:U1", {});
  unlinked.linked = false;
  Person other = unlinked;
  other.id = "slack:U2";
  BOOST_TEST(!surely_apart(ana, console, unlinked, slack));
  BOOST_TEST(surely_apart(other, same_slack, unlinked, slack));
  BOOST_TEST(surely_apart(ana, console, person("ben", {}), slack));
}

BOOST_AUTO_TEST_CASE(a_final_plan_moves_no_more) {
  using S = PlanState;
  using E = PlanEvent;
  for (const S state : {S::kFailed, S::kRejected, S::kExpired, S::kDrifted, S::kCancelled, S::kUndone})
    for (const E event :
         {E::kPosted, E::kApprove, E::kReject, E::kExpire, E::kCancel, E::kDrift, E::kStart, E::kSucceed, E::kResume})
      BOOST_TEST(!next_state(state, event).has_value());
  BOOST_TEST((next_state(S::kWaiting, E::kApprove) == S::kApproved));
  BOOST_TEST((next_state(S::kApproved, E::kApproverLost) == S::kWaiting));
  BOOST_TEST((next_state(S::kSucceeded, E::kUndone) == S::kUndone));
  BOOST_TEST(!next_state(S::kExecuting, E::kApprove).has_value());
}

BOOST_AUTO_TEST_CASE(the_fingerprint_changes_with_everything_an_approver_sees) {
  PlanDraft draft;
  draft.title = "Buy";
  draft.steps.push_back({.service = "twilio",
                         .operation = "twilio.number.buy",
                         .parameters = Json{{"number", "+14155550162"}},
                         .summary = "Buy it"});
  const std::string before = fingerprint_of(draft, "ana");
  BOOST_TEST(before.size() == 64u);
  BOOST_TEST(fingerprint_of(draft, "ben") != before);
  PlanDraft other = draft;
  other.steps[0].parameters["number"] = "+14155550163";
  BOOST_TEST(fingerprint_of(other, "ana") != before);
  other = draft;
  other.steps[0].summary = "Buy another";
  BOOST_TEST(fingerprint_of(other, "ana") != before);
  BOOST_TEST(fingerprint_of(draft, "ana") == before);
}

BOOST_AUTO_TEST_SUITE_END()
