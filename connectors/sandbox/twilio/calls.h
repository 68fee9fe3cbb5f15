// The account's calls: the story's, and those that callers placed, which ring, are answered and end as time passes.
// Loop thread only; owned by TwilioSide.
#pragma once

#include <string>
#include <vector>

#include "connectors/net/http_server.h"
#include "connectors/sandbox/twilio/account.h"
#include "connectors/sandbox/twilio/numbers.h"
#include "connectors/sandbox/twilio/permissions.h"

namespace apiops::sandbox::twilio {

class Calls {
 public:
  Calls(const Account& account, const Numbers& numbers, const Permissions& permissions);

  // Calls.json, Calls/{Sid}.json; `sid` is empty for the list.
  net::ServerReply handle(const net::ServerRequest& request, const std::string& sid);
  // Calls/{Sid}/Notifications.json, and Notifications.json of the whole account where `sid` is empty.
  net::ServerReply notifications(const net::ServerRequest& request, const std::string& sid) const;
  // Calls/{Sid}/Events.json: what was asked for the call, and what answered.
  net::ServerReply events(const net::ServerRequest& request, const std::string& sid) const;
  // The story's calls of a period, newest first.
  std::vector<Call> between(Time from, Time to) const;

 private:
  struct Placed {
    long long n = 0;
    std::string from, to, url;
    Time at, ended_at;
    bool ended = false;
  };
  net::ServerReply list(const net::ServerRequest& request) const;
  net::ServerReply place(const net::ServerRequest& request);
  net::ServerReply end(const net::ServerRequest& request, const std::string& sid);
  void apply(const Json& effect);
  Call call(const Ref& ref) const;
  Json json_of(const Call& call) const;
  Json json_of(const Placed& placed) const;
  Json notification_of(const Call& call) const;
  std::string asked_webhook(const Call& call) const;
  std::string sid_of(const Placed& placed) const { return account_.world.id("CA", Stream::kPlacedCall, placed.n); }

  const Account& account_;
  const Numbers& numbers_;
  const Permissions& permissions_;
  std::vector<Placed> placed_;  // oldest first
};

}  // namespace apiops::sandbox::twilio
