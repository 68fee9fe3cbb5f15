// The alarms of Twilio's monitor (v2, JSON): made, changed and deleted by callers. Loop thread only; owned by
// TwilioSide.
#pragma once

#include <string>
#include <vector>

#include "connectors/net/http_server.h"
#include "connectors/sandbox/twilio/account.h"
#include "engine/base/json.h"

namespace apiops::sandbox::twilio {

class Alarms {
 public:
  explicit Alarms(const Account& account);
  // /v2/Alarms, /v2/Alarms/{Sid} and /v2/Alarms/{Sid}/status; `sid` is empty for the list.
  net::ServerReply handle(const net::ServerRequest& request, const std::string& sid, const std::string& part);

 private:
  net::ServerReply write(const net::ServerRequest& request, const std::string& sid);
  net::ServerReply switch_it(const net::ServerRequest& request, const std::string& sid);
  void apply(const Json& effect);

  const Account& account_;
  std::vector<Json> alarms_;  // as they are told
};

}  // namespace apiops::sandbox::twilio
