// The simulated Twilio account behind one port: the 2010 interface, Monitor, Messaging and Pricing. What was bought,
// changed and released lives in the ledger; everything else is computed from the story. Loop thread only; world and
// ledger outlive it.
#pragma once

#include "connectors/net/http_server.h"
#include "connectors/sandbox/twilio/numbers.h"

namespace apiops::sandbox::twilio {

class TwilioSide {
 public:
  TwilioSide(World& world, Ledger& ledger) : world_(world), numbers_(world, ledger) {}

  std::string account_sid() const { return world_.id("AC", Stream::kAccount, 0); }
  std::string auth_token() const { return world_.hex(Stream::kAccount, 0, 32); }
  asio::awaitable<net::ServerReply> handle(const net::ServerRequest& request);

 private:
  net::ServerReply route(const net::ServerRequest& request);
  net::ServerReply account(const net::ServerRequest& request, const std::vector<std::string>& path);
  net::ServerReply incoming(const net::ServerRequest& request, const std::string& sid);
  net::ServerReply buy(const net::ServerRequest& request);
  net::ServerReply messages(const net::ServerRequest& request);
  net::ServerReply calls(const net::ServerRequest& request);
  net::ServerReply alerts(const net::ServerRequest& request);
  net::ServerReply notifications(const net::ServerRequest& request, const std::string& call);
  net::ServerReply offers(const net::ServerRequest& request, const std::string& country, const std::string& type);
  net::ServerReply usage(const net::ServerRequest& request, bool daily);
  net::ServerReply services(const net::ServerRequest& request, const std::vector<std::string>& path);
  net::ServerReply keys(const net::ServerRequest& request);
  net::ServerReply applications(const net::ServerRequest& request);
  net::ServerReply prices(const std::string& country);

  Json message_json(const Message& m) const;
  Json call_json(const Ref& ref) const;
  Json number_json(const Number& n) const;
  Call call(const Ref& ref) const;

  World& world_;
  Numbers numbers_;
};

}  // namespace apiops::sandbox::twilio
