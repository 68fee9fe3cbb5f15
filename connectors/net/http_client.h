// HTTP over libcurl's multi interface, driven by the Asio loop. One object a program; used from the loop's thread only.
// Keeps connections alive, follows no redirect by itself, speaks http and https only, ignores the proxy of the
// environment, and cuts a body while it arrives. What the outside can get wrong is an Error; a status of 500 is an
// answer, not an error.
#pragma once

#include <asio/awaitable.hpp>
#include <asio/io_context.hpp>
#include <asio/thread_pool.hpp>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "engine/base/result.h"
#include "engine/base/time.h"

namespace apiops::net {

using Headers = std::vector<std::pair<std::string, std::string>>;

inline constexpr Duration kConnectTimeout{5'000};
inline constexpr Duration kCallTimeout{30'000};
inline constexpr std::size_t kMaxResponseBytes = 8u << 20;  // decoded
inline constexpr long kLowSpeedBytes = 100;                 // a second, over kLowSpeedSeconds: given up
inline constexpr long kLowSpeedSeconds = 10;
inline constexpr std::size_t kMaxResponseHeaderBytes = 256u << 10;
inline constexpr long kMaxConnections = 256;        // open at once, all hosts
inline constexpr long kMaxConnectionsOfAHost = 64;  // more calls of one host wait for a free one

struct HttpRequest {
  std::string method = "GET";
  std::string url;
  Headers headers;
  std::string body;  // sent where it is not empty or the method is POST, PUT or PATCH
  Duration timeout = kCallTimeout;
  Duration connect_timeout = kConnectTimeout;
  std::size_t max_body = kMaxResponseBytes;
  bool cut_body_is_fine = false;              // probes: keep the first max_body bytes and do not call it an error
  long low_speed_seconds = kLowSpeedSeconds;  // 0: an answer may stay silent until the time-out
  // libcurl sends a request again when a kept connection turns out to be dead. A write (anything but GET, HEAD,
  // OPTIONS) therefore opens a connection of its own, unless it may arrive twice: it carries an idempotency key or a
  // nonce.
  bool safe_to_repeat = false;
  // A write over a kept connection all the same: libcurl is given no way to send the body a second time, so a dead
  // connection ends the call as kUnknown. For callers that can look whether it arrived.
  bool send_once = false;
  std::string ca_file;  // PEM of the authorities to trust; empty: the system's
  // Where set, asked with each numeric address before a socket to it is opened (rebinding can't pass); false: refused.
  std::function<bool(const std::string& address, int port)> may_connect;
  // Where set, the host's addresses as the guard resolved them: no second look-up ("name:port:address[,address]").
  std::vector<std::string> resolved;
};

struct HttpResponse {
  int status = 0;
  Headers headers;  // names in lower case, in order
  std::string body;
  Duration took{0};
  bool cut = false;
  std::string header(std::string_view lower_case_name) const;  // the first of that name, or empty
};

// How a call failed, beside Error::what: kTransient where certainly nothing was sent (refused, not resolved, TLS),
// kUnknown where a write may have arrived (time-out, cut connection, incomplete or too large an answer; for GET, HEAD
// and OPTIONS that is kTransient, or kInvalid where the answer was too large), kInvalid where the request can't be sent
// at all, kRejected where may_connect said no. Error::code is one of "resolve", "connect", "tls", "timeout", "cut",
// "incomplete", "too_large", "refused", "cancelled", "invalid"; Error::http_status is set where it was seen. A call
// that is cancelled, or whose client or coroutine is destroyed, leaves nothing behind.
class HttpClient {
 public:
  explicit HttpClient(asio::io_context& loop);
  ~HttpClient();
  asio::awaitable<Result<HttpResponse>> send(HttpRequest request);
  std::size_t under_way() const;  // calls that are not over yet
  // One thread for what would hold up the loop: reading a large JSON answer. Joined when the client goes.
  asio::thread_pool& pool();

 private:
  class Engine;
  std::shared_ptr<Engine> engine_;  // shared with the loop's handlers, which hold it weakly
};

// application/x-www-form-urlencoded, names and values escaped, a space as %20.
std::string encode_form(const Headers& pairs);
std::string encode_component(std::string_view text);

}  // namespace apiops::net
