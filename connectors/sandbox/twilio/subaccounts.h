// The account's subaccounts: one that is at work, with two numbers and a message each half hour, and one that is
// suspended and answers nothing. Read only; asked with the parent's credentials. Loop thread only; owned by TwilioSide.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "connectors/net/http_server.h"
#include "connectors/sandbox/twilio/account.h"
#include "connectors/sandbox/twilio/message_row.h"
#include "connectors/sandbox/twilio/numbers.h"
#include "connectors/sandbox/twilio/usage_records.h"

namespace apiops::sandbox::twilio {

class Subaccounts {
 public:
  struct Subaccount {
    std::string sid;
    const char *name, *status;
  };
  explicit Subaccounts(const Account& account);

  const std::vector<Subaccount>& all() const { return all_; }
  const Subaccount* by_sid(std::string_view sid) const;
  // Below /2010-04-01/Accounts/{Sid}: IncomingPhoneNumbers, Messages, Calls and Usage/Records, lists and single ones.
  net::ServerReply handle(const net::ServerRequest& request, const Subaccount& subaccount, const std::string& what,
                          const std::string& second, const std::string& third) const;
  std::vector<UsageLine> usage(Time begin, Time end) const;  // of all of them

 private:
  net::ServerReply numbers(const net::ServerRequest& request, const std::string& sid) const;
  net::ServerReply messages(const net::ServerRequest& request, const std::string& sid) const;
  MessageRow message(long long n) const;

  const Account& account_;
  std::vector<Subaccount> all_;
  std::vector<Number> numbers_;  // of the one that is at work
};

}  // namespace apiops::sandbox::twilio
