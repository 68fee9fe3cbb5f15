// The Twilio adapter's front door: what it needs to be made. See twilio_adapter.h for what it answers.
// Used from the event loop's thread; the objects passed by reference outlive the adapter.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "connectors/net/http_client.h"
#include "connectors/net/url_guard.h"
#include "engine/base/clock.h"
#include "engine/base/random.h"
#include "engine/base/secret.h"
#include "engine/ports/service_adapter.h"

namespace apiops {

struct TwilioOptions {
  std::string account = "main";
  std::string base_url;  // empty: Twilio's own hosts; else it stands for every product's host, without a path
  std::string region;    // "ie1"; empty: us1. Credentials belong to a region
  std::string edge;      // "dublin"; empty: the region's own
  std::string status_url = "https://status.twilio.com";
  std::string account_sid;  // AC…
  Secret auth_token;        // this, or an API key with its secret
  std::string api_key;      // SK…
  Secret api_secret;
  // The catalogue's advice for a code: "never", "later", "after_fix"; empty where it has none.
  std::function<std::string(std::string_view code)> retry_advice = [](std::string_view) { return std::string(); };
};

std::unique_ptr<ServiceAdapter> make_twilio(TwilioOptions options, net::HttpClient& http, net::UrlGuard& guard,
                                            Clock& clock, Random& random);

}  // namespace apiops
