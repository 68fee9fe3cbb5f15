// The account's messages: the story's (or, for measurements, a great number of them), and those that callers sent,
// which go from queued to delivered as time passes. Loop thread only; owned by TwilioSide.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "connectors/net/http_server.h"
#include "connectors/sandbox/twilio/account.h"
#include "connectors/sandbox/twilio/message_row.h"
#include "connectors/sandbox/twilio/numbers.h"
#include "connectors/sandbox/twilio/permissions.h"
#include "connectors/sandbox/twilio/services.h"
#include "connectors/sandbox/twilio/story.h"

namespace apiops::sandbox::twilio {

class Messages {
 public:
  Messages(const Account& account, const Numbers& numbers, const Services& services, const Permissions& permissions,
           long long scale);

  // Messages.json and Messages/{Sid}.json; `sid` is empty for the list.
  net::ServerReply handle(const net::ServerRequest& request, const std::string& sid);

  const MessagePace& pace() const { return pace_; }
  // The story's messages of a period, newest first, until `visit` returns false.
  void walk(Time from, Time to, const std::function<bool(const Message&)>& visit) const;

 private:
  struct Sent {
    long long n = 0;
    std::string from, to, body, service;
    Time at, canceled_at;
    bool canceled = false;
  };

  net::ServerReply list(const net::ServerRequest& request) const;
  net::ServerReply send(const net::ServerRequest& request);
  net::ServerReply change(const net::ServerRequest& request, const std::string& sid);
  void apply(const Json& effect);
  MessageRow row_of(const Message& message) const;
  MessageRow row_of(const Sent& sent) const;
  std::string written(const MessageRow& row) const;
  std::string sid_of(const Sent& sent) const { return world_.id("SM", Stream::kSentMessage, sent.n); }

  const Account& account_;
  const World& world_;
  const Numbers& numbers_;
  const Services& services_;
  const Permissions& permissions_;
  MessagePace pace_;
  std::string account_sid_, service_;
  std::vector<Sent> sent_;  // oldest first
};

}  // namespace apiops::sandbox::twilio
