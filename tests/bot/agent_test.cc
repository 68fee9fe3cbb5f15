// The whole agent against the simulated services: a question, a plan, votes, one effect, and what is left after a stop.
#include "tests/bot/one_command.h"

using namespace apiops;
using namespace apiops::testing;

namespace {

std::size_t own_numbers(const Folder& f) {
  const Json reply = ask(f, "ana", "list phone numbers");
  const std::string text = title(reply);
  return static_cast<std::size_t>(std::stoul(text));
}

}  // namespace

BOOST_AUTO_TEST_SUITE(agent)

BOOST_AUTO_TEST_CASE(a_question_is_answered_with_the_cause_and_a_way_out) {
  Folder folder;
  const Json reply = ask(folder, "ana", "why are calls failing?");
  BOOST_TEST(title(reply) == "Calls to +1 415 555 0134 fail because its voice webhook does not answer.");
  BOOST_TEST(reply["document"]["buttons"].size() == 1u);
}

BOOST_AUTO_TEST_CASE(a_purchase_takes_another_persons_vote_and_happens_once) {
  Folder folder;
  const std::size_t before = own_numbers(folder);
  BOOST_TEST(title(ask(folder, "ana", "buy a phone number in 415 with sms")) == "Plan 1 · Buy a phone number");
  BOOST_TEST(own_numbers(folder) == before);
  const Json own = decide(folder, "ana", 1, "approve");
  BOOST_TEST(title(own).find("someone else has to approve it") != std::string::npos);
  BOOST_TEST(own_numbers(folder) == before);
  const Json other = decide(folder, "ben", 1, "approve");
  BOOST_TEST(get_string(other["card"], "tone") == "good");
  BOOST_TEST(other["card"].dump().find("PN") != std::string::npos);
  BOOST_TEST(own_numbers(folder) == before + 1);
  BOOST_TEST(title(decide(folder, "chris", 1, "approve")).find("was already approved by Ben") != std::string::npos);
  BOOST_TEST(own_numbers(folder) == before + 1);
  const Json verdict = once(folder, {{"op", "audit_verify"}});
  BOOST_TEST(verdict["sound"] == true);
}

BOOST_AUTO_TEST_CASE(a_fix_can_be_taken_back) {
  Folder folder;
  ask(folder, "ana", "fix the webhooks");
  BOOST_TEST(get_string(decide(folder, "ben", 1, "approve")["card"], "tone") == "good");
  BOOST_TEST(title(decide(folder, "ana", 1, "undo")) == "Plan 2 · Undo plan 1");
  BOOST_TEST(get_string(decide(folder, "chris", 2, "approve")["card"], "tone") == "good");
  const Json first = once(folder, {{"op", "plan"}, {"plan", 1}});
  BOOST_TEST(get_string(first["card"], "aside") == "undone");
}

