// A small HTTP/1.1 server on Asio and http-parser: health, webhooks and the sandbox. One object a listening port; runs
// on the loop's thread. Bounds: headers 16 KiB and 100 lines (431), body 1 MiB (413), 10 s for headers and for the
// body, 256 connections: one more closes the one that has kept the server waiting the longest (a slow sender never
// locks others out); where all are being answered, the accept loop pauses. Keep-alive and pipelining as the standard
// says.
#pragma once

#include <asio/awaitable.hpp>
#include <asio/io_context.hpp>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "connectors/net/http_client.h"

namespace apiops::net {

struct ServerRequest {
  std::string method;
  std::string target;  // as sent: path?query
  std::string path;    // decoded, without the query
  Headers query;       // decoded, in order
  Headers headers;     // names in lower case
  std::string body;
  std::string header(std::string_view lower_case_name) const;
  std::string parameter(std::string_view name) const;  // the first query parameter of that name, or empty
  Headers form() const;                                // an urlencoded body, decoded, in order
};

struct ServerReply {
  int status = 200;
  Headers headers;  // Content-Length and Connection are set by the server
  std::string body;
  // Faults that the sandbox injects below HTTP: close without an answer, or after this many bytes of the body.
  bool drop = false;
  std::size_t cut_after = static_cast<std::size_t>(-1);
  // Where set (> 0), the body leaves this many bytes a second.
  std::size_t bytes_a_second = 0;
};

// Called on the loop's thread; what it refers to must outlive the loop's run. An exception is answered with 500.
using ServerHandler = std::function<asio::awaitable<ServerReply>(ServerRequest)>;

struct ServerLimits {
  std::size_t max_body = 1u << 20;
  std::size_t max_connections = 256;
  Duration header_timeout{10'000};
  Duration body_timeout{10'000};
  Duration idle_timeout{75'000};
  Duration write_timeout{30'000};  // for one piece of an answer to be taken
};

class HttpServer {
 public:
  // Listens at once; port 0 takes a free one. Throws std::system_error where the port can't be had.
  HttpServer(asio::io_context& loop, const std::string& address, unsigned short port, ServerHandler handler,
             ServerLimits limits = {});
  ~HttpServer();
  unsigned short port() const;
  void stop();  // no new connections; running answers finish

 private:
  struct Listener;
  std::shared_ptr<Listener> listener_;
};

// The pieces of "a=1&b=%20x", decoded; '+' counts as a space.
Headers decode_query(std::string_view query);
// "%2F" is "/"; a '+' stays.
std::string decode_component(std::string_view text);

}  // namespace apiops::net
