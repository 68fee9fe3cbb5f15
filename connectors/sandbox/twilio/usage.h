// What the account used and what that cost, counted from the story; and the triggers that warn when it passes a value.
// Loop thread only; owned by TwilioSide.
#pragma once

#include <string>
#include <vector>

#include "connectors/net/http_server.h"
#include "connectors/sandbox/twilio/account.h"
#include "connectors/sandbox/twilio/calls.h"
#include "connectors/sandbox/twilio/messages.h"
#include "connectors/sandbox/twilio/subaccounts.h"
#include "connectors/sandbox/twilio/usage_records.h"

namespace apiops::sandbox::twilio {

class Usage {
 public:
  Usage(const Account& account, const Messages& messages, const Calls& calls, const Subaccounts& subaccounts);

  // Usage/Records…; `range` is "Daily", "Today" … or empty.
  net::ServerReply records(const net::ServerRequest& request, const std::string& range) const;
  // Usage/Triggers.json, Usage/Triggers/{Sid}.json; `sid` is empty for the list.
  net::ServerReply triggers(const net::ServerRequest& request, const std::string& sid);

 private:
  struct Trigger {
    std::string sid, category, by, recurring, value, callback, method, name;
    Time created;
    bool deleted = false;
  };
  std::vector<UsageLine> own_lines(Time begin, Time end) const;
  net::ServerReply create(const net::ServerRequest& request);
  void apply(const Json& effect);
  Json trigger_json(const Trigger& trigger) const;

  const Account& account_;
  const Messages& messages_;
  const Calls& calls_;
  const Subaccounts& subaccounts_;
  std::vector<Trigger> triggers_;
};

}  // namespace apiops::sandbox::twilio
