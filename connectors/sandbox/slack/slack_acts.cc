// What people do in the simulated Slack, and what a test makes Slack do. Each act is {"do": NAME, …}:
//   say       user, channel, text, thread?       a person's message (a mention is <@U0APIOPS1>)
//   click     user, channel, ts, action_id?|label?|value?
//   submit    user, view, typed                  a form that is open
//   command   user, channel, text                /apiops …
//   shortcut  user, channel, ts                  "Diagnose this"
//   home      user                               opens the home tab
//   flood     user, channel, text, times         that many messages at once
//   count                                        how many messages were answered in their thread; how fast was
//   acknowledged invite    user, channel                      takes the app into the channel raw       type, payload,
//   times?              an envelope as it is frame     text                               a frame as it is, on every
//   socket socket    disconnect: REASON | drop: true | quiet: true|false knob      name, value revoked, without_scopes,
//   unlimited (no rate limits), post_429, lose_post, archived, removed_from,
//                                                deactivated, free_plan, expire_triggers, lose_acks, refuse_sockets,
//                                                greet_with (a disconnect reason after hello), socket_url (ws://… that
//                                                sockets are sent to: a proxy of the test)
#include <algorithm>
#include <asio/steady_timer.hpp>

#include "connectors/sandbox/slack/slack_side.h"

