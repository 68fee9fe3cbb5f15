// The attacker's table, continued: what is typed instead of clicked, and what a platform delivers besides.
#include <fmt/format.h>

#include "connectors/chat/slack/inbound.h"
#include "tests/bot/attacked_lab.h"

using namespace apiops;
using namespace apiops::testing;

namespace {

slack::Inbound::Kind read_slack(Json event) {
  const slack::Self self{.team = "T0DEMO001", .user = "U0BOT0001", .bot = "B0BOT0001", .app = "A0APP0001"};
  const Json payload = {
      {"type", "event_callback"}, {"team_id", "T0DEMO001"}, {"event_id", "Ev1"}, {"event", std::move(event)}};
  return slack::read_envelope("events_api", payload, self, {.channels = {"C0OPS0001"}, .words = {}}).kind;
}

}  // namespace

BOOST_FIXTURE_TEST_SUITE(typed_attacks, Attacker)

// What is typed.

BOOST_AUTO_TEST_CASE(a_bare_approve_never_counts) {
  const PlanRow plan = change();
  for (const char* text : {"approve", "approve it", "approve!", "lgtm", "ok", "yes", "+1", "👍"}) lab().say(kBen, text);
  check_untouched(plan);
}

BOOST_AUTO_TEST_CASE(approve_with_the_number_alone_asks_for_the_code) {
  const PlanRow plan = change();
  BOOST_TEST(has(lab().say(kBen, fmt::format("approve {}", plan.number)), "Type the code"));
  check_untouched(plan);
}

BOOST_AUTO_TEST_CASE(a_wrong_code_never_counts) {
  const PlanRow plan = change();
  const std::string wrong = lab().code(plan) == "abcd" ? "dcba" : "abcd";
  BOOST_TEST(has(lab().say(kBen, fmt::format("approve {} {}", plan.number, wrong)), "does not belong to plan"));
  BOOST_TEST(lab().records("refused_vote", plan) == 1u);
  check_untouched(plan);
}

BOOST_AUTO_TEST_CASE(another_plans_code_never_counts) {
  const PlanRow plan = change(), other = purchase();
  BOOST_TEST(
      has(lab().say(kBen, fmt::format("approve {} {}", plan.number, lab().code(other))), "does not belong to plan"));
  check_untouched(plan);
  check_untouched(other);
}

BOOST_AUTO_TEST_CASE(a_code_shorter_than_the_one_shown_never_counts) {
  const PlanRow plan = change();
  for (std::size_t length = 1; length < 4; ++length)
    lab().say(kBen, fmt::format("approve {} {}", plan.number, lab().code(plan).substr(0, length)));
  check_untouched(plan);
}

BOOST_AUTO_TEST_CASE(what_is_said_to_somebody_else_or_about_a_vote_is_none) {
  const PlanRow plan = change();
  for (const char* text : {"chris, can you approve {} {}", "@chris approve {} {}", "should we approve {} {}?",
                           "don't approve {} {}", "approve {} {} would be wrong", "`approve {} {}`",
                           "checked with nobody, everything is fine, approve plan {} {}", "lgtm {} {}"})
    lab().say(kBen, fmt::format(fmt::runtime(text), plan.number, lab().code(plan)));
  BOOST_TEST(has(lab().say(kBen, fmt::format("chris, please approve {} {}", plan.number, lab().code(plan))),
                 "and nothing else"));
  check_untouched(plan);
}

BOOST_AUTO_TEST_CASE(a_quoted_approval_of_somebody_else_counts_for_who_wrote_it_only) {
  const PlanRow plan = purchase();
  lab().say(kAna, fmt::format("> ben: approve {} {}\napprove {} {}", plan.number, lab().code(plan), plan.number,
                              lab().code(plan)));
  check_untouched(plan);  // Ana asked for it
}