BOOST_AUTO_TEST_CASE(a_rejected_plan_runs_nothing) {
  Folder folder;
  ask(folder, "ana", "fix the webhooks");
  decide(folder, "ben", 1, "reject");
  BOOST_TEST(title(decide(folder, "chris", 1, "approve")).find("was already rejected by Ben") != std::string::npos);
  BOOST_TEST(title(ask(folder, "ana", "why are calls failing?")).find("does not answer") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(show_more_goes_on_where_the_answer_ended) {
  Folder folder;
  const auto rows = [](const Json& reply) {
    std::vector<std::string> ids;
    for (const auto& block : get_array(get_object(reply, "document"), "blocks"))
      if (const Json& columns = get_array(block, "columns");
          !columns.empty() && get_string(columns[0], "name") == "When")
        for (const auto& row : get_array(block, "rows")) ids.push_back(get_string(row.at(1), "text"));
    return ids;
  };
  const auto more = [](const Json& reply) {
    for (const auto& button : get_array(get_object(reply, "document"), "buttons"))
      if (get_string(button, "label") == "Show more") return get_string(button, "token");
    return std::string();
  };
  const Json first = ask(folder, "ana", "list failed messages");
  const std::string thread = get_string(first, "thread");
  const Json second =
      once(folder, {{"op", "click"}, {"as", "ana"}, {"token", more(first)}, {"typed", ""}, {"thread", thread}});
  const Json third = once(folder, {{"op", "say"}, {"as", "ana"}, {"text", "show more"}, {"thread", thread}});
  const Json whole = once(folder, {{"op", "say"}, {"as", "ana"}, {"text", "list failed messages"}, {"all", true}});
  std::vector<std::string> pieces = rows(first);
  for (const auto& piece : {rows(second), rows(third)}) pieces.insert(pieces.end(), piece.begin(), piece.end());
  const auto all = rows(whole);
  BOOST_REQUIRE(pieces.size() == 75u);
  BOOST_REQUIRE(all.size() > pieces.size());
  // Something may have failed since: the later answer begins with it.
  const auto start = std::find(all.begin(), all.end(), pieces.front());
  BOOST_REQUIRE(static_cast<std::size_t>(all.end() - start) >= pieces.size());
  BOOST_TEST(std::equal(pieces.begin(), pieces.end(), start));
  // The thread is still about the messages, not about the rows of them.
  const Json narrowed = once(folder, {{"op", "say"}, {"as", "ana"}, {"text", "only yesterday"}, {"thread", thread}});
  BOOST_TEST(title(narrowed).find("failed messages, yesterday") != std::string::npos, title(narrowed));
}

BOOST_AUTO_TEST_CASE(what_could_not_be_read_is_never_told_as_nothing_failed) {
  Folder folder;
  const Json fault = {{"service", "twilio"}, {"kind", "503"}, {"value", 20}};  // Retry-After: 20
  const Json errors = once(folder, {{"op", "say"}, {"as", "ana"}, {"text", "check Twilio errors"}}, fault);
  BOOST_TEST(title(errors).find("could not be read") != std::string::npos, title(errors));
  BOOST_TEST(get_string(errors["document"], "tone") == "bad");
  const Json messages = once(folder, {{"op", "say"}, {"as", "ana"}, {"text", "list failed messages"}}, fault);
  BOOST_TEST(title(messages).find("could not be read") != std::string::npos, title(messages));
}

BOOST_AUTO_TEST_CASE(a_change_whose_reply_was_lost_is_read_back_and_made_once) {
  Folder folder;
  ask(folder, "ana", "fix the webhooks");
  const Json reply = once(folder, {{"op", "decide"}, {"as", "ben"}, {"plan", 1}, {"verdict", "approve"}},
                          {{"service", "twilio"}, {"kind", "lost_reply"}, {"path_regex", "^POST"}, {"count", 1}});
  BOOST_TEST(reply["card"].dump().find("read back") != std::string::npos, title(reply, "card"));
}

BOOST_AUTO_TEST_CASE(where_nothing_is_watched_no_alert_is_not_told_as_all_is_well) {
  Folder folder;
  BOOST_TEST(title(ask(folder, "ana", "which alerts are open")).starts_with("No alert. Nothing is watched here yet"));
}

BOOST_AUTO_TEST_CASE(a_stranger_is_told_so_and_gets_nothing) {
  Folder folder;
  BOOST_TEST(title(ask(folder, "mallory", "API health")).find("I don't know you") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(what_is_not_built_is_said_and_no_credential_leaves) {
  Folder folder;
  BOOST_TEST(title(ask(folder, "ana", "archive project web-old")) ==
             "I understood openai.project.archive, but this is not available yet. Nothing was changed.");
  const std::string keys = ask(folder, "ana", "are our keys set").dump();
  BOOST_TEST(keys.find("T3Blbk") == std::string::npos);
}

BOOST_AUTO_TEST_SUITE_END()
