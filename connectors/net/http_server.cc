#include "connectors/net/http_server.h"

#include <array>
#include <asio/co_spawn.hpp>
#include <asio/detached.hpp>
#include <asio/experimental/as_tuple.hpp>
#include <asio/ip/tcp.hpp>
#include <asio/steady_timer.hpp>
#include <asio/use_awaitable.hpp>
#include <asio/write.hpp>
#include <list>

#include "connectors/net/request_parser.h"
#include "engine/base/text.h"

namespace apiops::net {

namespace {

using asio::ip::tcp;
constexpr auto kAwait = asio::experimental::as_tuple(asio::use_awaitable);
constexpr Duration kAcceptPause{100};  // after the system refused a socket (no descriptors left)
constexpr Duration kLinger{1'000};     // a refused sender is heard out this long, so that it reads the refusal
constexpr Duration kSlowPieceEvery{100};

std::string_view reason_of(int status) {
  switch (status) {
    case 100:
      return "Continue";
    case 200:
      return "OK";
    case 201:
      return "Created";
    case 204:
      return "No Content";
    case 301:
      return "Moved Permanently";
    case 302:
      return "Found";
    case 400:
      return "Bad Request";
    case 401:
      return "Unauthorized";
    case 402:
      return "Payment Required";
    case 403:
      return "Forbidden";
    case 404:
      return "Not Found";
    case 409:
      return "Conflict";
    case 413:
      return "Payload Too Large";
    case 429:
      return "Too Many Requests";
    case 431:
      return "Request Header Fields Too Large";
    case 500:
      return "Internal Server Error";
    case 502:
      return "Bad Gateway";
    case 503:
      return "Service Unavailable";
    case 504:
      return "Gateway Timeout";
    default:
      return "Status";
  }
}

bool has_body(int status, bool head) { return !head && status != 204 && status != 304 && status >= 200; }

std::string head_of(const ServerReply& reply, bool keep_alive) {
  std::string head = "HTTP/1.1 " + std::to_string(reply.status) + " " + std::string(reason_of(reply.status)) + "\r\n";
  for (const auto& [name, value] : reply.headers) {
    head += name + ": ";
    for (const char c : value)
      if (c != '\r' && c != '\n') head += c;
    head += "\r\n";
  }
  if (reply.status != 204 && reply.status != 304)
    head += "Content-Length: " + std::to_string(reply.body.size()) + "\r\n";
  return head + (keep_alive ? "Connection: keep-alive\r\n\r\n" : "Connection: close\r\n\r\n");
}

}  // namespace

struct HttpServer::Listener : std::enable_shared_from_this<HttpServer::Listener> {
  struct Connection;

  Listener(asio::io_context& l, const std::string& address, unsigned short port, ServerHandler h, ServerLimits bounds);
  asio::awaitable<void> accept_loop(std::shared_ptr<Listener> self);
  bool make_room();
  void stop();
  void close_all();

  asio::io_context& loop;
  tcp::acceptor acceptor;
  unsigned short bound_port;
  ServerHandler handler;
  ServerLimits limits;
  std::list<Connection*> connections;  // the one that was heard from last stands last
  asio::steady_timer room;             // cancelled when a connection ends
  bool stopping = false;
};

// One accepted socket. Its coroutine owns it; the listener's list only points to it.
struct HttpServer::Listener::Connection : std::enable_shared_from_this<Connection> {
  Connection(std::shared_ptr<Listener> o, tcp::socket s)
      : owner(std::move(o)), socket(std::move(s)), deadline(owner->loop), parser(owner->limits.max_body) {
    place = owner->connections.insert(owner->connections.end(), this);
  }
  ~Connection() {
    owner->connections.erase(place);
    owner->room.cancel();
  }

