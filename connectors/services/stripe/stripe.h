// The Stripe adapter's front door: what it needs to be made. See stripe_adapter.h for what it answers.
// Used from the event loop's thread; the objects passed by reference outlive the adapter.
#pragma once

#include <memory>
#include <string>

#include "connectors/net/http_client.h"
#include "connectors/net/url_guard.h"
#include "engine/base/clock.h"
#include "engine/base/random.h"
#include "engine/base/secret.h"
#include "engine/ports/service_adapter.h"

namespace apiops {

struct StripeOptions {
  std::string account = "main";
  std::string base_url = "https://api.stripe.com";
  std::string status_url = "https://status.stripe.com";
  Secret secret_key;      // sk_… or rk_…; its prefix tells live from test
  Secret webhook_secret;  // whsec_…, for events that arrive and for signed tests
};

std::unique_ptr<ServiceAdapter> make_stripe(StripeOptions options, net::HttpClient& http, net::UrlGuard& guard,
                                            Clock& clock, Random& random);

}  // namespace apiops
