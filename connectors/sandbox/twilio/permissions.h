// Where the account may send messages and place calls: SMS permissions (accounts v1) and dialing permissions (voice
// v1). As with the real ones, a few countries can't be changed over the API: some say so, one is silently ignored.
// Loop thread only; owned by TwilioSide.
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "connectors/net/http_server.h"
#include "connectors/sandbox/twilio/account.h"

namespace apiops::sandbox::twilio {

struct Country {
  std::string_view iso, name, prefix, continent;
  bool sms = false, voice = false;  // at the start
  bool sms_high_risk = false;       // refused over the API
};
// The country that an E.164 number belongs to; nullptr where it is not among the simulated ones.
const Country* country_of_number(std::string_view e164);
const Country* country_by_iso(std::string_view iso);

class Permissions {
 public:
  explicit Permissions(const Account& account);

  net::ServerReply sms(const net::ServerRequest& request);
  net::ServerReply dialing_list(const net::ServerRequest& request) const;
  net::ServerReply dialing_one(const net::ServerRequest& request, const std::string& iso) const;
  net::ServerReply dialing_update(const net::ServerRequest& request);

  bool sms_allowed(std::string_view e164) const;
  bool calls_allowed(std::string_view e164) const;

 private:
  void apply(const Json& effect);
  bool is_on(const std::string& channel, const Country& country) const;
  Json dialing_json(const Country& country) const;

  const Account& account_;
  std::map<std::pair<std::string, std::string>, bool> changed_;  // (channel, ISO code)
};

}  // namespace apiops::sandbox::twilio
