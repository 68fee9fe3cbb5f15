#include "bot/speaker.h"

#include <pwd.h>

#include <nlohmann/json.hpp>

namespace apiops {

std::string unix_user_of(uid_t uid) {
  const passwd* entry = ::getpwuid(uid);
  return entry && entry->pw_name ? entry->pw_name : "uid" + std::to_string(uid);
}

Result<std::string> person_of_unix_user(const Config& config, uid_t uid) {
  const std::string user = unix_user_of(uid);
  const auto known = config.unix_users.find(user);
  if (known != config.unix_users.end()) return known->second;
  return failure(ErrorKind::kUnauthorized, "the Unix user " + user + " is no person of the policy: add `unix_user: " +
                                               user + "` to one of the people in the configuration.");
}

Status name_speaker(Json& request, const Config& config, bool demo, uid_t peer) {
  if (demo || !request.contains("as")) return {};
  auto person = person_of_unix_user(config, peer);
  if (!person) return std::unexpected(person.error());
  request["as"] = *person;
  return {};
}

}  // namespace apiops
