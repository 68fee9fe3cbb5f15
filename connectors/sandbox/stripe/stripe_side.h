// The simulated Stripe account behind one port, in test mode: payments that succeed and fail, their events, four
// webhook endpoints (one disabled with undelivered events, one that answers 500), refunds with idempotency keys. Loop
// thread only.
#pragma once

#include <functional>
#include <map>
#include <nlohmann/json.hpp>

#include "connectors/net/http_server.h"
#include "connectors/sandbox/ledger.h"
#include "connectors/sandbox/world.h"
#include "engine/base/json.h"

namespace apiops::sandbox::stripe {

class StripeSide {
 public:
  StripeSide(World& world, Ledger& ledger);

  std::string secret_key() const;
  std::string webhook_secret() const;
  asio::awaitable<net::ServerReply> handle(const net::ServerRequest& request);

 private:
  struct Payment {
    long long n = 0;
    Time at;
    long long amount = 0;
    std::string currency, decline;  // decline empty: it succeeded
  };
  struct Endpoint {
    std::string id, url, description;
    std::vector<std::string> events;
    std::vector<std::pair<Time, bool>> enabled;  // since when, oldest first
    long long age_days = 0;
    bool is_enabled() const { return enabled.back().second; }
  };
  net::ServerReply route(const net::ServerRequest& request, const std::vector<std::string>& path);
  net::ServerReply list(const net::ServerRequest& request, const std::string& name, const std::vector<std::string>& ids,
                        const std::function<Json(std::size_t)>& row);
  net::ServerReply endpoints(const net::ServerRequest& request, const std::string& id);
  net::ServerReply events(const net::ServerRequest& request, const std::string& id);
  net::ServerReply payments(const net::ServerRequest& request, const std::string& id, bool intents);
  net::ServerReply transactions(const net::ServerRequest& request);
  net::ServerReply refunds(const net::ServerRequest& request);
  net::ServerReply make_refund(const net::ServerRequest& request);
  std::vector<Payment> payments_between(Time from, Time to) const;
  Payment payment(long long n) const;
  Json charge_json(const Payment& p) const;
  Json intent_json(const Payment& p) const;
  Json event_json(const Payment& p) const;
  Json endpoint_json(const Endpoint& e) const;
  long long pending(const std::string& type, Time at) const;
  long long refunded(const std::string& charge) const;
  std::string id(const char* prefix, Stream stream, long long n) const;
  std::optional<long long> place(const char* prefix, Stream stream, const std::string& text) const;
  void apply(const Json& effect);

  World& world_;
  Ledger& ledger_;
  std::vector<Endpoint> endpoints_;
  std::vector<Json> refunds_;  // newest last
  std::map<std::string, std::pair<std::string, net::ServerReply>>
      seen_;  // by idempotency key: what was asked, what was answered
};

}  // namespace apiops::sandbox::stripe
