// One websocket to a server that we dial: Slack's Socket Mode, a gateway. websocketpp underneath, in one file. wss with
// the certificate and the host name verified (websocketpp does neither by itself); plain ws for loopback addresses
// only. Runs on the loop's thread; callbacks are called there and must not be coroutines. Bounds: a message of
// max_message bytes (close 1009), invalid UTF-8 (close 1007), the handshakes' time.
#pragma once

#include <asio/io_context.hpp>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "engine/base/result.h"
#include "engine/base/time.h"

namespace apiops::net {

inline constexpr Duration kOpenTimeout{15'000};
inline constexpr Duration kCloseTimeout{1'000};  // the peer may never answer a close frame

struct LinkSettings {
  std::string url;  // may hold a ticket: never shown, never logged
  std::size_t max_message = 1u << 20;
  std::string ca_file;  // PEM of the authorities to trust; empty: the system's
};

// Each may stay empty.
struct LinkCallbacks {
  std::function<void()> on_open;                    // the handshake is done
  std::function<void(const std::string&)> on_text;  // one message
  std::function<void()> on_sign_of_life;            // any ping or pong
  // Once, however it ended. `why` says what happened; Error::code is "resolve", "connect", "tls", "handshake",
  // "timeout" where it never opened, else "closed" with the close code in Error::http_status.
  std::function<void(const Error& why)> on_end;
};

class WebsocketLink {
 public:
  // Dials at once. An Error: the URL is none, or plain ws to a host that is not loopback.
  static Result<std::unique_ptr<WebsocketLink>> dial(asio::io_context& loop, LinkSettings settings,
                                                     LinkCallbacks callbacks);
  virtual ~WebsocketLink() = default;  // drops the connection; no callback is called any more

  virtual bool send(const std::string& text) = 0;  // one unfragmented frame; false: the link is gone
  virtual void ping() = 0;
  virtual void close(std::uint16_t code, const std::string& reason) = 0;  // ends within kCloseTimeout
  // Backpressure: while reading is paused nothing is taken off the wire.
  virtual void pause_reading() = 0;
  virtual void resume_reading() = 0;
};

}  // namespace apiops::net
