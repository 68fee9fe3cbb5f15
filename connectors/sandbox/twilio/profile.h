// The account itself and the list of its subaccounts, balance, addresses and applications. Read only. Loop thread only;
// owned by TwilioSide.
#pragma once

#include <string>

#include "connectors/net/http_server.h"
#include "connectors/sandbox/twilio/account.h"
#include "connectors/sandbox/twilio/subaccounts.h"

namespace apiops::sandbox::twilio {

class Profile {
 public:
  Profile(const Account& account, const Subaccounts& subaccounts) : account_(account), subaccounts_(subaccounts) {}

  // Accounts.json and Accounts/{Sid}.json; `sid` is empty for the list.
  net::ServerReply accounts(const net::ServerRequest& request, const std::string& sid) const;
  net::ServerReply balance() const;
  net::ServerReply addresses(const net::ServerRequest& request) const;
  net::ServerReply applications(const net::ServerRequest& request, const std::string& sid) const;

 private:
  Json account_json(const std::string& sid, const char* name, const char* status) const;

  const Account& account_;
  const Subaccounts& subaccounts_;
};

}  // namespace apiops::sandbox::twilio
