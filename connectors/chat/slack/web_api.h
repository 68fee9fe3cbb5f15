// Slack's Web API: one call a method, arguments as a form (which every method takes), the answer's "ok" looked at,
// limits kept beforehand. Loop thread only; http and clock outlive it.
#pragma once

#include <nlohmann/json.hpp>
#include <string>

#include "connectors/chat/slack/pace.h"
#include "connectors/net/http_client.h"
#include "engine/base/clock.h"
#include "engine/base/json.h"
#include "engine/base/secret.h"

namespace apiops::slack {

inline constexpr Duration kApiTimeout = std::chrono::seconds(15);
inline constexpr Duration kLongestPaceWait = std::chrono::seconds(2);  // a longer wait is told to the caller
inline constexpr Duration kDefaultRetryAfter = std::chrono::seconds(30);

struct ApiSettings {
  std::string base_url = "https://slack.com/api/";
  Secret bot_token, app_token;
  std::string ca_file;
  bool no_pace = false;  // loopback only
};

class WebApi {
 public:
  WebApi(ApiSettings settings, net::HttpClient& http, Clock& clock)
      : settings_(std::move(settings)), http_(http), clock_(clock), pace_(settings_.no_pace) {}

  // Arguments are texts; nested values are JSON in a text, as Slack's own client sends them. An Error carries Slack's
  // word ("not_in_channel") as its code: kRateLimited (not sent, or refused with Retry-After), kUnauthorized (the token
  // is no good), kNotFound, kRejected, kInvalid, kTransient (not sent), kUnknown (a post that may have arrived).
  asio::awaitable<Result<Json>> call(std::string method, net::Headers arguments);
  asio::awaitable<Result<std::string>> open_connection();  // the socket's URL: a credential
  // The raw bytes of a file, to the address that files.getUploadURLExternal gave.
  asio::awaitable<Status> upload(std::string url, std::string bytes, std::string content_type);
  // A response_url: no token, JSON, five uses within half an hour.
  asio::awaitable<Status> respond(std::string response_url, Json message);
  const std::string& granted_scopes() const { return scopes_; }  // of the last answer that named them
  std::optional<Duration> clock_difference() const { return clock_difference_; }
  const std::string& ca_file() const { return settings_.ca_file; }

 private:
  asio::awaitable<Result<Json>> send(std::string method, net::Headers arguments, Secret token);
  Result<Json> read(const std::string& method, const net::HttpResponse& response);

  ApiSettings settings_;
  net::HttpClient& http_;
  Clock& clock_;
  Pace pace_;
  std::string scopes_;
  std::optional<Duration> clock_difference_;
};

// The token itself is refused: trying again is useless until a person acts.
bool is_token_trouble(const Error& error);

}  // namespace apiops::slack
