// The simulated Twilio behind one port: all its hosts, told apart by their paths. Who may ask, how many at once, and
// which resource answers. What callers bought, sent and changed lives in the ledger; everything else is computed from
// the story. Loop thread only; world and ledger outlive it.
#pragma once

#include <string>
#include <vector>

#include "connectors/net/http_server.h"
#include "connectors/sandbox/twilio/alarms.h"
#include "connectors/sandbox/twilio/calls.h"
#include "connectors/sandbox/twilio/keys.h"
#include "connectors/sandbox/twilio/messages.h"
#include "connectors/sandbox/twilio/monitor.h"
#include "connectors/sandbox/twilio/number_shop.h"
#include "connectors/sandbox/twilio/numbers.h"
#include "connectors/sandbox/twilio/permissions.h"
#include "connectors/sandbox/twilio/profile.h"
#include "connectors/sandbox/twilio/services.h"
#include "connectors/sandbox/twilio/subaccounts.h"
#include "connectors/sandbox/twilio/twilio_options.h"
#include "connectors/sandbox/twilio/usage.h"

namespace apiops::sandbox::twilio {

class TwilioSide {
 public:
  TwilioSide(World& world, Ledger& ledger, TwilioOptions options = {});
  TwilioSide(const TwilioSide&) = delete;  // its resources refer to each other
  TwilioSide& operator=(const TwilioSide&) = delete;

  std::string account_sid() const { return account_.sid(); }
  std::string auth_token() const { return account_.auth_token(); }
  asio::awaitable<net::ServerReply> handle(const net::ServerRequest& request);

 private:
  enum class Caller : std::uint8_t { kNobody, kKey, kAccount };
  Caller caller(const net::ServerRequest& request) const;
  net::ServerReply route(const net::ServerRequest& request, Caller caller);
  net::ServerReply classic(const net::ServerRequest& request, const std::vector<std::string>& path, Caller caller);
  net::ServerReply newer(const net::ServerRequest& request, const std::vector<std::string>& path, Caller caller);

  Account account_;
  TwilioOptions options_;
  Numbers numbers_;
  Permissions permissions_;
  Services services_;
  Messages messages_;
  Calls calls_;
  NumberShop shop_;
  Subaccounts subaccounts_;
  Usage usage_;
  Keys keys_;
  Monitor monitor_;
  Alarms alarms_;
  Profile profile_;
  long long at_once_ = 0, requests_ = 0;
};

}  // namespace apiops::sandbox::twilio
