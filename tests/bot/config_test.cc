// The configuration: what it says is taken, what is wrong in it is told with its line, and nothing is guessed.
#include "bot/config/config.h"

#include <unistd.h>

#include <boost/test/unit_test.hpp>
#include <filesystem>
#include <fstream>

#include "bot/speaker.h"
#include "engine/base/json.h"
#include "engine/plans/policy_explain.h"

using namespace apiops;

namespace {

bool has(const std::string& text, std::string_view part) { return text.find(part) != std::string::npos; }

std::string faults(const std::string& yaml) {
  const auto config = parse_config(yaml, "apiops.yaml");
  return config ? "" : config.error().what;
}

constexpr const char* kPeople =
    "people:\n  - {id: ana, groups: [support]}\n  - {id: ben, groups: [ops]}\n  - {id: cleo, groups: [ops, leads]}\n";

}  // namespace

BOOST_AUTO_TEST_SUITE(configuration)

BOOST_AUTO_TEST_CASE(the_sample_is_a_configuration_that_is_fine) {
  const auto config = parse_config(config_sample(), "sample.yaml");
  BOOST_TEST(config.has_value(), faults(config_sample()));
  BOOST_TEST(config->book.rules.size() == 4u);
}

BOOST_AUTO_TEST_CASE(the_schema_is_json_and_knows_every_key_of_a_rule) {
  const auto schema = parse_json(config_schema());
  BOOST_REQUIRE(schema.has_value());
  const Json& rule = schema->at("$defs").at("rule").at("properties");
  for (const char* key : {"risks", "operations", "services", "environments", "channels", "hours", "above", "up_to",
                          "may_ask", "approvers", "one_of_each", "votes", "requester_may_confirm", "typed_confirmation",
                          "never", "open_for", "remind_before", "escalate_after", "escalate_to"}) {
    BOOST_TEST(rule.contains(key), key);
    // A key that the schema names and the reader does not know would be told as unknown.
    BOOST_TEST(!has(faults(std::string(kPeople) + "policy: [{approvers: [ops], " + key + ": {}}]"), "unknown key"),
               key);
  }
}

BOOST_AUTO_TEST_CASE(everything_a_policy_can_say_is_read) {
  const auto config = parse_config(std::string(kPeople) + R"(zone: Europe/Berlin
policy:
  rules:
    - {operations: [stripe.*], above: 200 usd, hours: mon-fri 09:00-18:00, channels: ["#ops"], one_of_each: [ops, leads], typed_confirmation: true}
    - {risks: [change], approvers: [ops], escalate_after: 10m, escalate_to: [leads], remind_before: 5m}
    - {operations: [openai.project.archive], never: in the console}
  freezes: [{because: sale, from: 2026-11-27, to: 2026-12-01}, {weekly: "fri 16:00-24:00"}]
  spending: [{name: refunds, most: 500 usd, window: day, each: person, operations: [stripe.payment.refund]}]
  break_glass: {role: leads, tell: {connector: console, channel: "#security"}}
  autofix: {config: {most_an_hour: 2, operations: [twilio.webhook.fix]}}
  hearing: {direct_messages: true, channels: [{connector: console, channel: "#approvals"}]}
)",
                                   "apiops.yaml");
  BOOST_REQUIRE_MESSAGE(config.has_value(), config.error().what);
  const PolicyBook& book = config->book;
  BOOST_TEST(book.rules.size() == 3u);
  BOOST_TEST(book.rules[0].above->micros == 200'000'000);
  BOOST_TEST(book.rules[0].hours->zone == "Europe/Berlin");
  BOOST_TEST(book.rules[0].demand.one_of_each.size() == 2u);
  BOOST_TEST(book.rules[1].demand.after_escalation.contains("leads"));
  BOOST_TEST(book.freezes.size() == 2u);
  BOOST_TEST(book.spending.front().each == "person");
  BOOST_TEST(book.break_glass.tell.channel == "#security");
  BOOST_TEST(book.autofix.at("config").most_an_hour == 2);
  BOOST_TEST(book.hearing.direct_messages);
  BOOST_TEST(book.zone == "Europe/Berlin");
}

