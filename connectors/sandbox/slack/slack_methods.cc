// The simulated Slack's Web API.
#include <algorithm>
#include <asio/steady_timer.hpp>

#include "connectors/sandbox/reply.h"
#include "connectors/sandbox/slack/block_rules.h"
#include "connectors/sandbox/slack/slack_side.h"
#include "engine/base/text.h"

namespace apiops::sandbox::slack {

namespace {

net::ServerReply slow_down(long long seconds) {
  net::ServerReply reply = json_reply(429, {{"ok", false}, {"error", "ratelimited"}});
  reply.headers.emplace_back("Retry-After", std::to_string(seconds));
  return reply;
}

std::string joined(const std::set<std::string>& names) {
  return join(std::vector<std::string>(names.begin(), names.end()), ",");
}

Json json_of(const std::string& text) {
  auto parsed = parse_json(text);
  return parsed ? std::move(*parsed) : Json();
}

// Arguments come as a form, or as JSON where the method takes it.
net::Headers arguments_of(const net::ServerRequest& request) {
  if (!request.header("content-type").starts_with("application/json")) {
    net::Headers form = request.form();
    for (const auto& pair : request.query) form.push_back(pair);
    return form;
  }
  net::Headers out;
  const Json body = json_of(request.body);
  if (body.is_object())
    for (const auto& [name, value] : body.items())
      out.emplace_back(name, value.is_string() ? value.get<std::string>() : value.dump());
  return out;
}

std::string token_of(const net::ServerRequest& request, const net::Headers& arguments) {
  const std::string header = request.header("authorization");
  constexpr std::string_view kBearer = "Bearer ";
  return header.starts_with(kBearer) ? header.substr(kBearer.size()) : value_of(arguments, "token");
}

Json channel_json(const Channel& c) {
  return {{"id", c.id},
          {"name", c.name},
          {"is_channel", true},
          {"is_member", c.app_is_in},
          {"is_archived", c.archived},
          {"is_private", false},
          {"is_im", false},
          {"created", 1'700'000'000}};
}

Json group_json(const char* id, const char* name, const Json& users) {
  return {{"id", id}, {"team_id", kTeam}, {"is_usergroup", true}, {"handle", name}, {"name", name}, {"users", users}};
}
const Json& leads() {
  static const Json kUsers = Json::array({"U0BEN0001", "U0CHRIS01"});
  return kUsers;
}

}  // namespace

const std::vector<Member>& members() {
  static const std::vector<Member> kMembers{{"U0ANA0001", "Ana", "member"},   {"U0BEN0001", "Ben", "member"},
                                            {"U0CHRIS01", "Chris", "member"}, {"U0GINA001", "Gina", "guest"},
                                            {"U0EVE0001", "Eve", "external"}, {"U0DAN0001", "Dan", "deactivated"},
                                            {kBotUser, "apiops", "bot"}};
  return kMembers;
}

const std::vector<Channel>& channels() {
  static const std::vector<Channel> kChannels{{"C0OPS0001", "ops", true, false},
                                              {"C0ALERTS1", "alerts", true, false},
                                              {"C0GENERAL", "general", false, false},
                                              {"C0OLD0001", "old", true, true}};
  return kChannels;
}

const std::map<std::string, SlackSide::Method>& SlackSide::methods() {
  static const std::map<std::string, Method> kMethods{{"auth.test", &SlackSide::auth_test},
                                                      {"apps.connections.open", &SlackSide::open_connection},
                                                      {"chat.postMessage", &SlackSide::post_message},
                                                      {"chat.postEphemeral", &SlackSide::post_ephemeral},
                                                      {"chat.update", &SlackSide::update},
                                                      {"chat.delete", &SlackSide::remove},
                                                      {"chat.getPermalink", &SlackSide::permalink},
                                                      {"conversations.info", &SlackSide::channel_info},
                                                      {"conversations.list", &SlackSide::channel_list},
                                                      {"conversations.history", &SlackSide::history},
                                                      {"conversations.replies", &SlackSide::replies},
                                                      {"conversations.open", &SlackSide::open_direct},
                                                      {"users.info", &SlackSide::user_info},
                                                      {"usergroups.list", &SlackSide::group_list},
                                                      {"usergroups.users.list", &SlackSide::group_users},
                                                      {"views.open", &SlackSide::open_view},
                                                      {"views.publish", &SlackSide::publish_view},
                                                      {"files.getUploadURLExternal", &SlackSide::upload_url},
                                                      {"files.completeUploadExternal", &SlackSide::complete_upload},
                                                      {"reactions.add", &SlackSide::react}};
  return kMethods;
}

asio::awaitable<net::ServerReply> SlackSide::handle(const net::ServerRequest& request) {
  if (request.path == "/__sandbox/slack") {
    if (request.method == "GET") co_return json_reply(200, state());
    co_return json_reply(200, act(json_of(request.body)));
  }
  if (request.path.starts_with("/upload/")) co_return take_file(request);
  if (request.path.starts_with("/file/")) co_return give_file(request.path.substr(std::string_view("/file/").size()));
  if (request.path.starts_with("/response/")) {
    acks_.push_back({{"response_url", request.path}, {"body", json_of(request.body)}});
    co_return net::ServerReply{200, {{"Content-Type", "text/html"}}, "ok"};
  }
  constexpr std::string_view kApi = "/api/";
  if (!request.path.starts_with(kApi)) co_return json_reply(404, {{"ok", false}, {"error", "unknown_method"}});
  co_return call(request.path.substr(kApi.size()), request);
}

std::set<std::string> SlackSide::granted() const {
  std::set<std::string> scopes = all_scopes();
  for (const auto& missing : get_array(knobs_, "without_scopes"))
    if (missing.is_string()) scopes.erase(missing.get<std::string>());
  return scopes;
}

net::ServerReply SlackSide::yes(Json body) const {
  body["ok"] = true;
  net::ServerReply reply = json_reply(200, body);
  reply.headers.emplace_back("X-OAuth-Scopes", joined(granted()));
  return reply;
}

net::ServerReply SlackSide::no(const std::string& word, Json body) const {
  body["ok"] = false;
  body["error"] = word;
  net::ServerReply reply = json_reply(200, body);
  reply.headers.emplace_back("X-OAuth-Scopes", joined(granted()));
  return reply;
}

net::ServerReply SlackSide::call(const std::string& method, const net::ServerRequest& request) {
  ++calls_[method];
  const auto found = methods().find(method);
  if (found == methods().end()) return no("unknown_method");
  const net::Headers arguments = arguments_of(request);
  const std::string token = token_of(request, arguments);
  const bool app = method == "apps.connections.open";
  if (token.empty()) return no("not_authed");
  if (get_bool(knobs_, "revoked").value_or(false)) return no("invalid_auth");
  if (token != (app ? app_token() : bot_token()))
    return no(token == bot_token() || token == app_token() ? "not_allowed_token_type" : "invalid_auth");
  const std::string channel = value_of(arguments, "channel");
  if (const std::string scope = scope_of(method, channel); !scope.empty() && !granted().contains(scope))
    return no("missing_scope", {{"needed", scope}, {"provided", joined(granted())}});
  if (!get_bool(knobs_, "unlimited").value_or(false))
    if (const long long wait = limits_.wait_for(method, channel, Duration(to_millis(world_.now()))); wait > 0) {
      ++limited_;
      return slow_down(wait);
    }
  return (this->*found->second)(arguments);
}

net::ServerReply SlackSide::auth_test(const net::Headers&) {
  return yes({{"url", "https://demo.slack.com/"},
              {"team", "Demo"},
              {"user", "apiops"},
              {"team_id", kTeam},
              {"user_id", kBotUser},
              {"bot_id", kBot},
              {"is_enterprise_install", false}});
}

net::ServerReply SlackSide::open_connection(const net::Headers&) {
  const std::string ticket = fresh("ticket");
  tickets_.insert(ticket);
  const std::string own = "ws://127.0.0.1:" + std::to_string(socket_port());
  return yes(
      {{"url", get_string(knobs_, "socket_url", own) + "/link/?ticket=" + ticket + "&app_id=" + std::string(kApp)}});
}

std::string SlackSide::next_ts() {
  const long long seconds = to_millis(world_.now()) / 1000;
  return std::to_string(seconds) + "." + std::to_string(1'000'000 + ++counter_ % 1'000'000).substr(1);
}
std::string SlackSide::fresh(const char* prefix) {
  return std::string(prefix) + world_.letters(Stream::kOther, ++counter_, 12);
}

Message& SlackSide::add(Message message) {
  message.ts = next_ts();
  if (messages_.size() >= kKeptMessages) messages_.pop_front();
  messages_.push_back(std::move(message));
  show_views();
  return messages_.back();
}

Message* SlackSide::find(const std::string& channel, const std::string& ts) {
  const auto it = std::find_if(messages_.begin(), messages_.end(),
                               [&](const Message& m) { return m.channel == channel && m.ts == ts && !m.deleted; });
  return it == messages_.end() ? nullptr : &*it;
}

Json SlackSide::message_json(const Message& m, bool metadata) const {
  Json out = {{"type", "message"}, {"ts", m.ts}, {"text", m.text}, {"user", m.user}, {"team", kTeam}};
  if (m.by_app) out["bot_id"] = kBot, out["app_id"] = kApp;
  if (!m.thread.empty()) out["thread_ts"] = m.thread;
  if (m.blocks.is_array()) out["blocks"] = m.blocks;
  if (m.files.is_array()) out["files"] = m.files;
  if (metadata && m.metadata.is_object()) out["metadata"] = m.metadata;
  if (m.edited) out["edited"] = {{"user", m.user}, {"ts", m.ts}};
  return out;
}

std::string SlackSide::word_against_post(const net::Headers& a, bool changes) const {
  const std::string channel = value_of(a, "channel"), text = value_of(a, "text");
  if (channel.empty()) return "channel_not_found";
  const auto known = std::find_if(channels().begin(), channels().end(), [&](const auto& c) { return c.id == channel; });
  if (!channel.starts_with('D')) {
    if (known == channels().end()) return "channel_not_found";
    if (known->archived || get_string(knobs_, "archived") == channel) return "is_archived";
    if (!known->app_is_in || get_string(knobs_, "removed_from") == channel) return "not_in_channel";
  }
  if (text.empty() && !has_value(a, "blocks") && !has_value(a, "attachments")) return "no_text";
  if (changes && characters(text) > kMaxTextArgument) return "msg_too_long";
  if (has_value(a, "blocks")) return fault_of_blocks(json_of(value_of(a, "blocks")), 50).word;
  return {};
}

net::ServerReply SlackSide::post_message(const net::Headers& a) {
  const std::string channel = value_of(a, "channel");
  if (const auto seconds = get_integer(knobs_, "post_429").value_or(0); seconds > 0) {
    knobs_.erase("post_429");
    return slow_down(seconds);
  }
  if (const std::string word = word_against_post(a, false); !word.empty()) return no(word);
  if (characters(value_of(a, "text")) > kMaxTextArgument) return no("msg_too_long");
  Message& m = add({.channel = channel,
                    .thread = value_of(a, "thread_ts"),
                    .user = std::string(kBotUser),
                    .text = value_of(a, "text"),
                    .blocks = json_of(value_of(a, "blocks")),
                    .metadata = json_of(value_of(a, "metadata")),
                    .by_app = true});
  net::ServerReply reply = yes({{"channel", channel}, {"ts", m.ts}, {"message", message_json(m, false)}});
  if (get_bool(knobs_, "lose_post").value_or(false)) {
    knobs_.erase("lose_post");
    reply.drop = true;
  }
  return reply;
}

net::ServerReply SlackSide::post_ephemeral(const net::Headers& a) {
  if (const std::string word = word_against_post(a, true); !word.empty()) return no(word);
  const std::string user = value_of(a, "user");
  if (std::none_of(members().begin(), members().end(), [&](const auto& m) { return m.id == user; }))
    return no("user_not_in_channel");
  // In a thread without replies nobody gets to see it: it is taken, and gone.
  const std::string thread = value_of(a, "thread_ts");
  if (!thread.empty() && std::none_of(messages_.begin(), messages_.end(), [&](const Message& m) {
        return m.channel == value_of(a, "channel") && m.thread == thread && m.only_for.empty();
      }))
    return yes({{"message_ts", next_ts()}});
  const Message& m = add({.channel = value_of(a, "channel"),
                          .thread = thread,
                          .user = std::string(kBotUser),
                          .text = value_of(a, "text"),
                          .only_for = user,
                          .blocks = json_of(value_of(a, "blocks")),
                          .by_app = true});
  return yes({{"message_ts", m.ts}});
}

net::ServerReply SlackSide::update(const net::Headers& a) {
  Message* m = find(value_of(a, "channel"), value_of(a, "ts"));
  if (!m || !m->only_for.empty()) return no("message_not_found");
  if (!m->by_app) return no("cant_update_message");
  if (const std::string word = word_against_post(a, true); !word.empty()) return no(word);
  m->text = value_of(a, "text");
  if (has_value(a, "blocks")) m->blocks = json_of(value_of(a, "blocks"));
  m->edited = true;
  show_views();
  return yes({{"channel", m->channel}, {"ts", m->ts}, {"text", m->text}, {"message", message_json(*m, false)}});
}

net::ServerReply SlackSide::remove(const net::Headers& a) {
  Message* m = find(value_of(a, "channel"), value_of(a, "ts"));
  if (!m) return no("message_not_found");
  if (!m->by_app) return no("cant_delete_message");
  m->deleted = true;
  show_views();
  return yes({{"channel", m->channel}, {"ts", m->ts}});
}

net::ServerReply SlackSide::permalink(const net::Headers& a) {
  const Message* m = find(value_of(a, "channel"), value_of(a, "message_ts"));
  if (!m) return no("message_not_found");
  return yes({{"channel", m->channel}, {"permalink", "https://demo.slack.com/archives/" + m->channel + "/p" + m->ts}});
}

net::ServerReply SlackSide::channel_info(const net::Headers& a) {
  const std::string id = value_of(a, "channel");
  for (const auto& c : channels())
    if (c.id == id) return yes({{"channel", channel_json(c)}});
  if (id.starts_with('D'))
    return yes({{"channel", {{"id", id}, {"is_im", true}, {"user", "U" + id.substr(1)}, {"created", 1'700'000'000}}}});
  return no("channel_not_found");
}

net::ServerReply SlackSide::channel_list(const net::Headers&) {
  Json all = Json::array();
  for (const auto& c : channels()) all.push_back(channel_json(c));
  return yes({{"channels", all}, {"response_metadata", {{"next_cursor", ""}}}});
}

net::ServerReply SlackSide::history(const net::Headers& a) {
  const std::string channel = value_of(a, "channel");
  const auto most = static_cast<std::size_t>(integer_of(value_of(a, "limit")).value_or(100));
  Json found = Json::array();
  for (auto m = messages_.rbegin(); m != messages_.rend() && found.size() < most; ++m)
    if (m->channel == channel && m->thread.empty() && m->only_for.empty() && !m->deleted)
      found.push_back(message_json(*m, value_of(a, "include_all_metadata") == "true"));
  return yes({{"messages", found}, {"has_more", false}});
}

net::ServerReply SlackSide::replies(const net::Headers& a) {
  const std::string channel = value_of(a, "channel"), root = value_of(a, "ts");
  const auto most = static_cast<std::size_t>(integer_of(value_of(a, "limit")).value_or(100));
  Json found = Json::array();
  for (const auto& m : messages_)
    if (found.size() < most && m.channel == channel && (m.ts == root || m.thread == root) && m.only_for.empty() &&
        !m.deleted)
      found.push_back(message_json(m, value_of(a, "include_all_metadata") == "true"));
  if (found.empty()) return no("thread_not_found");
  return yes({{"messages", found}, {"has_more", false}});
}

net::ServerReply SlackSide::open_direct(const net::Headers& a) {
  const std::string user = value_of(a, "users");
  for (const auto& m : members())
    if (m.id == user && m.kind == "deactivated")
      return no("user_disabled");
    else if (m.id == user)
      return yes({{"channel", {{"id", "D" + user.substr(1)}}}});
  return no("user_not_found");
}

Json SlackSide::person_json(const std::string& user) const {
  for (const auto& m : members())
    if (m.id == user)
      return {{"id", m.id},
              {"team_id", m.kind == "external" ? "T0OTHER01" : std::string(kTeam)},
              {"name", lower_ascii(m.name)},
              {"real_name", m.name},
              {"deleted", m.kind == "deactivated" || get_string(knobs_, "deactivated") == m.id},
              {"is_bot", m.kind == "bot"},
              {"is_restricted", m.kind == "guest"},
              {"is_ultra_restricted", false},
              {"is_stranger", m.kind == "external"},
              {"tz", "Europe/Berlin"},
              {"profile", {{"real_name", m.name}, {"display_name", m.name}}}};
  return {};
}

net::ServerReply SlackSide::user_info(const net::Headers& a) {
  const Json user = person_json(value_of(a, "user"));
  return user.is_null() ? no("user_not_found") : yes({{"user", user}});
}

net::ServerReply SlackSide::group_list(const net::Headers&) {
  return yes({{"usergroups", Json::array({group_json("S0LEADS01", "ops-leads", leads())})}});
}

net::ServerReply SlackSide::group_users(const net::Headers& a) {
  if (get_bool(knobs_, "free_plan").value_or(false)) return no("plan_upgrade_required");
  if (value_of(a, "usergroup") != "S0LEADS01") return no("no_such_subteam");
  return yes({{"users", leads()}});
}

net::ServerReply SlackSide::react(const net::Headers& a) {
  return find(value_of(a, "channel"), value_of(a, "timestamp")) ? yes() : no("message_not_found");
}

}  // namespace apiops::sandbox::slack
