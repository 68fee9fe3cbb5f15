// The account's numbers over HTTP, and the shop where more are on offer. Loop thread only; owned by TwilioSide.
#pragma once

#include <string>

#include "connectors/net/http_server.h"
#include "connectors/sandbox/twilio/account.h"
#include "connectors/sandbox/twilio/numbers.h"

namespace apiops::sandbox::twilio {

class NumberShop {
 public:
  NumberShop(const Account& account, Numbers& numbers) : account_(account), numbers_(numbers) {}

  // IncomingPhoneNumbers.json, IncomingPhoneNumbers/{Sid}.json; `sid` is empty for the list.
  net::ServerReply incoming(const net::ServerRequest& request, const std::string& sid);
  net::ServerReply buy(const net::ServerRequest& request);
  // AvailablePhoneNumbers/{Country}.json and …/{Country}/{Type}.json.
  net::ServerReply kinds(const net::ServerRequest& request, const std::string& iso) const;
  net::ServerReply offers(const net::ServerRequest& request, const std::string& country, const std::string& type) const;

 private:
  const Account& account_;
  Numbers& numbers_;
};

}  // namespace apiops::sandbox::twilio
