// What Slack delivers, and what becomes of it: the traps of the fact sheet, one by one.
#include "connectors/chat/slack/inbound.h"

#include <boost/test/unit_test.hpp>
#include <nlohmann/json.hpp>

#include "connectors/chat/slack/markup.h"

using namespace apiops;
using slack::Inbound;
using Kind = Inbound::Kind;

namespace {

const slack::Self kSelf{.team = "T1", .user = "UBOT", .bot = "BBOT", .app = "A1"};

Json message(Json more = Json::object()) {
  Json event = {{"type", "message"},
                {"user", "U1"},
                {"text", "check errors"},
                {"ts", "1790000000.000100"},
                {"channel", "C1"},
                {"channel_type", "channel"},
                {"team", "T1"}};
  for (const auto& [name, value] : more.items()) event[name] = value;
  return {{"type", "event_callback"}, {"team_id", "T1"}, {"event_id", "Ev1"}, {"event", event}};
}

Inbound read(const Json& payload, const slack::Listening& listening = {}) {
  return slack::read_envelope("events_api", payload, kSelf, listening);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(slack_inbound)

BOOST_AUTO_TEST_CASE(a_mention_is_answered_in_its_thread_by_its_opaque_time_stamp) {
  const Inbound in = read(message({{"type", "app_mention"}, {"text", "<@UBOT> check errors"}}));
  BOOST_TEST((in.kind == Kind::kEvent));
  BOOST_TEST(in.event.text == "check errors");
  BOOST_TEST(in.event.place.thread == "1790000000.000100");
  BOOST_TEST(in.event.text_key == "C1/1790000000.000100");  // the same for the mention and the message
  BOOST_TEST(in.event.key == "Ev1");
  const Inbound reply = read(message({{"type", "app_mention"}, {"thread_ts", "1780000000.000001"}}));
  BOOST_TEST(reply.event.place.thread == "1780000000.000001");
  BOOST_TEST(reply.event.message == "1790000000.000100");
}

BOOST_AUTO_TEST_CASE(other_bots_itself_edits_and_joins_are_no_persons_words) {
  const std::vector<Json> quiet{{{"bot_id", "B2"}},
                                {{"user", "UBOT"}},
                                {{"app_id", "A1"}},
                                {{"bot_profile", {{"id", "B2"}}}},
                                {{"subtype", "bot_message"}},
                                {{"subtype", "message_changed"}, {"message", {{"text", "<@UBOT> x"}}}},
                                {{"subtype", "message_deleted"}},
                                {{"subtype", "message_replied"}},
                                {{"subtype", "channel_join"}},
                                {{"subtype", "ekm_access_denied"}}};
  for (Json more : quiet) {
    more["type"] = "app_mention";
    BOOST_TEST_CONTEXT(more.dump()) { BOOST_TEST((read(message(more)).kind == Kind::kNothing)); }
  }
  for (const char* subtype : {"file_share", "thread_broadcast"})
    BOOST_TEST((read(message({{"type", "app_mention"}, {"subtype", subtype}})).kind == Kind::kEvent));
}

BOOST_AUTO_TEST_CASE(a_channels_talk_is_left_alone_unless_it_is_listened_to_or_in_a_thread) {
  BOOST_TEST((read(message()).kind == Kind::kNothing));
  BOOST_TEST((read(message({{"thread_ts", "1780000000.000001"}})).kind == Kind::kIfOurs));
  BOOST_TEST((read(message({{"thread_ts", "1790000000.000100"}})).kind == Kind::kNothing));  // a parent, not a reply
  const Inbound heard = read(message(), {{"C1"}, {}});
  BOOST_TEST((heard.kind == Kind::kEvent));
  BOOST_TEST(heard.event.kind == "overheard");
  BOOST_TEST((read(message(), {{"C1"}, {"apiops"}}).kind == Kind::kNothing));
  BOOST_TEST((read(message({{"text", "apiops, check"}}), {{"C1"}, {"apiops"}}).kind == Kind::kEvent));
  BOOST_TEST((read(message(), {{"C2"}, {}}).kind == Kind::kNothing));
}

BOOST_AUTO_TEST_CASE(in_a_direct_message_the_person_is_the_place) {
  const Inbound in = read(message({{"channel", "D9"}, {"channel_type", "im"}}));
  BOOST_TEST(in.event.place.channel == "@U1");
  BOOST_TEST(in.event.text_key == "D9/1790000000.000100");
  const Json click = {{"type", "block_actions"},
                      {"user", {{"id", "U1"}, {"team_id", "T1"}}},
                      {"container", {{"message_ts", "5.5"}, {"channel_id", "D9"}}},
                      {"actions", Json::array({{{"action_id", "a"}, {"value", "token"}, {"action_ts", "6.6"}}})}};
  const Inbound clicked = slack::read_envelope("interactive", click, kSelf, {});
  BOOST_TEST(clicked.event.place.channel == "@U1");
  BOOST_TEST(clicked.event.token == "token");
}

BOOST_AUTO_TEST_CASE(people_of_another_team_are_external_whatever_they_are_called) {
  BOOST_TEST(read(message({{"type", "app_mention"}, {"user_team", "T2"}})).event.identity.kind == "external");
  Json other = message({{"type", "app_mention"}});
  other["team_id"] = "T2";
  BOOST_TEST((read(other).kind == Kind::kNothing));
  other["is_ext_shared_channel"] = true;
  BOOST_TEST((read(other).kind == Kind::kEvent));
  const Json command = {{"command", "/apiops"},
                        {"text", "help"},
                        {"user_id", "U1"},
                        {"team_id", "T2"},
                        {"channel_id", "C1"},
                        {"trigger_id", "1.2"},
                        {"is_enterprise_install", "false"}};
  BOOST_TEST(slack::read_envelope("slash_commands", command, kSelf, {}).event.identity.kind == "external");
}

BOOST_AUTO_TEST_CASE(events_without_an_event_and_payloads_of_any_shape_are_nothing) {
  for (const Json& payload :
       {Json{{"type", "app_rate_limited"}, {"team_id", "T1"}}, Json("text"), Json::array({1}), Json(), Json(7),
        Json{{"event", "x"}}, Json{{"event", {{"type", "message"}, {"user", 7}}}}})
    for (const char* type : {"events_api", "interactive", "slash_commands", "brand_new"})
      if (type != std::string("slash_commands") || !payload.is_object())
        BOOST_TEST((slack::read_envelope(type, payload, kSelf, {}).kind == Kind::kNothing));
}

BOOST_AUTO_TEST_CASE(a_value_with_a_question_opens_a_form_and_the_form_brings_the_token_back) {
  const Json click = {{"type", "block_actions"},
                      {"user", {{"id", "U1"}, {"team_id", "T1"}}},
                      {"trigger_id", "1.2"},
                      {"container", {{"message_ts", "5.5"}, {"channel_id", "C1"}, {"thread_ts", "4.4"}}},
                      {"actions", Json::array({{{"action_id", "a"},
                                                {"text", {{"text", "Reject"}}},
                                                {"value", slack::button_value("token", "Why?")},
                                                {"action_ts", "6.6"}}})}};
  const Inbound asked = slack::read_envelope("interactive", click, kSelf, {});
  BOOST_TEST((asked.kind == Kind::kForm));
  BOOST_TEST(asked.question == "Why?");
  Json view = slack::form_view(asked);
  view["id"] = "V1";
  view["hash"] = "h";
  view["state"] = {{"values", {{"words", {{"typed", {{"value", "too dear"}}}}}}}};
  const Inbound sent = slack::read_envelope(
      "interactive", {{"type", "view_submission"}, {"user", {{"id", "U1"}, {"team_id", "T1"}}}, {"view", view}}, kSelf,
      {});
  BOOST_TEST((sent.kind == Kind::kEvent));
  BOOST_TEST(sent.event.token == "token");
  BOOST_TEST(sent.event.typed == "too dear");
  BOOST_TEST(sent.event.place.channel == "C1");
  BOOST_TEST(sent.event.place.thread == "4.4");
}

BOOST_AUTO_TEST_CASE(notation_is_read_back_to_words_and_entities_last) {
  BOOST_TEST(slack::plain("<@UBOT> buy <tel:+15550100|+1 555 0100> at <https://a.example|a> &amp;lt;b&gt;", "UBOT") ==
             "buy +15550100 at https://a.example &lt;b>");
  BOOST_TEST(slack::escape("<!channel> & <@U1>") == "&lt;!channel&gt; &amp; &lt;@U1&gt;");
  BOOST_TEST(slack::mentions("hi <@UBOT|apiops>", "UBOT"));
  BOOST_TEST(!slack::mentions("hi <@UBOTTLE>", "UBOT"));
}

BOOST_AUTO_TEST_SUITE_END()
