// Pages and websockets on one port: what the console in the browser talks to. websocketpp underneath, in one file. Runs
// on the loop's thread; callbacks are called there and must not be coroutines. Bounds: a message 1 MiB (close 1009),
// 256 sockets (503), 4 MiB that a slow reader has not taken (closed), a ping every 20 s (closed without a pong within
// 10 s). One page a connection: websocketpp knows no keep-alive.
#pragma once

#include <asio/io_context.hpp>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "connectors/net/http_client.h"

namespace apiops::net {

inline constexpr std::size_t kMaxSocketMessage = 1u << 20;
inline constexpr std::size_t kMaxUnsentBytes = 4u << 20;
inline constexpr std::size_t kMaxSockets = 256;
inline constexpr Duration kSocketPing{20'000};
inline constexpr Duration kSocketPong{10'000};

using SocketId = std::uint64_t;  // never used twice in a run

struct PageRequest {
  std::string method;  // GET or HEAD
  std::string path;    // as sent, without the query
  std::string query;
  std::string host, origin;  // headers, as sent; empty where missing
};

struct PageReply {
  int status = 200;
  std::string content_type = "text/plain; charset=utf-8";
  std::string body;
  Headers headers;  // Content-Security-Policy and the like
};

struct SocketCallbacks {
  // Asked first for every page and every socket: are Host and Origin ours? False is answered with 403.
  std::function<bool(const std::string& host, const std::string& origin)> may_enter;
  std::function<PageReply(const PageRequest&)> page;
  // False refuses the socket (403). What is sent from here on goes out once the handshake is done.
  std::function<bool(SocketId, const PageRequest&)> on_open;
  std::function<void(SocketId, const std::string& text)> on_message;
  std::function<void(SocketId)> on_close;  // once for each socket that on_open let in
};

class WebsocketServer {
 public:
  // Listens at once; port 0 takes a free one. Throws std::system_error where the port can't be had.
  WebsocketServer(asio::io_context& loop, const std::string& address, unsigned short port, SocketCallbacks callbacks);
  ~WebsocketServer();  // no callback is called any more
  unsigned short port() const;

  bool send(SocketId id,
            const std::string& text);  // false: it is gone, or was closed just now because it reads too slowly
  void close(SocketId id, std::uint16_t code, const std::string& reason);
  std::size_t sockets() const;
  void stop();  // no new connections; open sockets are closed with 1001

 private:
  struct Hub;
  std::shared_ptr<Hub> hub_;
};

}  // namespace apiops::net