  asio::awaitable<void> run(std::shared_ptr<Connection> self);
  asio::awaitable<bool> read_request();
  asio::awaitable<bool> answer(bool keep_alive);
  asio::awaitable<bool> write(std::string bytes);
  asio::awaitable<bool> write_slowly(std::string body, std::size_t bytes_a_second);
  asio::awaitable<void> refuse(int status);
  void within(Duration limit);
  void close();

  std::shared_ptr<Listener> owner;
  tcp::socket socket;
  asio::steady_timer deadline;
  RequestParser parser;
  std::list<Connection*>::iterator place;
  std::array<char, 16384> buffer;
  std::string waiting;  // bytes of the next request that came early
  bool answering = false;
  std::size_t served = 0;
};

void HttpServer::Listener::Connection::close() {
  std::error_code ignored;
  socket.close(ignored);
  deadline.expires_at(std::chrono::steady_clock::time_point::max());
}

// The socket is closed if what is awaited now takes longer.
void HttpServer::Listener::Connection::within(Duration limit) {
  deadline.expires_after(limit);
  deadline.async_wait([weak = weak_from_this()](std::error_code ec) {
    const auto self = weak.lock();
    if (!ec && self && self->deadline.expiry() <= std::chrono::steady_clock::now()) self->close();
  });
}

asio::awaitable<bool> HttpServer::Listener::Connection::write(std::string bytes) {
  within(owner->limits.write_timeout);
  const auto [ec, size] = co_await asio::async_write(socket, asio::buffer(bytes), kAwait);
  co_return !ec && size == bytes.size();
}

asio::awaitable<bool> HttpServer::Listener::Connection::write_slowly(std::string body, std::size_t bytes_a_second) {
  const std::size_t pieces_a_second = std::min<std::size_t>(bytes_a_second, 1000 / kSlowPieceEvery.count());
  const std::size_t piece = bytes_a_second / pieces_a_second;
  asio::steady_timer pause(owner->loop);
  for (std::size_t at = 0; at < body.size(); at += piece) {
    pause.expires_after(Duration(1000) / pieces_a_second);
    co_await pause.async_wait(kAwait);
    if (!co_await write(body.substr(at, piece))) co_return false;
  }
  co_return true;
}

// True: the parser holds a complete request. False: the connection is over.
asio::awaitable<bool> HttpServer::Listener::Connection::read_request() {
  bool begun = false, head_known = false, continued = false;
  within(served == 0 ? owner->limits.header_timeout : owner->limits.idle_timeout);
  while (true) {
    if (!waiting.empty()) {
      if (!begun && served > 0) within(owner->limits.header_timeout);
      begun = true;
      const std::size_t taken = parser.feed(waiting);
      waiting.erase(0, taken);
    }
    if (parser.fault() != 0) {
      co_await refuse(parser.fault());
      co_return false;
    }
    if (parser.complete()) co_return true;
    if (parser.head_complete() && !head_known) {
      head_known = true;
      within(owner->limits.body_timeout);
    }
    if (parser.wants_continue() && !continued) {
      continued = true;
      if (!co_await write("HTTP/1.1 100 Continue\r\n\r\n")) co_return false;
      within(owner->limits.body_timeout);
    }
    const auto [ec, size] = co_await socket.async_read_some(asio::buffer(buffer), kAwait);
    if (ec) co_return false;
    waiting.append(buffer.data(), size);
  }
}

// Says no and hears the sender out for a moment: closing with unread bytes would take the answer away from it.
asio::awaitable<void> HttpServer::Listener::Connection::refuse(int status) {
  answering = true;
  ServerReply reply{
      .status = status, .headers = {{"Content-Type", "text/plain"}}, .body = std::string(reason_of(status)) + "\n"};
  if (!co_await write(head_of(reply, false) + reply.body)) co_return;
  std::error_code ignored;
  socket.shutdown(tcp::socket::shutdown_send, ignored);
  within(kLinger);
  while (true) {
    const auto [ec, size] = co_await socket.async_read_some(asio::buffer(buffer), kAwait);
    if (ec) co_return;
  }
}

asio::awaitable<bool> HttpServer::Listener::Connection::answer(bool keep_alive) {
  ServerRequest request = parser.take();
  const bool head_only = request.method == "HEAD";
  ServerReply reply;
  deadline.expires_at(std::chrono::steady_clock::time_point::max());
  try {
    reply = co_await owner->handler(std::move(request));
  } catch (const std::exception&) {
    reply = ServerReply{.status = 500, .headers = {{"Content-Type", "text/plain"}}, .body = "Internal Server Error\n"};
  }
  if (reply.drop) co_return false;
  const bool cut = reply.cut_after < reply.body.size();
  const bool stay = keep_alive && !cut && !owner->stopping;
  std::string bytes = head_of(reply, stay);
  if (!has_body(reply.status, head_only)) reply.body.clear();
  if (cut) reply.body.resize(std::min(reply.cut_after, reply.body.size()));
  if (reply.bytes_a_second == 0) co_return co_await write(bytes + reply.body) && stay;
  if (!co_await write(std::move(bytes))) co_return false;
  co_return co_await write_slowly(std::move(reply.body), reply.bytes_a_second) && stay;
}

asio::awaitable<void> HttpServer::Listener::Connection::run(std::shared_ptr<Connection> self) {
  std::error_code ignored;
  socket.set_option(tcp::no_delay(true), ignored);
  bool stays = true;
  while (stays && !owner->stopping && co_await read_request()) {
    answering = true;
    owner->connections.splice(owner->connections.end(), owner->connections, place);
    stays = co_await answer(parser.keep_alive());
    answering = false;
    ++served;
  }
  close();
  self.reset();
}

HttpServer::Listener::Listener(asio::io_context& l, const std::string& address, unsigned short port, ServerHandler h,
                               ServerLimits bounds)
    : loop(l),
      acceptor(l, tcp::endpoint(asio::ip::make_address(address), port), true),
      bound_port(acceptor.local_endpoint().port()),
      handler(std::move(h)),
      limits(bounds),
      room(l, std::chrono::steady_clock::time_point::max()) {}

// True: one more may come. The connection that has waited longest without a request under way makes room.
bool HttpServer::Listener::make_room() {
  if (connections.size() < limits.max_connections) return true;
  for (Connection* connection : connections) {
    if (connection->answering || !connection->socket.is_open()) continue;
    connection->close();
    return true;
  }
  return false;
}

asio::awaitable<void> HttpServer::Listener::accept_loop(std::shared_ptr<Listener> self) {
  asio::steady_timer pause(loop);
  while (!stopping) {
    auto [ec, socket] = co_await acceptor.async_accept(kAwait);
    if (stopping) co_return;
    if (ec) {
      pause.expires_after(kAcceptPause);
      co_await pause.async_wait(kAwait);
      continue;
    }
    while (!stopping && !make_room()) co_await room.async_wait(kAwait);
    if (stopping) co_return;
    const auto connection = std::make_shared<Connection>(self, std::move(socket));
    asio::co_spawn(loop, connection->run(connection), asio::detached);
  }
}

void HttpServer::Listener::stop() {
  stopping = true;
  std::error_code ignored;
  acceptor.close(ignored);
  room.cancel();
  for (Connection* connection : connections)
    if (!connection->answering) connection->close();
}

void HttpServer::Listener::close_all() {
  stop();
  for (Connection* connection : connections) connection->close();
}

HttpServer::HttpServer(asio::io_context& loop, const std::string& address, unsigned short port, ServerHandler handler,
                       ServerLimits limits)
    : listener_(std::make_shared<Listener>(loop, address, port, std::move(handler), limits)) {
  asio::co_spawn(loop, listener_->accept_loop(listener_), asio::detached);
}

HttpServer::~HttpServer() { listener_->close_all(); }

unsigned short HttpServer::port() const { return listener_->bound_port; }
void HttpServer::stop() { listener_->stop(); }

}  // namespace apiops::net
