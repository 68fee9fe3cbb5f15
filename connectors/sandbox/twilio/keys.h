// The account's API keys: two of the story's, and those that callers made. A standard key may do everything but read
// accounts and keys; a revoked one nothing. Loop thread only; owned by TwilioSide.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "connectors/net/http_server.h"
#include "connectors/sandbox/twilio/account.h"

namespace apiops::sandbox::twilio {

class Keys {
 public:
  explicit Keys(const Account& account);

  // Keys.json and Keys/{Sid}.json of the 2010 interface; `sid` is empty for the list.
  net::ServerReply handle(const net::ServerRequest& request, const std::string& sid);
  // /v1/Keys and /v1/Keys/{Sid} of iam.
  net::ServerReply iam(const net::ServerRequest& request, const std::string& sid);
  // The "Basic …" header of a key that may be used.
  bool accepts(const std::string& authorization) const;

 private:
  struct Key {
    std::string sid, secret, name;
    Time created;
    bool revoked = false;
  };
  net::ServerReply create(const net::ServerRequest& request);
  net::ServerReply revoke(const std::string& sid);
  void apply(const Json& effect);
  static Json key_json(const Key& key);
  std::vector<const Key*> valid() const;
  const Key* find(const std::string& sid) const;

  const Account& account_;
  std::vector<Key> keys_;
};

}  // namespace apiops::sandbox::twilio
