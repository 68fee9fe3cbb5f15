// The attacker's table: each row is something that somebody could send, do or become in order to have a change made
// that was not approved. Whatever it is: nothing is executed, no vote counts, and who tried is told why.
#include <fmt/format.h>

#include "engine/base/digest.h"
#include "engine/record/audit_verify.h"
#include "tests/bot/attacked_lab.h"

using namespace apiops;
using namespace apiops::testing;

namespace {

struct LabsEnd {
  ~LabsEnd() { the_lab.reset(); }
};
BOOST_TEST_GLOBAL_FIXTURE(LabsEnd);

}  // namespace

BOOST_FIXTURE_TEST_SUITE(attacks, Attacker)

// Forged button values.

BOOST_AUTO_TEST_CASE(a_token_that_was_never_minted_does_nothing) {
  const PlanRow plan = change();
  BOOST_TEST(has(lab().click(kBen, "AAAAAAAAAAAAAAAAAAAAAA"), "never mine"));
  check_untouched(plan);
}

BOOST_AUTO_TEST_CASE(an_empty_token_does_nothing) {
  const PlanRow plan = change();
  BOOST_TEST(has(lab().click(kBen, ""), "never mine"));
  check_untouched(plan);
}

BOOST_AUTO_TEST_CASE(a_plans_id_in_place_of_a_token_does_nothing) {
  const PlanRow plan = change();
  BOOST_TEST(has(lab().click(kBen, plan.id), "never mine"));
  BOOST_TEST(has(lab().click(kBen, plan.fingerprint), "never mine"));
  check_untouched(plan);
}

BOOST_AUTO_TEST_CASE(the_stored_hash_of_a_token_is_not_the_token) {
  const PlanRow plan = change();
  BOOST_TEST(has(lab().click(kBen, sha256_hex(lab().token(plan, "Approve"))), "never mine"));
  check_untouched(plan);
}

BOOST_AUTO_TEST_CASE(a_token_with_one_letter_changed_does_nothing) {
  const PlanRow plan = change();
  std::string token = lab().token(plan, "Approve");
  token.back() = token.back() == 'A' ? 'B' : 'A';
  BOOST_TEST(has(lab().click(kBen, token), "never mine"));
  check_untouched(plan);
}

BOOST_AUTO_TEST_CASE(a_token_with_something_behind_it_does_nothing) {
  const PlanRow plan = change();
  const std::string token = lab().token(plan, "Approve");
  for (const char* more : {" ", "'", "\" or 1=1 --", "\n"})
    BOOST_TEST(has(lab().click(kBen, token + more), "never mine"));
  check_untouched(plan);
}

BOOST_AUTO_TEST_CASE(a_value_that_claims_a_plan_and_a_verdict_does_nothing) {
  const PlanRow plan = change();
  BOOST_TEST(has(lab().click(kBen, R"({"kind":"approve","subject":{"plan":")" + plan.id + "\"}}"), "never mine"));
  check_untouched(plan);
}

