// faults.md, rows 64 to 73: what may go wrong between a vote and its effect.
#include <fmt/format.h>

#include <asio/co_spawn.hpp>
#include <asio/detached.hpp>
#include <fstream>

#include "bot/reload.h"
#include "connectors/net/http_client.h"
#include "engine/base/digest.h"
#include "engine/base/text.h"
#include "engine/plans/plan_life.h"
#include "engine/plans/planner.h"
#include "engine/ports/step_json.h"
#include "tests/bot/lab.h"

using namespace apiops;
using namespace apiops::testing;

namespace {

const Identity kAna = on_console("ana"), kBen = on_console("ben"), kChris = on_console("chris");
constexpr const char* kChange = "disable we_359a278fa0ab58c3153b58bd";
constexpr const char* kRepair = "fix the webhooks";
constexpr const char* kPurchase = "buy a phone number in 415 with sms";

bool has(const std::string& text, std::string_view part) { return text.find(part) != std::string::npos; }

// The events of several people, handed over before any of them is handled; what each was told.
std::vector<std::string> at_once(Lab& lab, std::vector<InboundEvent> events) {
  auto told = std::make_shared<std::vector<std::string>>(events.size());
  std::vector<std::string> rows;
  for (auto& event : events) rows.push_back(lab.run(lab.agent().inbox().receive(std::move(event)))->id);
  lab.pass_barrier(ops());
  for (std::size_t i = 0; i < rows.size(); ++i) (*told)[i] = lab.told(rows[i]).value_or("");
  return *told;
}

InboundEvent click_of(Lab& lab, const Identity& who, const PlanRow& plan, const char* label) {
  static int count = 0;
  return {.kind = "click",
          .key = "at-once-" + std::to_string(++count),
          .place = ops(),
          .message = "card",
          .identity = who,
          .token = lab.token(plan, label)};
}

Config without(const Config& config, const std::string& person, const std::string& group) {
  Config changed = config;
  for (auto& p : changed.people)
    if (p.id == person) std::erase(p.groups, group);
  return changed;
}

// A fault or a change at the simulated service, from outside of the agent.
void at_twilio(Lab& lab, const std::string& method, const std::string& path, const std::string& body) {
  net::HttpClient http(lab.world().loop());
  const auto base = lab.world().sandbox()->environment().at("TWILIO_BASE_URL");
  const auto sid = lab.world().sandbox()->environment().at("TWILIO_ACCOUNT_SID");
  const auto token = lab.world().sandbox()->environment().at("TWILIO_AUTH_TOKEN");
  auto reply = lab.run(http.send({.method = method,
                                  .url = base + path,
                                  .headers = {{"Authorization", "Basic " + base64(sid + ":" + token)},
                                              {"Content-Type", "application/x-www-form-urlencoded"}},
                                  .body = body}));
  BOOST_REQUIRE(reply.has_value());
  BOOST_REQUIRE_MESSAGE(reply->status < 300, reply->status << " " << reply->body);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(approval_faults)

BOOST_AUTO_TEST_CASE(row_64_a_bad_configuration_is_refused_with_a_line_for_each_fault) {
  const auto bad = parse_config(
      "people:\n  - id: ana\n  - id: ana\npolicy:\n  - risks: [chnage]\n    aprovers: [ops]\n    votes: many\n",
      "apiops.yaml");
  BOOST_REQUIRE(!bad.has_value());
  for (const char* fault : {"apiops.yaml:3: two people have the id", "apiops.yaml:5: unknown risk",
                            "did you mean “approvers”", "apiops.yaml:7: votes must be a whole number"})
    BOOST_TEST(has(bad.error().what, fault), bad.error().what);
  BOOST_TEST(!parse_config("a: [", "x.yaml").has_value());
  BOOST_TEST(!read_config("/nowhere/apiops.yaml").has_value());
}

BOOST_AUTO_TEST_CASE(row_64_a_bad_file_at_a_reload_is_refused_and_the_policy_in_force_stays) {
  Lab lab;
  const auto file = std::filesystem::temp_directory_path() / fmt::format("apiops-reload-{}.yaml", ::getpid());
  const Common common{.config = file.string()};
  std::ofstream(file) << "people: [{id: zoe, groups: [ops]}]\npolicy: [{risks: [change], approvers: [opps]}]\n";
  const auto refused = reload_policy(lab.agent(), common);
  BOOST_REQUIRE(!refused.has_value());
  BOOST_TEST(has(refused.error().what, ".yaml:2: “opps” is no person"), refused.error().what);
  BOOST_TEST(lab.agent().policy().person("ana") != nullptr);
  BOOST_TEST(lab.agent().policy().person("zoe") == nullptr);
  std::ofstream(file, std::ios::trunc)
      << "people: [{id: zoe, groups: [ops]}]\npolicy: [{risks: [change], approvers: [ops]}]\n";
  BOOST_TEST(reload_policy(lab.agent(), common).has_value());
  BOOST_TEST(lab.agent().policy().person("zoe") != nullptr);
  BOOST_TEST(lab.agent().policy().person("ana") == nullptr);
  std::filesystem::remove(file);
}

BOOST_AUTO_TEST_CASE(row_64_a_file_that_changes_is_read_anew_by_itself_a_bad_one_is_told_and_the_old_policy_stays) {
  Lab lab;
  const auto folder = std::filesystem::temp_directory_path() / fmt::format("apiops-watch-{}", ::getpid());
  std::filesystem::create_directories(folder);
  const Common common{.config = (folder / "apiops.yaml").string()};
  const auto write = [&folder](const char* name, const std::string& text) { std::ofstream(folder / name) << text; };
  const std::string rule = "- {risks: [change], approvers: [ops]}\n";
  write("policy.yaml", rule);
  write("apiops.yaml", "people: [{id: zoe, groups: [ops]}]\npolicy: policy.yaml\n");
  BOOST_REQUIRE(reload_policy(lab.agent(), common).has_value());
  asio::co_spawn(lab.world().loop(), watch_policy(lab.agent(), common, std::chrono::milliseconds(20)), asio::detached);
  lab.wait();  // it has looked for the first time
  const auto wait_for = [&lab](const auto& condition) {
    for (int look = 0; look < 1'000 && !condition(); ++look) lab.wait();
    return condition();
  };
  write("policy.yaml", rule + "- {risks: [spend], approvers: [ops]}\n");
  BOOST_TEST(wait_for([&] { return lab.agent().policy().book().rules.size() == 2u; }));
  write("policy.yaml", "- {risks: [change], approvers: [opps]}\n");
  const auto told = [&lab] {
    for (const auto& row : *lab.run(lab.store().audit({.kind = "setting"})))
      if (has(get_string(row.entry.record, "context"), "policy.yaml:1: “opps” is no person")) return true;
    return false;
  };
  BOOST_TEST(wait_for(told));
  BOOST_TEST(lab.agent().policy().book().rules.size() == 2u);
  write(
      "apiops.yaml",
      "people: [{id: zoe, groups: [ops]}, {id: yan, groups: [ops]}]\npolicy: [{risks: [change], approvers: [ops]}]\n");
  BOOST_TEST(wait_for([&] { return lab.agent().policy().person("yan") != nullptr; }));
  std::filesystem::remove_all(folder);
}

BOOST_AUTO_TEST_CASE(row_65_a_reload_leaves_open_plans_with_what_they_were_shown_with) {
  Lab lab;
  const PlanRow plan = lab.propose(kAna, kPurchase);
  const std::string before = lab.again(plan).policy.dump();
  lab.agent().take_policy(without(lab.config(), "ben", "ops-leads"));
  BOOST_TEST(lab.again(plan).policy.dump() == before);
  BOOST_TEST(has(lab.say(kBen, fmt::format("approve {} {}", plan.number, lab.code(plan))), "You can't approve this"));
  BOOST_TEST(lab.votes(plan).empty());
  lab.say(kChris, fmt::format("approve {} {}", plan.number, lab.code(plan)));
  BOOST_TEST((lab.state_at_rest(plan) == PlanState::kSucceeded));
}

BOOST_AUTO_TEST_CASE(row_66_a_vote_of_somebody_who_lost_the_role_does_not_count_when_the_next_comes) {
  Config config = demo_config();
  config.book.rules.back().demand.votes = 2;
  Lab lab(config);
  config.people.push_back({.id = "dana", .name = "Dana", .groups = {"ops-leads"}, .identities = {on_console("dana")}});
  lab.agent().take_policy(config);
  const PlanRow plan = lab.propose(kAna, kPurchase);
  lab.say(kBen, fmt::format("approve {} {}", plan.number, lab.code(plan)));
  BOOST_TEST(lab.votes(plan).size() == 1u);
  lab.agent().take_policy(without(config, "ben", "ops-leads"));
  lab.say(kChris, fmt::format("approve {} {}", plan.number, lab.code(plan)));
  BOOST_TEST(lab.votes(plan).size() == 2u);
  BOOST_TEST((takes_votes(lab.again(plan).state)));  // Ben's does not count any more
  lab.say(on_console("dana"), fmt::format("approve {} {}", plan.number, lab.code(plan)));
  BOOST_TEST((lab.state_at_rest(plan) == PlanState::kSucceeded));
}

BOOST_AUTO_TEST_CASE(row_66_an_approved_plan_goes_back_to_waiting_where_its_approver_lost_the_role_before_it_started) {
  Lab lab;
  const PlanRow plan = lab.propose(kAna, kPurchase);
  // The vote is stored and the process dies before the executor looks.
  VoteRow vote{.plan = plan.id,
               .person = "ben",
               .verdict = "approve",
               .fingerprint = plan.fingerprint,
               .identity = kBen,
               .at = lab.agent().clock().now()};
  const PlanRow now = lab.again(plan);
  BOOST_REQUIRE(*lab.run(lab.store().vote(
      vote, {.plan = plan.id, .version = now.version, .to = PlanState::kApproved, .drop_buttons = true}, {})));
  lab.agent().take_policy(without(lab.config(), "ben", "ops-leads"));
  for (int look = 0; look < 900 && lab.again(plan).state == PlanState::kApproved; ++look) lab.wait();
  BOOST_TEST((takes_votes(lab.again(plan).state)));
  BOOST_TEST(lab.journal(plan).empty());
  lab.click(kChris, lab.token(plan, "Approve"));  // a fresh button
  BOOST_TEST((lab.state_at_rest(plan) == PlanState::kSucceeded));
}

BOOST_AUTO_TEST_CASE(row_67_a_double_click_is_one_decision) {
  Lab lab;
  const PlanRow plan = lab.propose(kAna, kPurchase);
  const auto told = at_once(lab, {click_of(lab, kBen, plan, "Approve"), click_of(lab, kBen, plan, "Approve")});
  BOOST_TEST(told[0].empty());
  BOOST_TEST(has(told[1], "already approved by Ben"), told[1]);
  BOOST_TEST((lab.state_at_rest(plan) == PlanState::kSucceeded));
  BOOST_TEST(lab.votes(plan).size() == 1u);
  BOOST_TEST(lab.journal(plan).size() == 1u);
}

BOOST_AUTO_TEST_CASE(row_67_two_people_at_the_same_time_are_one_decision_and_the_second_is_told) {
  Lab lab;
  const PlanRow plan = lab.propose(kAna, kPurchase);
  const auto told = at_once(lab, {click_of(lab, kBen, plan, "Approve"), click_of(lab, kChris, plan, "Approve")});
  BOOST_TEST(told[0].empty());
  BOOST_TEST(has(told[1], "already approved by Ben at"), told[1]);
  BOOST_TEST((lab.state_at_rest(plan) == PlanState::kSucceeded));
  BOOST_TEST(lab.journal(plan).size() == 1u);
}

BOOST_AUTO_TEST_CASE(row_67_votes_race_in_the_real_store_and_each_plan_is_decided_once) {
  Lab lab;
  for (int i = 0; i < 25; ++i) {
    const PlanRow plan = lab.propose(kAna, kChange);
    const PlanRow now = lab.again(plan);
    int won = 0, answered = 0;
    for (const char* person : {"ben", "chris", "ben", "chris"})
      asio::co_spawn(lab.world().loop(),
                     lab.store().vote({.plan = plan.id,
                                       .person = person,
                                       .verdict = "reject",
                                       .fingerprint = plan.fingerprint,
                                       .identity = on_console(person),
                                       .at = lab.agent().clock().now()},
                                      {.plan = plan.id, .version = now.version, .to = PlanState::kRejected}, {}),
                     [&](std::exception_ptr, Result<bool> counted) { ++answered, won += counted && *counted ? 1 : 0; });
    while (answered < 4) lab.wait(std::chrono::milliseconds(1));
    BOOST_TEST(won == 1);
    BOOST_TEST(lab.votes(plan).size() == 1u);
  }
}

BOOST_AUTO_TEST_CASE(row_68_of_approve_and_reject_at_the_same_time_the_first_wins_and_the_other_is_told) {
  Lab lab;
  const PlanRow plan = lab.propose(kAna, kPurchase), other = lab.propose(kAna, kChange);
  auto told = at_once(lab, {click_of(lab, kBen, plan, "Reject"), click_of(lab, kChris, plan, "Approve")});
  BOOST_TEST(has(told[1], "already rejected by Ben"), told[1]);
  BOOST_TEST((lab.state_at_rest(plan) == PlanState::kRejected));
  BOOST_TEST(lab.journal(plan).empty());
  told = at_once(lab, {click_of(lab, kBen, other, "Approve"), click_of(lab, kChris, other, "Reject")});
  BOOST_TEST(has(told[1], "already approved by Ben"), told[1]);
  BOOST_TEST((lab.state_at_rest(other) == PlanState::kSucceeded));
}

BOOST_AUTO_TEST_CASE(row_68_a_reject_after_the_execution_says_that_it_is_done) {
  Lab lab;
  const PlanRow plan = lab.propose(kAna, kChange);
  const std::string reject = lab.token(plan, "Reject");
  lab.click(kBen, lab.token(plan, "Approve"));
  BOOST_TEST((lab.state_at_rest(plan) == PlanState::kSucceeded));
  const std::string told = lab.click(kChris, reject);
  BOOST_TEST(has(told, "already approved by Ben"), told);
  BOOST_TEST(has(told, "is done"), told);
}

BOOST_AUTO_TEST_CASE(row_69_a_click_on_an_expired_plan_is_told_so_and_offers_to_ask_again) {
  Lab lab;
  const PlanRow plan = lab.propose(kAna, kPurchase);
  const std::string approve = lab.token(plan, "Approve");
  lab.pass(std::chrono::minutes(31));
  const std::string told = lab.click(kBen, approve);
  BOOST_TEST((has(told, "ran out") || has(told, "expired")), told);
  for (int look = 0; look < 900 && lab.again(plan).state != PlanState::kExpired; ++look) lab.wait();
  BOOST_TEST((lab.again(plan).state == PlanState::kExpired));
  BOOST_TEST(lab.journal(plan).empty());
  BOOST_TEST(lab.token(plan, "Approve").empty());  // its buttons are gone
  const std::string again = lab.token(plan, "Ask again");
  BOOST_REQUIRE(!again.empty());
  lab.click(kAna, again);
  BOOST_TEST(lab.plans().size() == 2u);
  BOOST_TEST((takes_votes(lab.plans().front().state)));
}

BOOST_AUTO_TEST_CASE(row_69_a_button_that_the_store_does_not_know_is_unknown) {
  Lab lab;
  BOOST_TEST(has(lab.click(kBen, "a-token-from-before-the-store-was-lost"), "older than my records"));
}

BOOST_AUTO_TEST_CASE(row_69_a_button_from_before_a_restart_still_works) {
  Lab lab;
  const PlanRow plan = lab.propose(kAna, kChange);
  const std::string approve = lab.token(plan, "Approve");
  lab.restart();
  lab.click(kBen, approve);
  BOOST_TEST((lab.state_at_rest(plan) == PlanState::kSucceeded));
}

BOOST_AUTO_TEST_CASE(row_70_tokens_are_stored_as_hashes_and_refused_clicks_are_in_the_audit_trail) {
  Lab lab;
  const PlanRow plan = lab.propose(kAna, kChange);
  const std::string token = lab.token(plan, "Approve");
  BOOST_TEST(token.size() == 22u);  // 128 bits
  BOOST_TEST(lab.run(lab.store().button(sha256_hex(token)))->has_value());
  BOOST_TEST(!lab.run(lab.store().button(token))->has_value());
  lab.click(kAna, token);
  BOOST_TEST(lab.records("refused_vote", plan) == 1u);
}

BOOST_AUTO_TEST_CASE(row_71_the_same_person_twice_is_one_of_two_votes) {
  Config config = demo_config();
  config.book.rules.back().demand.votes = 2;
  Lab lab(config);
  const PlanRow plan = lab.propose(kAna, kPurchase);
  lab.say(kBen, fmt::format("approve {} {}", plan.number, lab.code(plan)));
  const Place slack{.connector = "slack", .workspace = "T0DEMO001", .channel = "C0OPS0001", .thread = {}};
  const std::string told =
      lab.say(in_slack("U0BEN0001"), fmt::format("approve {} {}", plan.number, lab.code(plan)), slack);
  BOOST_TEST(has(told, "one person counts once"), told);
  BOOST_TEST((takes_votes(lab.again(plan).state)));
  BOOST_TEST(lab.votes(plan).size() == 1u);
  lab.say(kChris, fmt::format("approve {} {}", plan.number, lab.code(plan)));
  BOOST_TEST((lab.state_at_rest(plan) == PlanState::kSucceeded));
}

BOOST_AUTO_TEST_CASE(row_72_a_plan_whose_state_moved_between_approval_and_execution_does_nothing) {
  Lab lab;
  const PlanRow plan = lab.propose(kAna, kRepair);
  const auto steps = *lab.run(lab.store().steps(plan.id));
  const std::string sid = get_string(steps.front().draft.parameters, "sid");
  const std::string account = lab.world().sandbox()->environment().at("TWILIO_ACCOUNT_SID");
  BOOST_REQUIRE(!sid.empty());
  at_twilio(lab, "POST", fmt::format("/2010-04-01/Accounts/{}/IncomingPhoneNumbers/{}.json", account, sid),
            "VoiceUrl=https%3A%2F%2Fvoice.example.com%2Fmoved");
  lab.click(kBen, lab.token(plan, "Approve"));
  BOOST_TEST((lab.state_at_rest(plan) == PlanState::kDrifted));
  BOOST_TEST(lab.journal(plan).empty());
  BOOST_TEST(!lab.token(plan, "Ask again").empty());
}

BOOST_AUTO_TEST_CASE(row_72_a_number_that_went_to_somebody_else_meanwhile_is_not_bought) {
  Lab lab;
  const PlanRow plan = lab.propose(kAna, kPurchase);
  const auto steps = *lab.run(lab.store().steps(plan.id));
  const std::string account = lab.world().sandbox()->environment().at("TWILIO_ACCOUNT_SID"),
                    number = get_string(steps.front().draft.parameters, "number");
  at_twilio(lab, "POST", fmt::format("/2010-04-01/Accounts/{}/IncomingPhoneNumbers.json", account),
            "PhoneNumber=%2B" + number.substr(1));
  lab.click(kBen, lab.token(plan, "Approve"));
  BOOST_TEST((lab.state_at_rest(plan) == PlanState::kDrifted));
  BOOST_TEST(lab.journal(plan).empty());
  BOOST_TEST(!lab.token(plan, "Ask again").empty());
}

BOOST_AUTO_TEST_CASE(auto_fix_of_rate_limits_a_refused_change_waits_says_so_and_is_done_once) {
  Lab lab;
  const PlanRow plan = lab.propose(kAna, kRepair);
  net::HttpClient http(lab.world().loop());
  const Json fault = {{"kind", "429"}, {"value", 1}, {"path_regex", "^POST .*IncomingPhoneNumbers"}, {"count", 1}};
  BOOST_REQUIRE(
      lab.run(http.send({.method = "POST",
                         .url = lab.world().sandbox()->environment().at("TWILIO_BASE_URL") + "/__sandbox/faults",
                         .body = fault.dump()})));
  lab.click(kBen, lab.token(plan, "Approve"));
  BOOST_TEST((lab.state_at_rest(plan) == PlanState::kSucceeded));
  const auto steps = *lab.run(lab.store().steps(plan.id));
  const auto journal = lab.journal(plan);
  const auto done = std::ranges::count_if(journal, [](const JournalRow& row) { return row.outcome == "done"; });
  BOOST_TEST(done == static_cast<long>(steps.size()));
}

BOOST_AUTO_TEST_CASE(row_73_what_is_executed_is_what_is_stored_whatever_the_message_was_edited_to) {
  Lab lab;
  const PlanRow plan = lab.propose(kAna, kRepair);
  const auto steps = *lab.run(lab.store().steps(plan.id));
  PlanDraft draft = plan_draft_from_json(plan.document);
  BOOST_TEST(fingerprint_of(draft, plan.requester) == plan.fingerprint);
  lab.click(kBen, lab.token(plan, "Approve"));  // whatever that message showed: the token is bound to this plan
  BOOST_TEST((lab.state_at_rest(plan) == PlanState::kSucceeded));
  const auto journal = lab.journal(plan);
  BOOST_REQUIRE(journal.size() == steps.size());
  BOOST_TEST(journal.front().request_digest == sha256_hex(canonical(steps.front().draft.parameters)));
  // The agent's own record repeats what was done.
  BOOST_TEST(has(lab.cards(plan).front().document.dump(),
                 spaced_number(get_string(steps.front().draft.parameters, "number"))));
}

BOOST_AUTO_TEST_SUITE_END()
