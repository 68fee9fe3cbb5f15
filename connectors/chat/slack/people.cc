#include "connectors/chat/slack/people.h"

namespace apiops::slack {

namespace {

std::string kind_of(const Json& user, const std::string& team) {
  const auto is = [&user](const char* flag) { return get_bool(user, flag).value_or(false); };
  const std::string home = get_string(user, "team_id");
  if (is("deleted")) return "deactivated";
  if (is("is_bot") || is("is_app_user") || is("is_workflow_bot")) return "bot";
  if (is("is_stranger") || (!home.empty() && home != team)) return "external";
  if (is("is_restricted") || is("is_ultra_restricted")) return "guest";
  return "member";
}

// The app was not given users:read: what the event itself said has to do.
bool can_never_ask(const Error& e) {
  return e.code == "missing_scope" || e.code == "unknown_method" || e.code == "not_allowed_token_type";
}

}  // namespace

asio::awaitable<Identity> People::vouch(Identity identity, std::string team) {
  if (identity.kind != "member") co_return identity;
  const Duration now = clock_.steady();
  if (const auto it = known_.find(identity.user); it != known_.end() && now - it->second.at < kPersonKept) {
    identity.kind = it->second.kind;
    co_return identity;
  }
  auto reply = co_await api_.call("users.info", {{"user", identity.user}});
  std::string kind = "member";
  if (reply)
    kind = kind_of(get_object(*reply, "user"), team);
  else if (reply.error().code == "user_not_found" || reply.error().code == "user_not_visible")
    kind = "external";
  else if (!can_never_ask(reply.error()))
    kind = "unverified";
  if (kind != "unverified") {
    if (known_.size() >= kMaxPeopleKept) known_.clear();
    known_[identity.user] = {kind, now};
  }
  identity.kind = kind;
  co_return identity;
}

asio::awaitable<Result<std::set<std::string>>> People::members(std::string group) {
  auto reply = co_await api_.call("usergroups.users.list", {{"usergroup", group}});
  if (!reply) co_return std::unexpected(reply.error());
  std::set<std::string> users;
  for (const auto& user : get_array(*reply, "users"))
    if (user.is_string()) users.insert(user.get<std::string>());
  co_return users;
}

}  // namespace apiops::slack
