// OpenAI's API on the wire: two keys that are never mixed, answers as JSON, refusals as errors. The one place of this
// folder that meets HTTP. Owned by the adapter; used from the event loop's thread.
#pragma once

#include <asio/awaitable.hpp>
#include <string>
#include <vector>

#include "connectors/net/service_client.h"
#include "connectors/services/openai/openai.h"
#include "connectors/services/openai/rate_headers.h"
#include "engine/base/json.h"
#include "engine/base/result.h"

namespace apiops::openai {

enum class Key : std::uint8_t { kProject, kAdmin };

inline constexpr std::string_view kAdminKeysPage = "https://platform.openai.com/settings/organization/admin-keys";
inline constexpr std::string_view kProjectKeysPage = "https://platform.openai.com/api-keys";
inline constexpr std::string_view kBillingPage = "https://platform.openai.com/settings/organization/billing/overview";
inline constexpr std::string_view kLimitsPage = "https://platform.openai.com/settings/organization/limits";

inline constexpr Duration kOpenAiCallTimeout{20'000};  // a probe in a chat, not a long generation
inline constexpr std::size_t kMaxListPages = 40;

struct ApiReply {
  Json body;
  RateHeaders rates;
  Duration took{0};
};

// A list that was read to its end, or as far as it could be.
struct Listed {
  std::vector<Json> rows;
  bool cut = false;     // stopped at kMaxListPages, at a page already seen, or at an error after the first page
  std::string trouble;  // why it was cut, or empty
};

class OpenAiApi {
 public:
  OpenAiApi(const OpenAiOptions& options, net::HttpClient& http, Clock& clock, Random& random);

  bool has(Key key) const { return !secret(key).empty(); }
  const Secret& secret(Key key) const { return key == Key::kAdmin ? options_.admin_key : options_.api_key; }

  asio::awaitable<Result<ApiReply>> get(Key key, std::string path, net::Headers query = {});
  // Sent once: there is no idempotency key, so a repeated one is billed again. `trace` lets OpenAI find a call that was
  // lost.
  asio::awaitable<Result<ApiReply>> post(std::string path, Json body, std::string trace = {});

  // Ordinary lists, followed by `after`; usage and costs, followed by `next_page`.
  asio::awaitable<Result<Listed>> list(Key key, std::string path, net::Headers query = {});
  asio::awaitable<Result<Listed>> buckets(std::string path, net::Headers query);

 private:
  asio::awaitable<Result<ApiReply>> call(net::ServiceClient& client, Key key, net::ServiceCall call);
  asio::awaitable<Result<Listed>> pages(Key key, std::string path, net::Headers query, std::string cursor);

  const OpenAiOptions& options_;
  // One client for each budget: a model's rate limit must not stop a look at the lists, nor one key's trouble the other
  // key.
  net::ServiceClient lists_, models_, admin_;
};

}  // namespace apiops::openai
