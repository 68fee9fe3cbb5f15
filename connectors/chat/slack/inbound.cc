#include "connectors/chat/slack/inbound.h"

#include <algorithm>

#include "connectors/chat/slack/markup.h"
#include "engine/base/text.h"

namespace apiops::slack {

namespace {

using Kind = Inbound::Kind;

constexpr std::size_t kMaxTitle = 24, kMaxLabel = 2'000, kMaxPrivate = 3'000;

InboundEvent event_in(const Self& self, std::string kind, std::string key) {
  InboundEvent e;
  e.kind = std::move(kind);
  e.key = std::move(key);
  e.place = {.connector = "slack", .workspace = self.team, .channel = {}, .thread = {}};
  return e;
}

// A user of another workspace is told apart by the platform's own team ids.
Identity identity_in(const Self& self, const std::string& user, const std::string& team) {
  return {.platform = "slack",
          .workspace = self.team,
          .user = user,
          .kind = team.empty() || team == self.team ? "member" : "external"};
}

// Edits, deletions, joins, other bots, ourselves: not what a person says to us.
bool is_a_persons_words(const Json& event, const Self& self) {
  const std::string subtype = get_string(event, "subtype");
  if (!subtype.empty() && subtype != "file_share" && subtype != "thread_broadcast") return false;
  if (!get_string(event, "bot_id").empty() || !get_object(event, "bot_profile").empty()) return false;
  const std::string user = get_string(event, "user");
  return !user.empty() && user != self.user && (self.app.empty() || get_string(event, "app_id") != self.app);
}

bool is_direct(const std::string& channel) { return channel.starts_with('D'); }

// In a direct message the person is the place. (A command may come from a conversation of two other people: it is
// answered to who gave it.)
void place_in(Inbound& in, const std::string& channel) {
  in.event.place.channel = is_direct(channel) ? "@" + in.event.identity.user : channel;
}

bool is_listened_to(const std::string& channel, const std::string& text, const Listening& listening) {
  if (std::find(listening.channels.begin(), listening.channels.end(), channel) == listening.channels.end())
    return false;
  return listening.words.empty() ||
         std::any_of(listening.words.begin(), listening.words.end(),
                     [&text](const auto& word) { return text.find(word) != std::string::npos; });
}

Inbound read_message(const Json& outer, const Json& event, const Self& self, const Listening& listening) {
  Inbound in;
  if (!is_a_persons_words(event, self)) return in;
  const std::string type = get_string(event, "type"), text = get_string(event, "text"),
                    channel = get_string(event, "channel"), ts = get_string(event, "ts"),
                    thread = get_string(event, "thread_ts");
  if (channel.empty() || ts.empty()) return in;
  const bool addressed = type == "app_mention" || is_direct(channel) || mentions(text, self.user);
  const bool overheard = !addressed && is_listened_to(channel, text, listening);
  if (!addressed && !overheard && (thread.empty() || thread == ts)) return in;
  std::string team = get_string(event, "user_team", get_string(event, "source_team", get_string(event, "team")));
  in.kind = addressed || overheard ? Kind::kEvent : Kind::kIfOurs;
  in.event = event_in(self, overheard ? "overheard" : "message", get_string(outer, "event_id", channel + "/" + ts));
  in.event.identity = identity_in(self, get_string(event, "user"), team);
  in.event.text_key = channel + "/" + ts;
  place_in(in, channel);
  in.event.place.thread = thread.empty() ? ts : thread;  // a message of the channel itself starts a thread
  in.event.message = ts;
  in.event.text = plain(text, self.user);
  return in;
}

Inbound read_event(const Json& payload, const Self& self, const Listening& listening) {
  const Json& event = get_object(payload, "event");  // app_rate_limited has none
  const std::string type = get_string(event, "type");
  const std::string team = get_string(payload, "team_id");
  if (!team.empty() && team != self.team && !get_bool(payload, "is_ext_shared_channel").value_or(false)) return {};
  if (type == "message" || type == "app_mention") return read_message(payload, event, self, listening);
  Inbound in;
  if (type == "app_home_opened" && get_string(event, "tab", "home") == "home") {
    in.kind = Kind::kHome;
    in.event = event_in(self, "home", get_string(payload, "event_id"));
    in.event.identity = identity_in(self, get_string(event, "user"), {});
  } else if (type == "app_uninstalled" || type == "tokens_revoked") {
    in.kind = Kind::kGone;
  } else if (type == "member_joined_channel" && get_string(event, "user") == self.user) {
    in.kind = Kind::kEvent;
    in.event = event_in(self, "invited", get_string(payload, "event_id"));
    in.event.place.channel = get_string(event, "channel");
    in.event.identity = identity_in(self, get_string(event, "inviter"), {});
  }
  return in;
}

// The value of a button, or of the chosen option of a menu.
std::string clicked_value(const Json& action) {
  const std::string value = get_string(action, "value");
  return value.empty() ? get_string(get_object(action, "selected_option"), "value") : value;
}

Inbound read_click(const Json& payload, const Self& self) {
  Inbound in;
  const Json& actions = get_array(payload, "actions");
  if (actions.empty() || !actions[0].is_object()) return in;
  const Json& action = actions[0];
  const std::string value = clicked_value(action);
  const Json &container = get_object(payload, "container"), &message = get_object(payload, "message"),
             &user = get_object(payload, "user");
  const std::string ts = get_string(container, "message_ts", get_string(message, "ts"));
  if (value.empty()) return in;  // a link, or a part of somebody else's message
  const auto space = value.find(' ');
  in.kind = space == std::string::npos ? Kind::kEvent : Kind::kForm;
  in.trigger = get_string(payload, "trigger_id");
  in.response_url = get_string(payload, "response_url");
  in.event = event_in(self, "click",
                      "click/" + ts + "/" + get_string(user, "id") + "/" + get_string(action, "action_id") + "/" +
                          get_string(action, "action_ts"));
  in.event.identity = identity_in(self, get_string(user, "id"), get_string(user, "team_id"));
  place_in(in, get_string(container, "channel_id", get_string(get_object(payload, "channel"), "id")));
  in.event.place.thread = get_string(message, "thread_ts", get_string(container, "thread_ts"));
  if (in.event.place.channel.empty())
    in.event.place.channel = "@" + get_string(user, "id");  // the home tab: answered in private
  in.event.message = ts;
  in.event.token = value.substr(0, space);
  if (in.kind == Kind::kForm) {
    in.question = value.substr(space + 1);
    in.label = get_string(get_object(action, "text"), "text", "Answer");
  }
  return in;
}

// Everything that the click needs travels in the form's private_metadata; the token in it is looked up like any other.
Inbound read_form(const Json& payload, const Self& self) {
  Inbound in;
  const Json &view = get_object(payload, "view"), &user = get_object(payload, "user");
  if (get_string(view, "callback_id") != kFormCallback) return in;
  const auto carried = parse_json(get_string(view, "private_metadata"), kMaxPrivate);
  if (!carried || !carried->is_object()) return in;
  in.kind = Kind::kEvent;
  in.event = event_in(self, "click", "form/" + get_string(view, "id") + "/" + get_string(view, "hash"));
  in.event.place.channel = get_string(*carried, "channel");
  in.event.place.thread = get_string(*carried, "thread");
  in.event.message = get_string(*carried, "message");
  in.event.token = get_string(*carried, "token");
  in.event.identity = identity_in(self, get_string(user, "id"), get_string(user, "team_id"));
  in.event.typed =
      get_string(get_object(get_object(get_object(get_object(view, "state"), "values"), "words"), "typed"), "value");
  return in;
}

// "Diagnose this": the message's text becomes the ask, answered in that message's thread.
Inbound read_shortcut(const Json& payload, const Self& self) {
  Inbound in;
  if (get_string(payload, "callback_id") != kShortcutDiagnose) return in;
  const Json &message = get_object(payload, "message"), &user = get_object(payload, "user");
  const std::string ts = get_string(payload, "message_ts", get_string(message, "ts"));
  in.kind = Kind::kEvent;
  in.response_url = get_string(payload, "response_url");
  in.event = event_in(self, "pasted", "shortcut/" + get_string(payload, "trigger_id"));
  in.event.identity = identity_in(self, get_string(user, "id"), get_string(user, "team_id"));
  place_in(in, get_string(get_object(payload, "channel"), "id"));
  if (!in.event.place.channel.starts_with('@')) {
    in.event.place.thread = get_string(message, "thread_ts", ts);
    in.event.message = ts;
  }
  in.event.text = clip(plain(get_string(message, "text"), self.user), kPastedMost);
  return in;
}

Inbound read_command(const Json& payload, const Self& self) {
  Inbound in;
  in.kind = Kind::kEvent;
  in.response_url = get_string(payload, "response_url");
  in.event = event_in(self, "command", "command/" + get_string(payload, "trigger_id"));
  in.event.identity = identity_in(self, get_string(payload, "user_id"), get_string(payload, "team_id"));
  place_in(in, get_string(payload, "channel_id"));
  in.event.text = plain(get_string(payload, "text"), self.user);
  if (in.event.text.empty()) in.event.text = "help";
  return in;
}

}  // namespace

std::string button_value(const std::string& token, const std::string& question) {
  return question.empty() ? token : token + " " + std::string(cut(question, 1'000));
}

Inbound read_envelope(const std::string& type, const Json& payload, const Self& self, const Listening& listening) {
  if (!payload.is_object()) return {};
  if (type == "events_api") return read_event(payload, self, listening);
  if (type == "slash_commands") return read_command(payload, self);
  if (type != "interactive") return {};
  const std::string kind = get_string(payload, "type");
  if (kind == "block_actions") return read_click(payload, self);
  if (kind == "view_submission") return read_form(payload, self);
  if (kind == "message_action") return read_shortcut(payload, self);
  return {};
}

Json form_view(const Inbound& click) {
  const Json carried = {{"token", click.event.token},
                        {"channel", click.event.place.channel},
                        {"thread", click.event.place.thread},
                        {"message", click.event.message}};
  const auto text = [](std::string_view words, std::size_t most) {
    return Json{{"type", "plain_text"}, {"text", cut(words, most)}};
  };
  return {
      {"type", "modal"},
      {"callback_id", kFormCallback},
      {"private_metadata", canonical(carried)},
      {"title", text(click.label, kMaxTitle)},
      {"submit", text(click.label, kMaxTitle)},
      {"close", text("Back", kMaxTitle)},
      {"blocks",
       Json::array(
           {{{"type", "input"},
             {"block_id", "words"},
             {"optional", true},
             {"label", text(click.question, kMaxLabel)},
             {"element",
              {{"type", "plain_text_input"}, {"action_id", "typed"}, {"max_length", 1'000}, {"multiline", true}}}}})}};
}

}  // namespace apiops::slack