BOOST_AUTO_TEST_CASE(a_token_of_a_hundred_thousand_characters_does_nothing) {
  const PlanRow plan = change();
  BOOST_TEST(has(lab().click(kBen, std::string(100'000, 'A')), "never mine"));
  check_untouched(plan);
}

BOOST_AUTO_TEST_CASE(a_token_of_binary_bytes_does_nothing) {
  const PlanRow plan = change();
  BOOST_TEST(has(lab().click(kBen, std::string("\x00\xff\xfe\x01", 4)), "never mine"));
  check_untouched(plan);
}

// Real tokens in the wrong hands or the wrong place.

BOOST_AUTO_TEST_CASE(another_plans_token_votes_on_that_plan_only) {
  const PlanRow plan = change(), other = change();
  BOOST_TEST(lab().click(kChris, lab().token(other, "Reject")).empty());
  BOOST_TEST((lab().again(other).state == PlanState::kRejected));
  check_untouched(plan);
}

BOOST_AUTO_TEST_CASE(a_token_in_another_channel_does_nothing) {
  const PlanRow plan = change();
  Place elsewhere = ops();
  elsewhere.channel = "#random";
  BOOST_TEST(has(lab().click(kBen, lab().token(plan, "Approve"), elsewhere), "not in this channel"));
  BOOST_TEST(lab().records("refused_vote", plan) == 1u);
  check_untouched(plan);
}

BOOST_AUTO_TEST_CASE(a_token_in_another_workspace_does_nothing) {
  const PlanRow plan = change();
  Place elsewhere = ops();
  elsewhere.workspace = "T0OTHER";
  BOOST_TEST(has(lab().click(kBen, lab().token(plan, "Approve"), elsewhere), "not in this channel"));
  check_untouched(plan);
}

BOOST_AUTO_TEST_CASE(a_token_on_another_platform_does_nothing) {
  const PlanRow plan = change();
  Place elsewhere{.connector = "slack", .workspace = "T0DEMO001", .channel = "#ops", .thread = {}};
  BOOST_TEST(has(lab().click(in_slack("U0BEN0001"), lab().token(plan, "Approve"), elsewhere), "not in this channel"));
  check_untouched(plan);
}

BOOST_AUTO_TEST_CASE(a_reject_button_never_approves) {
  const PlanRow plan = change();
  lab().click(kBen, lab().token(plan, "Reject"));
  BOOST_TEST((lab().again(plan).state == PlanState::kRejected));
  BOOST_TEST(lab().journal(plan).empty());
}

BOOST_AUTO_TEST_CASE(a_card_in_somebodys_direct_messages_is_clicked_there_by_nobody_else) {
  const PlanRow plan = lab().propose(kAna, kChange, {.connector = "console", .workspace = "main", .channel = "@ana"});
  const Place hers{.connector = "console", .workspace = "main", .channel = "@ana", .thread = {}};
  BOOST_TEST(has(lab().click(kBen, lab().token(plan, "Approve"), hers), "not in this channel"));
  check_untouched(plan);
}

// Replay.

BOOST_AUTO_TEST_CASE(the_same_event_again_is_no_second_vote) {
  const PlanRow plan = change();
  InboundEvent event{.kind = "click",
                     .key = "replayed",
                     .place = ops(),
                     .message = "card",
                     .identity = kAna,
                     .token = lab().token(plan, "Approve")};
  const std::string first = lab().deliver(event);
  BOOST_TEST(lab().deliver(event) == first);
  BOOST_TEST(lab().records("refused_vote", plan) == 1u);  // looked at once
  check_untouched(plan);
}

BOOST_AUTO_TEST_CASE(an_approval_replayed_on_a_rejected_plan_is_told_who_rejected_it) {
  const PlanRow plan = change();
  const std::string approve = lab().token(plan, "Approve");
  lab().click(kBen, lab().token(plan, "Reject"));
  BOOST_TEST(has(lab().click(kChris, approve), "already rejected by Ben"));
  BOOST_TEST(lab().journal(plan).empty());
}

// Who asked.

BOOST_AUTO_TEST_CASE(who_asked_can_not_approve_a_change) {
  const PlanRow plan = change();
  BOOST_TEST(has(lab().click(kAna, lab().token(plan, "Approve")), "someone else has to approve"));
  check_untouched(plan);
}

BOOST_AUTO_TEST_CASE(who_asked_can_not_approve_through_a_linked_account_elsewhere) {
  const Place slack{.connector = "slack", .workspace = "T0DEMO001", .channel = "C0OPS0001", .thread = {}};
  const PlanRow plan = lab().propose(in_slack("U0BEN0001"), kPurchase, slack);
  BOOST_TEST(plan.requester == "ben");
  BOOST_TEST(
      has(lab().say(kBen, fmt::format("approve {} {}", plan.number, lab().code(plan))), "someone else has to approve"));
  check_untouched(plan);
}

BOOST_AUTO_TEST_CASE(who_asked_can_not_approve_through_an_account_that_nobody_linked) {
  const PlanRow plan = purchase();
  const Place slack{.connector = "slack", .workspace = "T0DEMO001", .channel = "C0OPS0001", .thread = {}};
  BOOST_TEST(has(lab().say(in_slack("U0ANA2"), fmt::format("approve {} {}", plan.number, lab().code(plan)), slack),
                 "on another platform"));
  check_untouched(plan);
}

BOOST_AUTO_TEST_CASE(a_plan_asked_by_an_account_that_nobody_linked_is_not_approved_from_elsewhere) {
  const Place slack{.connector = "slack", .workspace = "T0DEMO001", .channel = "C0OPS0001", .thread = {}};
  const PlanRow plan = lab().propose(in_slack("U0ANA2"), kPurchase, slack);
  BOOST_TEST(
      has(lab().say(kChris, fmt::format("approve {} {}", plan.number, lab().code(plan))), "on another platform"));
  check_untouched(plan);
}

BOOST_AUTO_TEST_CASE(cancelling_is_for_who_asked_only) {
  const PlanRow plan = change();
  BOOST_TEST(has(lab().say(kBen, fmt::format("cancel plan {}", plan.number)), "Only who asked"));
  check_untouched(plan);
}

// Who may not.

BOOST_AUTO_TEST_CASE(somebody_outside_the_approvers_group_can_not_approve) {
  const PlanRow plan = lab().propose(kBen, kPurchase);
  BOOST_TEST(has(lab().click(kAna, lab().token(plan, "Approve")), "You can't approve this"));
  BOOST_TEST(lab().records("refused_vote", plan) == 1u);
  check_untouched(plan);
}

BOOST_AUTO_TEST_CASE(somebody_outside_the_approvers_group_can_not_reject_either) {
  const PlanRow plan = lab().propose(kBen, kPurchase);
  BOOST_TEST(has(lab().click(kAna, lab().token(plan, "Reject")), "You can't approve this"));
  check_untouched(plan);
}

BOOST_AUTO_TEST_CASE(a_bot_can_not_approve) {
  const PlanRow plan = change();
  Identity bot = kBen;
  bot.kind = "bot";
  BOOST_TEST(has(lab().click(bot, lab().token(plan, "Approve")), "other bots"));
  check_untouched(plan);
}

BOOST_AUTO_TEST_CASE(a_guest_can_not_approve) {
  const PlanRow plan = change();
  Identity guest = kBen;
  guest.kind = "guest";
  BOOST_TEST(has(lab().click(guest, lab().token(plan, "Approve")), "Guests"));
  check_untouched(plan);
}

BOOST_AUTO_TEST_CASE(somebody_of_another_organisation_can_not_approve) {
  const PlanRow plan = change();
  Identity external = kBen;
  external.kind = "external";
  BOOST_TEST(has(lab().click(external, lab().token(plan, "Approve")), "this organisation only"));
  check_untouched(plan);
}

BOOST_AUTO_TEST_CASE(a_deactivated_account_can_not_approve) {
  const PlanRow plan = change();
  Identity gone = kBen;
  gone.kind = "deactivated";
  BOOST_TEST(has(lab().click(gone, lab().token(plan, "Approve")), "switched off"));
  check_untouched(plan);
}

BOOST_AUTO_TEST_CASE(an_account_that_the_platform_could_not_vouch_for_can_not_approve) {
  const PlanRow plan = change();
  Identity unverified = kBen;
  unverified.kind = "unverified";
  BOOST_TEST(has(lab().click(unverified, lab().token(plan, "Approve")), "could not check"));
  check_untouched(plan);
}

BOOST_AUTO_TEST_CASE(somebody_who_left_the_team_can_not_approve) {
  const PlanRow plan = change();
  BOOST_TEST(has(lab().click(on_console("dora"), lab().token(plan, "Approve")), "I don't know you"));
  check_untouched(plan);
}

BOOST_AUTO_TEST_CASE(a_stranger_can_not_approve) {
  const PlanRow plan = change();
  BOOST_TEST(has(lab().click(on_console("mallory"), lab().token(plan, "Approve")), "I don't know you"));
  check_untouched(plan);
}

BOOST_AUTO_TEST_CASE(the_same_user_id_in_another_workspace_is_a_stranger) {
  const PlanRow plan = change();
  const Place theirs{.connector = "slack", .workspace = "T0EVIL", .channel = "C1", .thread = {}};
  BOOST_TEST(has(
      lab().say(in_slack("U0BEN0001", "T0EVIL"), fmt::format("approve {} {}", plan.number, lab().code(plan)), theirs),
      "I don't know you"));
  check_untouched(plan);
}

BOOST_AUTO_TEST_CASE(a_look_alike_of_an_approvers_name_is_a_stranger) {
  const PlanRow plan = change();
  for (const char* name : {"bеn" /* Cyrillic е */, "Ben", "ben ", "ben\xE2\x80\x8B" /* zero-width space */, "BEN"})
    BOOST_TEST(has(lab().click(on_console(name), lab().token(plan, "Approve")), "I don't know you"));
  check_untouched(plan);
}

BOOST_AUTO_TEST_CASE(nobody_can_speak_as_the_policy) {
  const PlanRow plan = change();
  BOOST_TEST(
      has(lab().click({.platform = "apiops", .workspace = "main", .user = "policy"}, lab().token(plan, "Approve")),
          "I don't know you"));
  BOOST_TEST(has(lab().click(on_console("policy"), lab().token(plan, "Approve")), "I don't know you"));
  check_untouched(plan);
}

// What a plan shows is what is executed.

BOOST_AUTO_TEST_CASE(a_plan_to_a_host_of_look_alike_characters_is_not_made) {
  const std::size_t before = lab().plans().size();
  const std::string told = lab().say(kAna, "point +14155550134's voice webhook at https://voice.exаmple.com/twilio");
  BOOST_TEST(has(told, "voice.ex�mple.com"), told);  // the Cyrillic а is shown as what it is: not an a
  BOOST_TEST(has(told, "punycode"), told);
  BOOST_TEST(lab().plans().size() == before);
}

BOOST_AUTO_TEST_CASE(control_and_direction_characters_never_reach_a_card) {
  const PlanRow plan = lab().propose(kAna, "buy a phone number in 415 with sms\xE2\x80\xAE\xE2\x80\x8B\xE2\x81\xA6");
  for (const auto& card : lab().cards(plan))
    for (const char* sign : {"\xE2\x80\xAE", "\xE2\x80\x8B", "\xE2\x81\xA6"})
      BOOST_TEST(!has(card.document.dump(), sign));
}

BOOST_AUTO_TEST_CASE(a_vote_is_bound_to_the_plan_that_is_stored_whatever_a_message_shows) {
  const PlanRow plan = change(), other = purchase();
  // Somebody edits the purchase's message so that it looks like the change's card: its buttons are still its own.
  BOOST_TEST(lab().click(kChris, lab().token(other, "Reject")).empty());
  BOOST_TEST((lab().again(other).state == PlanState::kRejected));
  check_untouched(plan);
}

BOOST_AUTO_TEST_CASE(the_refusal_of_a_plan_shows_no_secret_and_no_token) {
  const PlanRow plan = change();
  const std::string token = lab().token(plan, "Approve");
  const std::string told = lab().click(kAna, token);
  BOOST_TEST(!has(told, token));
  BOOST_TEST(!has(told, plan.fingerprint));
  check_untouched(plan);
}

BOOST_AUTO_TEST_CASE(after_all_of_it_the_audit_trail_is_sound) {
  BOOST_TEST(verify_audit(*lab().run(lab().store().audit({.at_most = 1'000'000}))).sound());
}

BOOST_AUTO_TEST_SUITE_END()
