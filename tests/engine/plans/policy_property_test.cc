// Whatever is written in a policy, it never permits more than the rules in code: random policies, people and plans.
#include <boost/test/unit_test.hpp>

#include "engine/base/random.h"
#include "engine/plans/autofix_rules.h"
#include "engine/plans/policy.h"
#include "tests/engine/plans/people.h"

using namespace apiops;
using namespace apiops::testing;

namespace {

constexpr std::array<const char*, 4> kGroups{"ops", "leads", "finance", "support"};
constexpr std::array<Risk, 5> kRisks{Risk::kTest, Risk::kChange, Risk::kSpend, Risk::kDelete, Risk::kAuth};
constexpr std::array<const char*, 4> kOperations{"twilio.number.buy", "twilio.webhook.fix", "stripe.payment.refund",
                                                 "openai.key.delete"};

class Dice {
 public:
  explicit Dice(std::uint64_t seed) : random_(seed) {}
  bool one_in(std::uint64_t n) { return random_.below(n) == 0; }
  std::uint64_t below(std::uint64_t n) { return random_.below(n); }
  template <typename Array>
  auto of(const Array& array) {
    return array[random_.below(array.size())];
  }
  std::set<std::string> names() {
    std::set<std::string> names;
    for (const char* group : kGroups)
      if (one_in(3)) names.insert(group);
    if (one_in(4)) names.insert("p" + std::to_string(below(6)));
    return names;
  }

 private:
  SeededRandom random_;
};

PolicyRule any_rule(Dice& dice) {
  PolicyRule r = rule({}, dice.names());
  for (const Risk risk : kRisks)
    if (dice.one_in(3)) r.scope.risks.insert(risk);
  if (dice.one_in(4)) r.scope.operations.insert(dice.of(kOperations));
  if (dice.one_in(5)) r.may_ask = dice.names();
  if (dice.one_in(4)) r.demand.one_of_each = {dice.of(kGroups), dice.of(kGroups)};
  if (dice.one_in(4)) r.demand.after_escalation = dice.names();
  r.demand.votes = static_cast<int>(dice.below(4)) - 1;  // also what the reader would not let through
  r.demand.requester_may_confirm = dice.one_in(2);
  if (dice.one_in(4)) r.above = usd(static_cast<long long>(dice.below(300)));
  if (dice.one_in(4)) r.up_to = usd(static_cast<long long>(dice.below(300)));
  if (dice.one_in(10)) r.never = "by hand";
  return r;
}

Policy any_policy(Dice& dice) {
  std::vector<Person> people;
  for (int i = 0; i < 6; ++i) {
    people.push_back(person("p" + std::to_string(i), {}, !dice.one_in(5)));
    for (const char* group : kGroups)
      if (dice.one_in(3)) people.back().groups.push_back(group);
  }
  PolicyBook book;
  for (std::uint64_t i = dice.below(6); i > 0; --i) book.rules.push_back(any_rule(dice));
  return Policy(std::move(people), std::move(book));
}

PlanFacts any_plan(Dice& dice) {
  PlanFacts plan;
  for (std::uint64_t i = 1 + dice.below(3); i > 0; --i) {
    plan.parts.push_back(plan_of(dice.of(kRisks), dice.of(kOperations)).parts.front());
    if (dice.one_in(2)) plan.parts.back().cost = usd(static_cast<long long>(dice.below(400)));
  }
  return plan;
}

std::vector<const Person*> some_voters(const Policy& policy, Dice& dice) {
  std::vector<const Person*> voters;
  for (const auto& p : policy.people())
    if (dice.one_in(2)) voters.push_back(&p);
  return voters;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(policy_properties)

BOOST_AUTO_TEST_CASE(no_policy_is_more_permissive_than_the_rules_in_code) {
  int approved = 0;
  for (std::uint64_t seed = 1; seed <= 20'000; ++seed) {
    Dice dice(seed);
    const Policy policy = any_policy(dice);
    const PlanFacts plan = any_plan(dice);
    const Person& requester = policy.people()[dice.below(6)];
    const Requirement r = policy.requirement(requester, plan);
    const Risk risk = plan.gravest();
    const auto voters = some_voters(policy, dice);
    const bool escalated = dice.one_in(2);
    if (policy.missing(r, voters, requester.id, risk, escalated) > 0) continue;
    ++approved;
    BOOST_TEST_INFO("seed " << seed);
    BOOST_TEST(r.possible);
    for (const auto& part : plan.parts) {
      const PolicyRule* rule = policy.rule_for(part, plan);
      BOOST_REQUIRE(rule != nullptr);   // no rule: no
      BOOST_TEST(rule->never.empty());  // never means never
      BOOST_TEST((rule->may_ask.empty() || is_one_of(requester, rule->may_ask)));
      int others = 0, own = 0;
      for (const Person* voter : voters) {
        if (!voter->active) continue;  // who left is nobody
        std::set<std::string> named = rule->demand.approvers;
        named.insert(rule->demand.one_of_each.begin(), rule->demand.one_of_each.end());
        if (escalated) named.insert(rule->demand.after_escalation.begin(), rule->demand.after_escalation.end());
        if (voter->id == requester.id)
          own += rule->demand.requester_may_confirm && !is_grave(risk) ? 1 : 0;
        else
          others += is_one_of(*voter, named) ? 1 : 0;
      }
      if (is_grave(risk)) BOOST_TEST(own == 0);                     // four eyes, whatever is written
      BOOST_TEST(others + own >= std::max(1, rule->demand.votes));  // at least as many as written, at least one
    }
  }
  BOOST_TEST(approved > 500);  // the property was not proven on nothing
}

BOOST_AUTO_TEST_CASE(a_voter_more_never_makes_an_approved_plan_wait_again) {
  for (std::uint64_t seed = 1; seed <= 3'000; ++seed) {
    Dice dice(seed);
    const Policy policy = any_policy(dice);
    const PlanFacts plan = any_plan(dice);
    const Person& requester = policy.people()[dice.below(6)];
    const Requirement r = policy.requirement(requester, plan);
    auto voters = some_voters(policy, dice);
    const int before = policy.missing(r, voters, requester.id, plan.gravest());
    voters.push_back(&policy.people()[dice.below(6)]);
    BOOST_TEST_INFO("seed " << seed);
    BOOST_TEST(policy.missing(r, voters, requester.id, plan.gravest()) <= before);
  }
}

BOOST_AUTO_TEST_CASE(the_same_person_twice_counts_once) {
  for (std::uint64_t seed = 1; seed <= 3'000; ++seed) {
    Dice dice(seed);
    const Policy policy = any_policy(dice);
    const PlanFacts plan = any_plan(dice);
    const Person& requester = policy.people()[dice.below(6)];
    const Requirement r = policy.requirement(requester, plan);
    auto voters = some_voters(policy, dice);
    const int once = policy.missing(r, voters, requester.id, plan.gravest());
    auto twice = voters;
    twice.insert(twice.end(), voters.begin(), voters.end());
    BOOST_TEST(policy.missing(r, twice, requester.id, plan.gravest()) == once);
  }
}

BOOST_AUTO_TEST_SUITE_END()
