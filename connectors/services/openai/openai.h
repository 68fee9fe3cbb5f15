// The OpenAI adapter's front door: what it needs to be made. See openai_adapter.h for what it answers.
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

struct OpenAiOptions {
  std::string account = "main";
  std::string base_url = "https://api.openai.com/v1";
  std::string status_url = "https://status.openai.com";
  Secret api_key;    // a project key: models, completions, batches, files
  Secret admin_key;  // an organisation's admin key: usage, costs, limits, keys
};

std::unique_ptr<ServiceAdapter> make_openai(OpenAiOptions options, net::HttpClient& http, net::UrlGuard& guard,
                                            Clock& clock, Random& random);

}  // namespace apiops
