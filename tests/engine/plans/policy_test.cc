// Who may approve what: fails closed, and never lets who asked approve what is grave.
#include "engine/plans/policy.h"

#include <boost/test/unit_test.hpp>

#include "engine/plans/plan_life.h"
#include "engine/plans/planner.h"

using namespace apiops;

namespace {

Person person(std::string id, std::vector<std::string> groups, bool active = true) {
  Person p{.id = id, .name = id, .groups = std::move(groups), .active = active};
  p.identities.push_back({.platform = "console", .workspace = "main", .user = std::move(id)});
  return p;
}

Policy policy() {
  return Policy({person("ana", {"support"}), person("ben", {"leads"}), person("old", {"leads"}, false)},
                {{.risks = {Risk::kTest}, .approvers = {"support", "leads"}, .requester_may_confirm = true},
                 {.risks = {Risk::kSpend}, .approvers = {"leads"}, .requester_may_confirm = true},
                 {.risks = {Risk::kChange}, .approvers = {"leads"}, .votes = 2}});
}

}  // namespace

BOOST_AUTO_TEST_SUITE(policy_of_approvals)

BOOST_AUTO_TEST_CASE(what_no_rule_names_is_refused) {
  const Policy p = policy();
  BOOST_TEST(!p.requirement(*p.person("ana"), Risk::kDelete, {}, {}, "live").possible);
}

BOOST_AUTO_TEST_CASE(who_asked_never_approves_what_spends_whatever_is_written) {
  const Policy p = policy();
  const Requirement r = p.requirement(*p.person("ben"), Risk::kSpend, {}, {}, "live");
  BOOST_TEST(!r.possible);  // Ben is the only active lead
  const Requirement other = p.requirement(*p.person("ana"), Risk::kSpend, {}, {}, "live");
  BOOST_TEST(other.possible);
  BOOST_TEST(!p.refusal(*p.person("ana"), "ana", other, Risk::kSpend).empty());
  BOOST_TEST(p.refusal(*p.person("ben"), "ana", other, Risk::kSpend).empty());
}

BOOST_AUTO_TEST_CASE(a_test_may_be_confirmed_by_who_asked) {
  const Policy p = policy();
  const Requirement r = p.requirement(*p.person("ana"), Risk::kTest, {}, {}, "live");
  BOOST_TEST(p.refusal(*p.person("ana"), "ana", r, Risk::kTest).empty());
}

BOOST_AUTO_TEST_CASE(more_votes_than_people_is_impossible) {
  const Policy p = policy();
  BOOST_TEST(!p.requirement(*p.person("ana"), Risk::kChange, {}, {}, "live").possible);
}

BOOST_AUTO_TEST_CASE(strangers_guests_and_people_who_left_are_nobody) {
  const Policy p = policy();
  BOOST_TEST(!p.person_of({.platform = "console", .workspace = "main", .user = "mallory"}));
  BOOST_TEST(!p.person_of({.platform = "slack", .workspace = "main", .user = "ben"}));
  BOOST_TEST(!p.person_of({.platform = "console", .workspace = "main", .user = "ben", .kind = "guest"}));
  BOOST_TEST(!p.person_of({.platform = "console", .workspace = "main", .user = "old"}));
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
