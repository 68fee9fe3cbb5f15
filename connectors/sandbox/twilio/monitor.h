// The account's debugger (alerts) and its log of who changed what (events). Loop thread only; owned by TwilioSide.
#pragma once

#include <string>
#include <vector>

#include "connectors/net/http_server.h"
#include "connectors/sandbox/twilio/account.h"
#include "connectors/sandbox/twilio/calls.h"
#include "connectors/sandbox/twilio/messages.h"

namespace apiops::sandbox::twilio {

class Monitor {
 public:
  Monitor(const Account& account, const Messages& messages, const Calls& calls, const Numbers& numbers);

  // /v1/Alerts and /v1/Alerts/{Sid}; /v1/Events. `sid` is empty for a list.
  net::ServerReply alerts(const net::ServerRequest& request, const std::string& sid) const;
  net::ServerReply events(const net::ServerRequest& request) const;

 private:
  struct Alert {
    Ref ref;
    int code = 0;
    std::string resource, url;
  };
  std::vector<Alert> alerts_between(Time from, Time to, const std::string& level) const;
  std::string sid_of(const Alert& alert) const;
  Json alert_json(const Alert& alert) const;

  const Account& account_;
  const Messages& messages_;
  const Calls& calls_;
  const Numbers& numbers_;
};

}  // namespace apiops::sandbox::twilio