BOOST_AUTO_TEST_CASE(a_slip_of_the_pen_is_told_with_its_line_and_the_nearest_right_word) {
  const std::string people = kPeople;  // lines 1 to 4
  BOOST_TEST(has(faults(people + "policy:\n  - risks: [change]\n    approvers: [opps]\n"),
                 "apiops.yaml:7: “opps” is no person and nobody's group (did you mean “ops”?)"));
  BOOST_TEST(has(faults(people + "policy:\n  - operations: [stripe.payment.refundd]\n    approvers: [ops]\n"),
                 "did you mean “stripe.payment.refund”"));
  BOOST_TEST(has(faults(people + "policy:\n  - risks: [change]\n"), "names no approvers"));
  BOOST_TEST(has(faults(people + "policy:\n  - {risks: [spend], approvers: [ops], requester_may_confirm: true}\n"),
                 "someone else always approves it"));
  BOOST_TEST(
      has(faults(people + "policy: {freezes: [{from: 2026-12-01, to: 2026-11-01}]}\n"), "ends before it begins"));
  BOOST_TEST(has(faults(people + "policy: {freezes: [{weekly: friday}]}\n"), "hours must look like"));
  BOOST_TEST(has(faults(people + "policy: {spending: [{name: a, most: 500}]}\n"), "with its currency"));
  BOOST_TEST(has(faults(people + "policy: {break_glass: {role: leads}}\n"), "tell"));
  BOOST_TEST(
      has(faults(people + "policy: {autofix: {config: {operations: [twilio.number.buy]}}}\n"), "the rule is in code"));
  BOOST_TEST(has(faults(people + "policy: {autofix: {auth: {}}}\n"), "unknown key “auth”"));
  BOOST_TEST(has(faults("people: [{id: policy}]\n"), "the agent's own"));
}

BOOST_AUTO_TEST_CASE(a_policy_in_a_file_of_its_own_is_read_and_its_faults_name_that_file) {
  const auto folder = std::filesystem::temp_directory_path() / ("apiops-config-" + std::to_string(::getpid()));
  std::filesystem::create_directories(folder);
  std::ofstream(folder / "apiops.yaml") << kPeople << "policy: policy.yaml\n";
  std::ofstream(folder / "policy.yaml") << "rules:\n  - {risks: [change], approvers: [ops]}\n";
  auto config = read_config((folder / "apiops.yaml").string());
  BOOST_TEST(config.has_value());
  BOOST_TEST(config->book.rules.size() == 1u);
  BOOST_TEST(config->book.rules.front().name == "policy.yaml:2");
  std::ofstream(folder / "policy.yaml", std::ios::trunc) << "rules:\n  - {risks: [change], approvers: [nobody]}\n";
  config = read_config((folder / "apiops.yaml").string());
  BOOST_REQUIRE(!config.has_value());
  BOOST_TEST(has(config.error().what, "policy.yaml:2: “nobody” is no person"));
  std::filesystem::remove(folder / "policy.yaml");
  BOOST_TEST(!read_config((folder / "apiops.yaml").string()).has_value());
  std::filesystem::remove_all(folder);
}

BOOST_AUTO_TEST_CASE(config_check_tells_where_a_policy_is_weaker_than_it_looks) {
  const auto config = parse_config(std::string(kPeople) + R"(policy:
  - {risks: [spend], approvers: [leads]}
  - {risks: [change], approvers: [ops]}
  - {risks: [change], operations: [twilio.webhook.fix], approvers: [leads]}
  - {risks: [delete], approvers: [leads], votes: 2}
)",
                                   "apiops.yaml");
  BOOST_REQUIRE(config.has_value());
  const auto spots = weak_spots(Policy(config->people, config->book));
  const auto told = [&](std::string_view part) {
    return std::any_of(spots.begin(), spots.end(), [&](const auto& spot) { return has(spot, part); });
  };
  BOOST_TEST(told("apiops.yaml:6: cleo is the only one"));
  BOOST_TEST(told("apiops.yaml:8 never decides"));
  BOOST_TEST(told("apiops.yaml:9: more approvals"));
}

BOOST_AUTO_TEST_CASE(on_the_command_line_the_unix_user_is_the_person_and_never_a_name_that_was_sent) {
  Config config;
  config.unix_users[unix_user_of(::getuid())] = "ben";
  Json request = {{"op", "decide"}, {"as", "chris"}};
  BOOST_TEST(name_speaker(request, config, false, ::getuid()).has_value());
  BOOST_TEST(request["as"] == "ben");
  request["as"] = "chris";
  BOOST_TEST(!name_speaker(request, config, false, 65'000).has_value());  // a user of whom nobody has said who it is
  request["as"] = "chris";
  BOOST_TEST(name_speaker(request, config, true, ::getuid()).has_value());
  BOOST_TEST(request["as"] == "chris");  // in the demo people are played
}

BOOST_AUTO_TEST_SUITE_END()