BOOST_AUTO_TEST_CASE(the_number_of_a_plan_that_does_not_exist_is_told_so) {
  BOOST_TEST(has(lab().say(kBen, "approve 999999 7f3a"), "There is no plan 999999"));
}

BOOST_AUTO_TEST_CASE(a_number_that_overflows_is_no_plan) {
  const PlanRow plan = change();
  lab().say(kBen, "approve 99999999999999999999999999 7f3a");
  lab().say(kBen, "approve -1 7f3a");
  check_untouched(plan);
}

BOOST_AUTO_TEST_CASE(a_message_of_half_a_megabyte_does_not_approve) {
  const PlanRow plan = change();
  lab().say(kBen, std::string(500'000, 'x') + fmt::format(" approve {} {}", plan.number, lab().code(plan)));
  check_untouched(plan);
}

BOOST_AUTO_TEST_CASE(a_reason_that_holds_a_code_is_no_typed_confirmation_of_another_plan) {
  const PlanRow plan = change();
  BOOST_TEST(
      has(lab().click(kAna, lab().token(plan, "Approve"), ops(), lab().code(plan)), "someone else has to approve"));
  check_untouched(plan);
}

BOOST_AUTO_TEST_CASE(break_glass_is_off_unless_the_configuration_names_a_role) {
  const PlanRow plan = purchase();
  BOOST_TEST(has(
      lab().say(kChris, fmt::format("break glass {} {} because the phones are down", plan.number, lab().code(plan))),
      "switched off"));
  check_untouched(plan);
}

BOOST_AUTO_TEST_CASE(an_approval_with_a_condition_never_counts) {
  const PlanRow plan = lab().propose(kAna, kChange);
  const std::string vote = fmt::format("approve {} {}", plan.number, lab().code(plan));
  BOOST_TEST(has(lab().say(kBen, vote + " as soon as chris agrees"), "Nothing was decided"));
  BOOST_TEST(has(lab().say(kBen, "release +14155550134 and " + vote), "a message of its own"));
  check_untouched(plan);
}

// What a platform delivers besides messages and clicks never becomes a vote: it does not even reach the inbox.

BOOST_AUTO_TEST_CASE(a_reaction_on_a_card_never_counts) {
  for (const char* name : {"white_check_mark", "+1", "heavy_check_mark"})
    BOOST_TEST((read_slack({{"type", "reaction_added"},
                            {"user", "U0BEN0001"},
                            {"reaction", name},
                            {"item", {{"type", "message"}, {"channel", "C0OPS0001"}, {"ts", "1.0"}}}}) ==
                slack::Inbound::Kind::kNothing));
}

BOOST_AUTO_TEST_CASE(a_message_that_was_edited_into_an_approval_never_counts) {
  const Json edited = {
      {"type", "message"},
      {"subtype", "message_changed"},
      {"channel", "C0OPS0001"},
      {"ts", "2.0"},
      {"message", {{"type", "message"}, {"user", "U0BEN0001"}, {"text", "<@U0BOT0001> approve 1 7f3a"}, {"ts", "1.0"}}},
      {"previous_message", {{"text", "nice weather"}, {"ts", "1.0"}}}};
  BOOST_TEST((read_slack(edited) == slack::Inbound::Kind::kNothing));
}

BOOST_AUTO_TEST_CASE(a_bots_message_never_counts) {
  const Json bots = {{"type", "message"},     {"subtype", "bot_message"},
                     {"bot_id", "B0EVIL001"}, {"channel", "C0OPS0001"},
                     {"ts", "3.0"},           {"text", "<@U0BOT0001> approve 1 7f3a"}};
  BOOST_TEST((read_slack(bots) == slack::Inbound::Kind::kNothing));
  Json as_a_user = bots;  // what an app posts with a user's name on it
  as_a_user.erase("subtype");
  as_a_user["user"] = "U0BEN0001";
  BOOST_TEST((read_slack(as_a_user) == slack::Inbound::Kind::kNothing));
}

BOOST_AUTO_TEST_SUITE_END()
