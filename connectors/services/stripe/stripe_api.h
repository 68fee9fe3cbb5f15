// Stripe's API on the wire: one pinned version, form bodies, lists that are followed to their end, writes with an
// idempotency key. The one place of this folder that meets HTTP. Owned by the adapter; used from the event loop's
// thread.
#pragma once

#include <asio/awaitable.hpp>
#include <deque>
#include <string>
#include <vector>

#include "connectors/net/service_client.h"
#include "connectors/services/stripe/stripe.h"
#include "engine/base/json.h"
#include "engine/ports/operation.h"

namespace apiops::stripe {

inline constexpr std::string_view kStripeVersion = "2026-10-28.endive";
inline constexpr std::string_view kKeysPage = "https://dashboard.stripe.com/apikeys";
inline constexpr std::size_t kMaxListPages = 50;  // of 100 rows
inline constexpr Duration kCounterWindow{60'000};

struct ApiReply {
  Json body;
  Duration took{0};
};

struct Listed {
  std::vector<Json> rows;
  bool more =
      false;  // there is more, which was not read: a bound, a page already seen, or an error after the first page
  std::string trouble;  // why, or empty where it was the asked-for number of pages
};

// What became of a write.
struct Sent {
  Outcome outcome = Outcome::kUnknown;
  Json body;                   // where it is done
  std::optional<Error> error;  // where it is not
  bool stored = false;         // Stripe-Should-Retry: false: the same key gets the same answer for a day
};

// Our own calls in the last minute: Stripe sends no rate limit headers, so nothing else is known.
struct OwnCalls {
  std::size_t calls = 0, refused = 0;
  std::size_t busiest_second = 0;
};

class StripeApi {
 public:
  StripeApi(const StripeOptions& options, net::HttpClient& http, Clock& clock, Random& random);

  bool has_key() const { return !options_.secret_key.empty(); }
  bool live() const;  // by the key's prefix

  asio::awaitable<Result<ApiReply>> get(std::string path, net::Headers query = {});
  // Sent once. The same key for every try of one step, so that Stripe does it once.
  asio::awaitable<Sent> post(std::string path, net::Headers form, std::string idempotency_key);
  // Newest first, 100 a page, followed by `starting_after`.
  asio::awaitable<Result<Listed>> list(std::string path, net::Headers query = {},
                                       std::size_t at_most_pages = kMaxListPages);

  OwnCalls own_calls() const;

 private:
  void count(bool refused);

  struct Call {
    Duration at;
    bool refused;
  };
  const StripeOptions& options_;
  Clock& clock_;
  net::ServiceClient client_;
  std::deque<Call> calls_;  // of the last minute
};

net::Headers created_in(const Period& period);  // created[gte], created[lt]

}  // namespace apiops::stripe
