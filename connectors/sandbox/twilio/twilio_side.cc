#include "connectors/sandbox/twilio/twilio_side.h"

#include <asio/steady_timer.hpp>
#include <asio/this_coro.hpp>
#include <asio/use_awaitable.hpp>
#include <nlohmann/json.hpp>

#include "connectors/sandbox/reply.h"
#include "connectors/sandbox/twilio/prices.h"
#include "engine/base/digest.h"

namespace apiops::sandbox::twilio {

namespace {

// "Messages.json" → "Messages"
std::string bare(const std::string& name) { return name.ends_with(".json") ? name.substr(0, name.size() - 5) : name; }

net::ServerReply refused() { return twilio_error(401, 20003, "Authenticate"); }

}  // namespace

TwilioSide::TwilioSide(World& world, Ledger& ledger, TwilioOptions options)
    : account_{world, ledger},
      options_(options),
      numbers_(world, ledger),
      permissions_(account_),
      services_(account_, numbers_),
      messages_(account_, numbers_, services_, permissions_, options.messages),
      calls_(account_, numbers_, permissions_),
      shop_(account_, numbers_),
      subaccounts_(account_),
      usage_(account_, messages_, calls_, subaccounts_),
      keys_(account_),
      monitor_(account_, messages_, calls_, numbers_),
      alarms_(account_),
      profile_(account_, subaccounts_) {}

asio::awaitable<net::ServerReply> TwilioSide::handle(const net::ServerRequest& request) {
  const long long at_once = ++at_once_;
  if (options_.latency > Duration(0)) {
    asio::steady_timer timer(co_await asio::this_coro::executor, options_.latency);
    co_await timer.async_wait(asio::use_awaitable);
  }
  const Caller who = caller(request);
  net::ServerReply reply;
  if (options_.most_at_once > 0 && at_once > options_.most_at_once)
    reply = twilio_error(429, 20429, "Too Many Requests");
  else
    reply = who == Caller::kNobody ? refused() : route(request, who);
  --at_once_;
  reply.headers.emplace_back("Twilio-Request-Id", account_.world.id("RQ", Stream::kRequest, requests_++));
  reply.headers.emplace_back("Twilio-Concurrent-Requests", std::to_string(at_once));
  co_return reply;
}

TwilioSide::Caller TwilioSide::caller(const net::ServerRequest& request) const {
  const std::string authorization = request.header("authorization");
  if (authorization == "Basic " + base64(account_sid() + ":" + auth_token())) return Caller::kAccount;
  return keys_.accepts(authorization) ? Caller::kKey : Caller::kNobody;
}

net::ServerReply TwilioSide::route(const net::ServerRequest& request, Caller caller) {
  const auto path = parts_of(request.path);
  if (path.size() >= 2 && path[0] == "2010-04-01" && bare(path[1]) == "Accounts") return classic(request, path, caller);
  if (path.size() >= 2 && (path[0] == "v1" || path[0] == "v2")) return newer(request, path, caller);
  return twilio_not_found(request);
}

net::ServerReply TwilioSide::classic(const net::ServerRequest& request, const std::vector<std::string>& path,
                                     Caller caller) {
  const auto part = [&](std::size_t i) { return path.size() > i ? bare(path[i]) : std::string(); };
  const std::string account = part(2), what = part(3), second = part(4), third = part(5);
  // A standard key may not look at accounts and keys.
  if (what.empty()) return caller == Caller::kAccount ? profile_.accounts(request, account) : refused();
  if (const auto* sub = subaccounts_.by_sid(account))  // the parent's keys do not reach it, its token does
    return caller == Caller::kAccount ? subaccounts_.handle(request, *sub, what, second, third) : refused();
  if (account != account_sid()) return twilio_not_found(request);
  if (what == "Keys") return caller == Caller::kAccount ? keys_.handle(request, second) : refused();
  if (what == "Messages" && third.empty()) return messages_.handle(request, second);
  if (what == "Calls" && third.empty()) return calls_.handle(request, second);
  if (what == "Calls" && third == "Events") return calls_.events(request, second);
  if (what == "Calls" && third == "Notifications") return calls_.notifications(request, second);
  if (what == "Notifications" && second.empty()) return calls_.notifications(request, "");
  if (what == "IncomingPhoneNumbers" && second.empty() && request.method == "POST") return shop_.buy(request);
  if (what == "IncomingPhoneNumbers" && third.empty()) return shop_.incoming(request, second);
  if (what == "AvailablePhoneNumbers" && !second.empty())
    return third.empty() ? shop_.kinds(request, second) : shop_.offers(request, second, third);
  if (what == "Usage" && second == "Records") return usage_.records(request, third);
  if (what == "Usage" && second == "Triggers") return usage_.triggers(request, third);
  if (what == "Balance") return profile_.balance();
  if (what == "Applications") return profile_.applications(request, second);
  if (what == "Addresses" && second.empty()) return profile_.addresses(request);
  return twilio_not_found(request);
}

net::ServerReply TwilioSide::newer(const net::ServerRequest& request, const std::vector<std::string>& path,
                                   Caller caller) {
  const std::string &version = path[0], &what = path[1], second = path.size() > 2 ? path[2] : "",
                    third = path.size() > 3 ? path[3] : "";
  if (version == "v2") return what == "Alarms" ? alarms_.handle(request, second, third) : twilio_not_found(request);
  if (what == "Alerts") return monitor_.alerts(request, second);
  if (what == "Events") return monitor_.events(request);
  if (what == "Services" || what == "a2p" || what == "Tollfree") return services_.handle(request, path);
  if (what == "Keys") return caller == Caller::kAccount ? keys_.iam(request, second) : refused();
  if (what == "Messaging" && second == "GeoPermissions") return permissions_.sms(request);
  if (what == "DialingPermissions" && second == "BulkCountryUpdates") return permissions_.dialing_update(request);
  if (what == "DialingPermissions" && second == "Countries")
    return third.empty() ? permissions_.dialing_list(request) : permissions_.dialing_one(request, third);
  if ((what == "PhoneNumbers" || what == "Messaging" || what == "Voice") && second == "Countries" && !third.empty())
    return prices(request, path);
  return twilio_not_found(request);
}

}  // namespace apiops::sandbox::twilio
