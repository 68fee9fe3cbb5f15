// Who is mentioned on the messages of a plan, where the policy says so.
#include "engine/plans/mentions.h"

#include <boost/test/unit_test.hpp>

#include "tests/engine/plans/people.h"

namespace apiops::testing {

namespace {

PlanView asked_by(const std::string& requester, const Policy& policy) {
  PlanView view;
  view.plan.requester = requester;
  view.plan.risk = Risk::kSpend;
  view.plan.policy = to_json(policy.requirement(*policy.person(requester), plan_of(Risk::kSpend)));
  return view;
}

std::vector<std::string> names_of(const std::optional<Mentions>& mentions) {
  std::vector<std::string> names;
  if (mentions)
    for (const auto& mention : mentions->who) names.push_back((mention.group ? "group " : "") + mention.name);
  return names;
}

Policy policy_that_mentions(bool mention) {
  PolicyBook book;
  book.rules.push_back(rule({Risk::kSpend}, {"ops", "chris", "ana"}));
  book.rules.back().demand.after_escalation = {"leads"};
  book.hearing.mention = mention;
  return Policy({person("ana", {}), person("ben", {"ops"}), person("chris", {}), person("dora", {"leads"})},
                std::move(book));
}

}  // namespace

BOOST_AUTO_TEST_SUITE(mentions)

BOOST_AUTO_TEST_CASE(groups_and_people_who_can_approve_are_mentioned_and_never_who_asked) {
  const Policy policy = policy_that_mentions(true);
  const auto mentions = approvers_mentioned(policy, asked_by("ana", policy));
  BOOST_TEST(names_of(mentions) == (std::vector<std::string>{"chris", "group ops"}), boost::test_tools::per_element());
  BOOST_REQUIRE(mentions->who.at(1).accounts.size() == 1u);
  BOOST_TEST(mentions->who[1].accounts[0].user == "ben");
}

BOOST_AUTO_TEST_CASE(who_may_approve_since_the_escalation_is_mentioned_from_then_on) {
  const Policy policy = policy_that_mentions(true);
  PlanView view = asked_by("ana", policy);
  view.plan.escalated_at = Time{};
  BOOST_TEST(
      names_of(approvers_mentioned(policy, view)) == (std::vector<std::string>{"chris", "group leads", "group ops"}),
      boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(nobody_is_mentioned_where_the_policy_does_not_say_so) {
  const Policy policy = policy_that_mentions(false);
  BOOST_TEST(!approvers_mentioned(policy, asked_by("ana", policy)).has_value());
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace apiops::testing