namespace apiops::sandbox::slack {

namespace {

Json error(const char* what) { return {{"error", what}}; }

bool is_direct(const std::string& channel) { return channel.starts_with('D'); }

// The first element of the message that fits: its action id, its label, or the label of one of its options.
struct Found {
  Json action;
  std::string block;
};
std::optional<Found> element_of(const Json& blocks, const Json& what) {
  const std::string id = get_string(what, "action_id"), label = get_string(what, "label");
  if (!blocks.is_array()) return std::nullopt;
  for (const auto& block : blocks)
    for (const auto& e : get_array(block, "elements")) {
      if (get_string(e, "action_id").empty()) continue;
      Found found{.action = {{"type", get_string(e, "type")},
                             {"action_id", get_string(e, "action_id")},
                             {"block_id", get_string(block, "block_id")}},
                  .block = get_string(block, "block_id")};
      const std::string text = get_string(get_object(e, "text"), "text");
      if (get_string(e, "type") == "button" &&
          (get_string(e, "action_id") == id || (!label.empty() && text == label))) {
        found.action["text"] = get_object(e, "text");
        if (e.contains("value")) found.action["value"] = e["value"];
        return found;
      }
      for (const auto& option : get_array(e, "options"))
        if (!label.empty() && get_string(get_object(option, "text"), "text").find(label) != std::string::npos) {
          found.action["selected_option"] = option;
          return found;
        }
    }
  return std::nullopt;
}

}  // namespace

std::string SlackSide::trigger() { return fresh("trigger."); }

Json SlackSide::act(const Json& what) {
  if (!what.is_object()) return error("an act is a JSON object");
  using Act = Json (SlackSide::*)(const Json&);
  static const std::map<std::string, Act> kActs{
      {"say", &SlackSide::say},         {"click", &SlackSide::click},       {"submit", &SlackSide::submit},
      {"command", &SlackSide::command}, {"shortcut", &SlackSide::shortcut}, {"home", &SlackSide::open_home},
      {"invite", &SlackSide::invite},   {"flood", &SlackSide::flood},       {"count", &SlackSide::count},
      {"raw", &SlackSide::raw},         {"frame", &SlackSide::socket},      {"socket", &SlackSide::socket},
      {"knob", &SlackSide::knob}};
  const auto found = kActs.find(get_string(what, "do"));
  return found == kActs.end() ? error("there is no such act") : (this->*found->second)(what);
}

Json SlackSide::say(const Json& what) {
  const std::string user = get_string(what, "user"), channel = get_string(what, "channel"),
                    text = get_string(what, "text");
  const Message& m = add({.channel = channel, .thread = get_string(what, "thread"), .user = user, .text = text});
  const std::string team = get_string(person_json(user), "team_id", kTeam);
  Json event = {{"type", "message"},
                {"user", user},
                {"text", text},
                {"ts", m.ts},
                {"channel", channel},
                {"team", team},
                {"event_ts", m.ts},
                {"user_team", team},
                {"client_msg_id", fresh("client")},
                {"channel_type", is_direct(channel) ? "im" : "channel"}};
  if (!m.thread.empty()) event["thread_ts"] = m.thread;
  const auto outer = [this](const Json& inner) {
    return Json{{"token", "verification"},
                {"team_id", kTeam},
                {"api_app_id", kApp},
                {"type", "event_callback"},
                {"event", inner},
                {"event_id", "Ev" + std::to_string(100'000'000 + ++event_)},
                {"event_time", to_millis(world_.now()) / 1000},
                {"is_ext_shared_channel", get_string(inner, "team") != kTeam}};
  };
  // A mention comes twice, as mention and as message, each with an event id of its own.
  if (!is_direct(channel) && text.find("<@" + std::string(kBotUser)) != std::string::npos &&
      granted().contains("app_mentions:read")) {
    Json mention = event;
    mention["type"] = "app_mention";
    mention.erase("channel_type");
    send_envelope("events_api", outer(mention), false);
  }
  if (granted().contains(is_direct(channel) ? "im:history" : "channels:history"))
    send_envelope("events_api", outer(event), false);
  return {{"ts", m.ts}};
}

Json SlackSide::click(const Json& what) {
  const std::string user = get_string(what, "user"), channel = get_string(what, "channel"), ts = get_string(what, "ts");
  const Message* m = find(channel, ts);
  const auto view = views_.find("home/" + user);
  const bool at_home = channel == "home" && view != views_.end();
  if (!m && !at_home) return error("there is no such message");
  auto found = element_of(m ? m->blocks : get_array(view->second, "blocks"), what);
  if (!found && what.contains("value"))
    found = Found{.action = {{"type", "button"}, {"action_id", "forged"}, {"value", what["value"]}}, .block = "forged"};
  if (!found) return error("there is no such button");
  found->action["action_ts"] = get_string(what, "action_ts", next_ts());
  const std::string id = trigger();
  triggers_[id] = user;
  const Json person = person_json(user);
  const std::string base = api_url_.substr(0, api_url_.size() - std::string_view("/api/").size());
  Json payload = {
      {"type", "block_actions"},
      {"user", {{"id", user}, {"name", get_string(person, "name")}, {"team_id", get_string(person, "team_id")}}},
      {"api_app_id", kApp},
      {"token", "verification"},
      {"trigger_id", id},
      {"team", {{"id", kTeam}, {"domain", "demo"}}},
      {"enterprise", nullptr},
      {"is_enterprise_install", false},
      {"actions", Json::array({found->action})}};
  if (at_home) {
    payload["container"] = {{"type", "view"}, {"view_id", get_string(view->second, "id")}};
    payload["view"] = view->second;
    return {{"envelope", send_envelope("interactive", std::move(payload), true)}};
  }
  payload["container"] = {
      {"type", "message"}, {"message_ts", ts}, {"channel_id", channel}, {"is_ephemeral", !m->only_for.empty()}};
  payload["channel"] = {{"id", channel}, {"name", "channel"}};
  payload["message"] = message_json(*m, true);
  payload["response_url"] = base + "/response/" + fresh("R");
  if (!m->thread.empty()) payload["container"]["thread_ts"] = m->thread;
  return {{"envelope", send_envelope("interactive", std::move(payload), true)}};
}

Json SlackSide::submit(const Json& what) {
  const auto view = views_.find(get_string(what, "view"));
  if (view == views_.end()) return error("no such form is open");
  const std::string user = get_string(what, "user");
  Json values = Json::object();
  for (const auto& block : get_array(view->second, "blocks"))
    if (get_string(block, "type") == "input")
      values[get_string(block, "block_id")][get_string(get_object(block, "element"), "action_id")] = {
          {"type", "plain_text_input"}, {"value", get_string(what, "typed")}};
  Json submitted = view->second;
  submitted["state"] = {{"values", values}};
  views_.erase(view);
  show_views();
  return {{"envelope", send_envelope("interactive",
                                     {{"type", "view_submission"},
                                      {"team", {{"id", kTeam}}},
                                      {"user", {{"id", user}, {"team_id", kTeam}}},
                                      {"api_app_id", kApp},
                                      {"token", "verification"},
                                      {"trigger_id", trigger()},
                                      {"view", submitted}},
                                     true)}};
}

Json SlackSide::command(const Json& what) {
  const std::string base = api_url_.substr(0, api_url_.size() - std::string_view("/api/").size());
  return {{"envelope", send_envelope("slash_commands",
                                     {{"command", "/apiops"},
                                      {"text", get_string(what, "text")},
                                      {"user_id", get_string(what, "user")},
                                      {"user_name", "somebody"},
                                      {"channel_id", get_string(what, "channel")},
                                      {"channel_name", "channel"},
                                      {"team_id", kTeam},
                                      {"team_domain", "demo"},
                                      {"api_app_id", kApp},
                                      {"token", "verification"},
                                      {"is_enterprise_install", "false"},
                                      {"trigger_id", trigger()},
                                      {"response_url", base + "/response/" + fresh("R")}},
                                     true)}};
}

Json SlackSide::shortcut(const Json& what) {
  const Message* m = find(get_string(what, "channel"), get_string(what, "ts"));
  if (!m) return error("there is no such message");
  return {{"envelope", send_envelope("interactive",
                                     {{"type", "message_action"},
                                      {"callback_id", "diagnose_message"},
                                      {"team", {{"id", kTeam}}},
                                      {"user", {{"id", get_string(what, "user")}, {"team_id", kTeam}}},
                                      {"channel", {{"id", m->channel}, {"name", "channel"}}},
                                      {"message_ts", m->ts},
                                      {"message", message_json(*m, false)},
                                      {"trigger_id", trigger()},
                                      {"token", "verification"}},
                                     true)}};
}

Json SlackSide::open_home(const Json& what) {
  return {
      {"envelope",
       send_envelope("events_api",
                     {{"team_id", kTeam},
                      {"api_app_id", kApp},
                      {"type", "event_callback"},
                      {"event_id", "Ev" + std::to_string(100'000'000 + ++event_)},
                      {"event", {{"type", "app_home_opened"}, {"user", get_string(what, "user")}, {"tab", "home"}}}},
                     false)}};
}

Json SlackSide::flood(const Json& what) {
  Json sent = Json::array();
  const auto times = std::clamp<long long>(get_integer(what, "times").value_or(1), 1, 10'000);
  for (long long i = 0; i < times; ++i) sent.push_back(say(what)["ts"]);
  return {{"sent", sent}};
}

Json SlackSide::count(const Json&) {
  std::set<std::string> answered;
  for (const auto& m : messages_)
    if (m.by_app && m.only_for.empty() && !m.thread.empty()) answered.insert(m.channel + "/" + m.thread);
  std::vector<double> times(ack_millis_.begin(), ack_millis_.end());
  std::sort(times.begin(), times.end());
  const auto at = [&times](double share) {
    return times.empty() ? 0.0 : times[static_cast<std::size_t>(share * static_cast<double>(times.size() - 1))];
  };
  return {{"answered", answered.size()},   {"messages", messages_.size()},
          {"acknowledged", acknowledged_}, {"waiting", waiting_.size()},
          {"redelivered", redelivered_},   {"ack_ms", {{"p50", at(0.5)}, {"p99", at(0.99)}, {"max", at(1)}}}};
}

Json SlackSide::invite(const Json& what) {
  return {{"envelope", send_envelope("events_api",
                                     {{"team_id", kTeam},
                                      {"api_app_id", kApp},
                                      {"type", "event_callback"},
                                      {"event_id", "Ev" + std::to_string(100'000'000 + ++event_)},
                                      {"event",
                                       {{"type", "member_joined_channel"},
                                        {"user", kBotUser},
                                        {"channel", get_string(what, "channel")},
                                        {"inviter", get_string(what, "user")},
                                        {"team", kTeam}}}},
                                     false)}};
}

Json SlackSide::raw(const Json& what) {
  const auto times = get_integer(what, "times").value_or(1);
  for (long long i = 0; i < times; ++i)
    send_envelope(get_string(what, "type", "events_api"), get_object(what, "payload"), false);
  return {{"sent", times}};
}

Json SlackSide::socket(const Json& what) {
  const auto sockets = sockets_;
  for (const auto id : sockets) {
    if (const std::string reason = get_string(what, "disconnect"); !reason.empty())
      server_->send(id, canonical({{"type", "disconnect"}, {"reason", reason}, {"debug_info", {{"host", "sandbox"}}}}));
    if (const std::string text = get_string(what, "text"); !text.empty()) server_->send(id, text);
    if (get_bool(what, "drop").value_or(false)) server_->close(id, 1001, "dropped");
  }
  if (const auto quiet = get_bool(what, "quiet")) quiet_ = *quiet;
  return {{"sockets", sockets.size()}};
}

Json SlackSide::knob(const Json& what) {
  if (what.contains("value"))
    knobs_[get_string(what, "name")] = what["value"];
  else
    knobs_.erase(get_string(what, "name"));
  return {{"knobs", knobs_}};
}

Json SlackSide::state() const {
  Json messages = Json::array(), views = Json::object(), calls = Json::object();
  for (const auto& m : messages_)
    if (!m.deleted) {
      Json one = message_json(m, true);
      one["channel"] = m.channel;
      one["only_for"] = m.only_for;
      messages.push_back(std::move(one));
    }
  for (const auto& [id, view] : views_) views[id] = view;
  for (const auto& [method, n] : calls_) calls[method] = n;
  return {{"messages", messages},
          {"views", views},
          {"calls", calls},
          {"sockets", sockets_.size()},
          {"acknowledged", acknowledged_},
          {"waiting", waiting_.size()},
          {"redelivered", redelivered_},
          {"limited", limited_},
          {"acks", acks_}};
}

}  // namespace apiops::sandbox::slack
