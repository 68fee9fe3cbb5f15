// Each Twilio operation of operations.md, asked in three wordings: the right plan each time; approved, it does to the
// simulated account what it said.
#include "tests/bot/one_command.h"

using namespace apiops;
using namespace apiops::testing;

namespace {

struct Row {
  const char* operation;
  std::array<const char*, 3> wordings;
  const char* title;  // how the plan's title begins, after "Plan 1 · "
  // What must be so afterwards: the answer to `path` contains `shows`, or does not where `gone` is set.
  const char *path, *shows;
  bool gone = false;
};

const Row kRows[] = {
    {"twilio.message.send",
     {"send a test message to +13125550199", "text +13125550199",
      "can you fire off a test sms to (312) 555-0199 please"},
     "Send a test message",
     "/2010-04-01/Accounts/{account}/Messages.json?To=%2B13125550199",
     "Test message from apiops."},
    {"twilio.message.resend",
     {"resend the failed messages", "try again to send the messages that failed in the last 24 hours",
      "please re-send the failed SMS of the last 24 hours"},
     "Resend ",
     "/2010-04-01/Accounts/{account}/Messages.json?PageSize=15",
     "undelivered",  // the newest fifteen are the ones sent again
     true},
    {"twilio.call.place",
     {"place a test call to +13125550199", "ring 312-555-0199", "could you do a test call to +1 312 555 0199"},
     "Place a test call",
     "/2010-04-01/Accounts/{account}/Calls.json?To=%2B13125550199",
     "outbound-api"},
    {"twilio.service.configure",
     {"set messaging service {service}'s webhook to https://voice.example.com/in",
      "change the webhook of {service} to https://voice.example.com/in",
      "point {service} to https://voice.example.com/in"},
     "Configure the messaging service “Marketing”",
     "/v1/Services/{service}",
     "https://voice.example.com/in\""},
    {"twilio.service.configure (pool)",
     {"add +14155550101 to {service}", "attach +14155550101 to messaging service {service}",
      "put +1 415 555 0101 into {service}"},
     "Add +1 415 555 0101 to “Marketing”",
     "/v1/Services/{service}/PhoneNumbers",
     "+14155550101"},
    {"twilio.trigger.create",
     {"warn me in Twilio at 100 dollars of SMS calling https://voice.example.com/status",
      "create a usage trigger at $100 of sms to https://voice.example.com/status",
      "add a Twilio trigger for 100 dollars of texts, callback https://voice.example.com/status"},
     "Create a usage trigger",
     "/2010-04-01/Accounts/{account}/Usage/Triggers.json",
     "\"trigger_value\":\"100.00\""},
    {"twilio.geo.update",
     {"allow SMS to Germany", "enable texts to Germany", "permit SMS to Germany"},
     "Switch SMS to Germany on",
     "/v1/Messaging/GeoPermissions?CountryCode=DE",
     "\"enabled\":true"},
    {"twilio.geo.update (calls)",
     {"block calls to Spain", "turn off calling to Spain", "stop voice calls to Spain"},
     "Switch calls to Spain off",
     "/v1/DialingPermissions/Countries/ES",
     "\"low_risk_numbers_enabled\":false"},
    {"twilio.key.revoke",
     {"revoke {key}", "delete the Twilio key {key}", "kill {key}"},
     "Revoke a Twilio key",
     "/2010-04-01/Accounts/{account}/Keys.json",
     "{key}",
     true},
    {"twilio.number.release",
     {"release +13035550172", "get rid of +13035550172", "give back the number +1 303 555 0172"},
     "Release a phone number",
     "/2010-04-01/Accounts/{account}/IncomingPhoneNumbers.json",
     "+13035550172",
     true},
    {"twilio.number.configure",
     {"point +14155550134's voice webhook at https://voice.example.com/x",
      "set the voice url of +14155550134 to https://voice.example.com/x",
      "route calls to +14155550134 to https://voice.example.com/x"},
     "Configure +1 415 555 0134",
     "/2010-04-01/Accounts/{account}/IncomingPhoneNumbers.json?PhoneNumber=%2B14155550134",
     "https://voice.example.com/x\""},
    {"twilio.webhook.fix",
     {"fix the webhooks", "repair the broken hooks", "repair the webhook of +14155550134"},
     "Fix the webhook of +1 415 555 0134",
     "/2010-04-01/Accounts/{account}/IncomingPhoneNumbers.json",
     "old-gw.example.com",
     true},
    {"twilio.number.buy",
     {"order two numbers in 646", "buy 2 phone numbers in 646", "get me two local numbers in 646"},
     "Buy 2 phone numbers",
     "/2010-04-01/Accounts/{account}/IncomingPhoneNumbers.json?PhoneNumber=*64655501*",
     "apiops "},
};

// The story's ids are the same in every home.
std::string with_ids(std::string text) {
  static const Folder folder;
  static const std::string service = get_string(twilio_state(folder, "/v1/Services")["services"][0], "sid"),
                           key = get_string(twilio_state(folder, "/2010-04-01/Accounts/{account}/Keys.json")["keys"][0],
                                            "sid");
  for (const auto& [name, value] : {std::pair{"{service}", &service}, {"{key}", &key}})
    if (const auto at = text.find(name); at != std::string::npos)
      text.replace(at, std::string_view(name).size(), *value);
  return text;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(twilio_rows)

BOOST_AUTO_TEST_CASE(every_operation_asked_in_three_wordings_gives_the_right_plan_and_the_account_follows_it) {
  for (const Row& row : kRows) {
    const std::string wanted = std::string("Plan 1 · ") + row.title;
    for (std::size_t i = 1; i < row.wordings.size(); ++i) {
      Folder folder;
      const std::string got = title(ask(folder, "ana", with_ids(row.wordings[i]).c_str()));
      BOOST_TEST(got.starts_with(wanted), row.operation << ": “" << row.wordings[i] << "” gave “" << got << "”");
    }
    Folder folder;
    const std::string got = title(ask(folder, "ana", with_ids(row.wordings[0]).c_str()));
    BOOST_TEST(got.starts_with(wanted), row.operation << ": “" << row.wordings[0] << "” gave “" << got << "”");
    const Json decided = decide(folder, "ben", 1, "approve");
    BOOST_TEST(get_string(decided["card"], "tone") == "good", row.operation << ": " << decided.dump().substr(0, 600));
    const std::string state = twilio_state(folder, with_ids(row.path)).dump();
    const bool shown = state.find(with_ids(row.shows)) != std::string::npos;
    BOOST_TEST(shown != row.gone, row.operation << ": " << state.substr(0, 600));
  }
}

BOOST_AUTO_TEST_CASE(a_batch_reports_each_item_and_offers_a_retry_of_the_failures_only) {
  Folder folder;
  const std::string got = title(ask(folder, "ana", "release +13035550172 and +17025550188"));
  BOOST_TEST(got == "Plan 1 · Release 2 phone numbers");
  const Json decided = once(folder, {{"op", "decide"}, {"as", "ben"}, {"plan", 1}, {"verdict", "approve"}},
                            // twice: what is proven not done is tried once more
                            {{"service", "twilio"}, {"kind", "500"}, {"path_regex", "^DELETE"}, {"count", 2}});
  const Json& card = decided["card"];
  BOOST_TEST(get_string(card, "aside").starts_with("partly done"), card.dump().substr(0, 400));
  const std::string text = card.dump();
  BOOST_TEST(text.find("+1 303 555 0172 is still ours: it was not released") != std::string::npos, text);
  BOOST_TEST(text.find("+1 702 555 0188 is released") != std::string::npos, text);
  const Json* retry = nullptr;
  for (const Json& button : card["buttons"])
    if (get_string(button, "label") == "Retry the failure") retry = &button;
  BOOST_REQUIRE_MESSAGE(retry != nullptr, text);
  const std::string action = retry->dump();
  BOOST_TEST(action.find("+13035550172") != std::string::npos, action);
  BOOST_TEST(action.find("+17025550188") == std::string::npos, action);
}

BOOST_AUTO_TEST_CASE(what_was_resent_already_is_told_to_whoever_is_asked_to_approve_it_again) {
  Folder folder;
  ask(folder, "ana", "resend the failed messages");
  const Json decided = decide(folder, "ben", 1, "approve");
  BOOST_TEST(get_string(decided["card"], "tone") == "good", decided.dump().substr(0, 6000));
  const std::string again = ask(folder, "ana", "resend the failed messages")["document"].dump();
  BOOST_TEST(again.find("DONE BEFORE") != std::string::npos, again.substr(0, 400));
}

BOOST_AUTO_TEST_SUITE_END()
