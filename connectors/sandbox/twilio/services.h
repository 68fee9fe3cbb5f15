// Messaging services with their sender pools (messaging v1), and what is registered for them: brand, campaign,
// toll-free verification. Loop thread only; owned by TwilioSide.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "connectors/net/http_server.h"
#include "connectors/sandbox/twilio/account.h"
#include "connectors/sandbox/twilio/numbers.h"

namespace apiops::sandbox::twilio {

class Services {
 public:
  Services(const Account& account, const Numbers& numbers);

  // /v1/Services…, /v1/a2p/…, /v1/Tollfree/…; `path` in its parts.
  net::ServerReply handle(const net::ServerRequest& request, const std::vector<std::string>& path);
  // A number of the service's pool to send from; empty where there is no such service, or none in it.
  std::string sender(const std::string& sid) const;
  bool exists(const std::string& sid) const { return services_.contains(sid); }

 private:
  struct Service {
    std::map<std::string, Json> settings;  // by field
    std::vector<std::string> pool;         // PN…, in the order in which they were added
    Time updated;
  };
  net::ServerReply one(const net::ServerRequest& request, const std::string& sid);
  net::ServerReply pool(const net::ServerRequest& request, const std::string& sid, const std::string& number);
  net::ServerReply add_to_pool(const net::ServerRequest& request, const std::string& sid);
  net::ServerReply registered(const net::ServerRequest& request, const std::vector<std::string>& path) const;
  void apply(const Json& effect);
  Json service_json(const std::string& sid) const;
  Json member_json(const std::string& sid, const Number& number) const;
  std::string made() const;

  const Account& account_;
  const Numbers& numbers_;
  std::map<std::string, Service> services_;
};

}  // namespace apiops::sandbox::twilio
