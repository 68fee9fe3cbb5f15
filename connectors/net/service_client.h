// What a service's adapter speaks through: HttpClient with the service's address and credentials, at most kCallsAtOnce
// calls side by side, tries again for reads, one call at a time while the service refuses with 429, and no calls while
// it can't be reached. Used from the loop's thread; http, clock and random outlive it, and it outlives the loop's run.
//
//   ServiceClient twilio({.name = "Twilio", .base_url = "https://api.twilio.com", .official_hosts = {"api.twilio.com"},
//                         .credential = {sid, token}}, http, clock, random);
//   auto reply = co_await twilio.send({.path_or_url = "/2010-04-01/Accounts.json", .query = {{"PageSize", "50"}}});
//   if (!reply) …                              // no usable answer: reply.error() is ready to be passed on
//   if (!reply->ok()) …                        // the service said no: map reply->body to an Error of its own
#pragma once

#include <nlohmann/json.hpp>
#include <optional>

#include "connectors/net/http_client.h"
#include "connectors/net/url_parts.h"
#include "engine/base/clock.h"
#include "engine/base/json.h"
#include "engine/base/random.h"
#include "engine/base/secret.h"

namespace apiops::net {

inline constexpr int kCallsAtOnce = 8;
inline constexpr std::size_t kMaxWaitingCalls = 256;  // for one of the kCallsAtOnce; one more is kUnavailable
inline constexpr int kReadTries = 3;
inline constexpr Duration kFirstRetryWait{400};      // doubles; half of it by chance
inline constexpr Duration kLongestRetryWait{8'000};  // a person waits: a longer pause is told, not waited for
inline constexpr std::size_t kParseOnLoopBytes = 64u << 10;
inline constexpr std::size_t kShownOfUnexpected = 200;

// With a user: basic authentication. Without: a bearer token. Without a secret: nothing is sent.
struct Credential {
  std::string user;
  Secret secret;
};

struct ServiceReply {
  int status = 0;
  Headers headers;   // names in lower case
  Json body;         // an empty object where there was none, or (status >= 300) none that is JSON
  std::string text;  // the head of a body that is not JSON, cleaned; all of it where the call wants it unread
  Duration took{0};
  int tries = 1;
  std::optional<Duration> retry_after;  // as the service asked, not capped
  bool ok() const { return status >= 200 && status < 300; }
  std::string header(std::string_view lower_case_name) const;
};

struct ServiceSettings {
  std::string name;                         // "Twilio", for sentences
  std::string base_url;                     // checked with check_base_url before; no slash at the end
  std::vector<std::string> official_hosts;  // "api.twilio.com", "*.twilio.com"
  Credential credential;
  Headers headers;      // sent with every call: a version, a user agent
  std::string ca_file;  // PEM of the authorities to trust; empty: the system's
  // Is this 429 about too many calls (so that others wait too)? Unset: every 429 is. OpenAI's insufficient_quota is
  // not.
  std::function<bool(const ServiceReply&)> is_rate_limit;
};

struct ServiceCall {
  std::string method = "GET";
  std::string path_or_url;  // "/v1/models", or a next page's absolute URL
  Headers query;
  Headers form;              // urlencoded body
  std::optional<Json> json;  // or a JSON body
  Headers headers;
  std::optional<Credential> credential;       // instead of the settings' one
  bool write = false;                         // never tried again; any method but GET and HEAD counts as one anyway
  bool idempotent = false;                    // a write that carries an idempotency key: may use a kept connection
  Duration timeout = kCallTimeout;            // in all: waiting, tries, pauses
  long low_speed_seconds = kLowSpeedSeconds;  // 0 for answers that take long to begin (a model's)
  std::size_t max_body = kMaxResponseBytes;
  bool unread = false;  // a 2xx body is left in ServiceReply::text as it came: the caller reads it
};

// A 2xx answer that is not what the service is known to send: its status and the head of its body.
Error unexpected_answer(const std::string& service, bool write, int status, std::string head);
// The head of a body for people, cleaned; it ends with a whole word.
std::string head_of(std::string_view body);

class ServiceClient {
 public:
  ServiceClient(ServiceSettings settings, HttpClient& http, Clock& clock, Random& random);

  // Every answer of the service is a reply, also 404, 429 and 500 (after the tries). An Error: kRateLimited (not sent:
  // the service's time is not up, see retry_after), kUnavailable (not sent: can't be reached, too many waiting),
  // kTransient (not sent, or a read), kUnknown (a write that may have been executed), kRejected (a URL of a foreign
  // host). A 2xx whose body is not JSON is an Error too: code "unexpected", with the status and the head of the body.
  asio::awaitable<Result<ServiceReply>> send(ServiceCall call);

  // The URL that a path or an absolute URL leads to; an Error where the credentials must not go there. With an
  // overridden base URL, the service's own host is replaced by it and the path is kept.
  Result<std::string> url_of(const std::string& path_or_url, const Headers& query = {}) const;
  const ServiceSettings& settings() const { return settings_; }

 private:
  struct State;
  struct Slot;
  struct Attempt;
  asio::awaitable<Result<ServiceReply>> tries(ServiceCall call, HttpRequest request, Duration deadline);
  asio::awaitable<Result<ServiceReply>> try_once(ServiceCall call, HttpRequest request);
  asio::awaitable<Status> take_slot(Duration deadline);
  asio::awaitable<Status> wait_for_turn(Duration deadline);
  asio::awaitable<Result<ServiceReply>> read_reply(const ServiceCall& call, HttpResponse response);
  std::optional<Duration> pause_before_retry(const Result<ServiceReply>& last, int tries, Duration deadline);
  HttpRequest request_of(const ServiceCall& call, std::string url) const;

  ServiceSettings settings_;
  HttpClient& http_;
  Clock& clock_;
  Random& random_;
  std::shared_ptr<State> state_;  // shared with calls in flight
};

}  // namespace apiops::net
