// What Slack says of a person: a full member, a guest, of another organisation, a bot, switched off. Asked once and
// kept for a while. Loop thread only.
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "connectors/chat/slack/web_api.h"
#include "engine/ports/chat_port.h"

namespace apiops::slack {

inline constexpr Duration kPersonKept = std::chrono::minutes(10);
inline constexpr std::size_t kMaxPeopleKept = 10'000;

class People {
 public:
  People(WebApi& api, Clock& clock) : api_(api), clock_(clock) {}

  // The identity with its kind: member, guest, external, bot, deactivated; unverified where Slack could not be asked.
  asio::awaitable<Identity> vouch(Identity identity, std::string team);
  // Members of a user group. Free workspaces have none (plan_upgrade_required): the configuration's own lists count.
  asio::awaitable<Result<std::set<std::string>>> members(std::string group);

 private:
  struct Known {
    std::string kind;
    Duration at{0};
  };
  WebApi& api_;
  Clock& clock_;
  std::map<std::string, Known> known_;
};

}  // namespace apiops::slack
