// The account itself and its subaccounts, balance, addresses and applications. Read only. Loop thread only; owned by
// TwilioSide.
#pragma once

#include <string>
#include <string_view>

#include "connectors/net/http_server.h"
#include "connectors/sandbox/twilio/account.h"

namespace apiops::sandbox::twilio {

class Profile {
 public:
  explicit Profile(const Account& account) : account_(account) {}

  // Accounts.json and Accounts/{Sid}.json; `sid` is empty for the list.
  net::ServerReply accounts(const net::ServerRequest& request, const std::string& sid) const;
  net::ServerReply balance() const;
  net::ServerReply addresses(const net::ServerRequest& request) const;
  net::ServerReply applications(const net::ServerRequest& request, const std::string& sid) const;

  bool is_subaccount(std::string_view sid) const;
  bool is_active(std::string_view sid) const;  // a suspended one answers nothing

 private:
  std::string sub_sid(std::size_t i) const;
  Json account_json(const std::string& sid, const char* name, const char* status) const;

  const Account& account_;
};

}  // namespace apiops::sandbox::twilio
