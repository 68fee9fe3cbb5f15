#include "connectors/net/http_server.h"

#include <http_parser.h>

#include <asio/co_spawn.hpp>
#include <asio/detached.hpp>
#include <asio/experimental/as_tuple.hpp>
#include <asio/ip/tcp.hpp>
#include <asio/read.hpp>
#include <asio/steady_timer.hpp>
#include <asio/use_awaitable.hpp>
#include <asio/write.hpp>
#include <array>

#include "engine/base/text.h"

namespace apiops::net {

namespace {

using asio::ip::tcp;
constexpr auto kToken = asio::experimental::as_tuple(asio::use_awaitable);
constexpr std::size_t kMaxHeaderBytes = 16u << 10;
constexpr std::size_t kMaxHeaderLines = 100;
constexpr std::size_t kReadPiece = 16u << 10;

int hex_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

std::string decode(std::string_view text, bool plus_is_space) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '%' && i + 2 < text.size() && hex_value(text[i + 1]) >= 0 && hex_value(text[i + 2]) >= 0) {
      out += static_cast<char>(hex_value(text[i + 1]) * 16 + hex_value(text[i + 2]));
      i += 2;
    } else {
      out += plus_is_space && text[i] == '+' ? ' ' : text[i];
    }
  }
  return out;
}

// One request as http-parser tells it, piece by piece.
struct Incoming {
  ServerRequest request;
  std::size_t header_bytes = 0, max_body = 0;
  bool in_value = false, complete = false, keep_alive = false;
  int refusal = 0;  // status to answer with instead

  static Incoming& of(http_parser* p) { return *static_cast<Incoming*>(p->data); }

  static int on_url(http_parser* p, const char* at, std::size_t n) {
    auto& self = of(p);
    self.request.target.append(at, n);
    return self.count(n);
  }
  static int on_field(http_parser* p, const char* at, std::size_t n) {
    auto& self = of(p);
    if (self.in_value || self.request.headers.empty()) self.request.headers.emplace_back();
    self.in_value = false;
    self.request.headers.back().first += lower_ascii(std::string_view(at, n));
    return self.count(n);
  }
  static int on_value(http_parser* p, const char* at, std::size_t n) {
    auto& self = of(p);
    self.in_value = true;
    self.request.headers.back().second.append(at, n);
    return self.count(n);
  }
  static int on_body(http_parser* p, const char* at, std::size_t n) {
    auto& self = of(p);
    if (self.request.body.size() + n > self.max_body) {
      self.refusal = 413;
      return 1;
    }
    self.request.body.append(at, n);
    return 0;
  }
  static int on_complete(http_parser* p) {
    auto& self = of(p);
    self.complete = true;
    self.keep_alive = http_should_keep_alive(p) != 0;
    self.request.method = http_method_str(static_cast<http_method>(p->method));
    http_parser_pause(p, 1);  // what follows belongs to the next request
    return 0;
  }
  int count(std::size_t n) {
    header_bytes += n;
    if (header_bytes <= kMaxHeaderBytes && request.headers.size() <= kMaxHeaderLines) return 0;
    refusal = 431;
    return 1;
  }
};

const http_parser_settings& settings() {
  static const http_parser_settings value = [] {
    http_parser_settings s;
    http_parser_settings_init(&s);
    s.on_url = Incoming::on_url;
    s.on_header_field = Incoming::on_field;
    s.on_header_value = Incoming::on_value;
    s.on_body = Incoming::on_body;
    s.on_message_complete = Incoming::on_complete;
    return s;
  }();
  return value;
}

std::string_view reason_of(int status) {
  switch (status) {
    case 200: return "OK";
    case 201: return "Created";
    case 204: return "No Content";
    case 400: return "Bad Request";
    case 401: return "Unauthorized";
    case 403: return "Forbidden";
    case 404: return "Not Found";
    case 413: return "Payload Too Large";
    case 429: return "Too Many Requests";
    case 500: return "Internal Server Error";
    case 503: return "Service Unavailable";
    default: return "Answer";
  }
}

std::string head_of(const ServerReply& reply, bool keep_alive) {
  std::string head = "HTTP/1.1 " + std::to_string(reply.status) + " " + std::string(reason_of(reply.status)) + "\r\n";
  for (const auto& [name, value] : reply.headers) head += name + ": " + value + "\r\n";
  if (reply.status != 204) head += "Content-Length: " + std::to_string(reply.body.size()) + "\r\n";
  return head + "Connection: " + (keep_alive ? "keep-alive" : "close") + "\r\n\r\n";
}

}  // namespace

struct HttpServer::Listener : std::enable_shared_from_this<HttpServer::Listener> {
  Listener(asio::io_context& l, ServerHandler h, ServerLimits li) : loop(l), acceptor(l), room(l), handler(std::move(h)), limits(li) {}

  asio::awaitable<void> accept() {
    auto self = shared_from_this();
    while (acceptor.is_open()) {
      while (connections >= limits.max_connections && acceptor.is_open()) {
        room.expires_after(Duration(50));
        co_await room.async_wait(kToken);
      }
      auto [error, socket] = co_await acceptor.async_accept(kToken);
      if (!acceptor.is_open()) break;
      if (error) {  // out of descriptors: wait for one instead of spinning (faults 82)
        room.expires_after(Duration(100));
        co_await room.async_wait(kToken);
        continue;
      }
      std::error_code ignored;
      socket.set_option(tcp::no_delay(true), ignored);
      ++connections;
      asio::co_spawn(loop, serve(self, std::move(socket)), asio::detached);
    }
  }

  static asio::awaitable<void> serve(std::shared_ptr<Listener> self, tcp::socket socket) {
    std::string buffered;
    while (self->acceptor.is_open()) {
      Incoming incoming;
      incoming.max_body = self->limits.max_body;
      if (!co_await read(self, socket, incoming, buffered)) break;
      if (incoming.refusal != 0) {
        co_await write(socket, {.status = incoming.refusal, .body = "refused\n"}, false, false);
        break;
      }
      finish(incoming.request);
      const bool head = incoming.request.method == "HEAD";
      ServerReply reply;
      try {
        reply = co_await self->handler(std::move(incoming.request));
      } catch (const std::exception&) {
        reply = {.status = 500, .body = "internal error\n"};  // a handler's bug costs its request, not the server (faults 83)
      }
      if (!co_await write(socket, std::move(reply), incoming.keep_alive, head) || !incoming.keep_alive) break;
    }
    std::error_code ignored;
    socket.shutdown(tcp::socket::shutdown_both, ignored);
    socket.close(ignored);
    --self->connections;
  }

  // False: the peer went away, was too slow, or spoke no HTTP.
  static asio::awaitable<bool> read(std::shared_ptr<Listener> self, tcp::socket& socket, Incoming& incoming, std::string& buffered) {
    http_parser parser;
    http_parser_init(&parser, HTTP_REQUEST);
    parser.data = &incoming;
    asio::steady_timer deadline(self->loop);
    bool started = false;
    const auto limit = [&](Duration d) {
      deadline.expires_after(d);
      deadline.async_wait([&socket](std::error_code e) {
        std::error_code ignored;
        if (!e) socket.cancel(ignored);
      });
    };
    limit(self->limits.idle_timeout);
    for (;;) {
      if (!buffered.empty()) {
        if (!started) limit(self->limits.header_timeout + self->limits.body_timeout), started = true;
        const std::size_t used = http_parser_execute(&parser, &settings(), buffered.data(), buffered.size());
        if (incoming.complete) {
          buffered.erase(0, used);
          co_return true;
        }
        if (incoming.refusal != 0) co_return true;
        if (HTTP_PARSER_ERRNO(&parser) != HPE_OK || parser.upgrade) {
          incoming.refusal = 400;
          co_return true;
        }
        buffered.clear();
      }
      std::array<char, kReadPiece> piece;
      auto [error, n] = co_await socket.async_read_some(asio::buffer(piece), kToken);
      if (error) co_return false;
      buffered.assign(piece.data(), n);
    }
  }

  static asio::awaitable<bool> write(tcp::socket& socket, ServerReply reply, bool keep_alive, bool head) {
    if (reply.drop) co_return false;
    const bool cut = reply.cut_after < reply.body.size();
    std::string out = head_of(reply, keep_alive && !cut);
    const std::string_view body = head ? std::string_view{} : std::string_view(reply.body).substr(0, reply.cut_after);
    if (reply.bytes_a_second == 0) {
      out += body;
      auto [error, n] = co_await asio::async_write(socket, asio::buffer(out), kToken);
      co_return !error && !cut;
    }
    auto [error, n] = co_await asio::async_write(socket, asio::buffer(out), kToken);
    asio::steady_timer pause(socket.get_executor());
    for (std::size_t at = 0; !error && at < body.size(); at += reply.bytes_a_second) {
      const std::string piece(body.substr(at, reply.bytes_a_second));
      std::tie(error, n) = co_await asio::async_write(socket, asio::buffer(piece), kToken);
      pause.expires_after(Duration(1000));
      co_await pause.async_wait(kToken);
    }
    co_return !error && !cut;
  }

  static void finish(ServerRequest& request) {
    const auto question = request.target.find('?');
    request.path = decode(std::string_view(request.target).substr(0, question), false);
    if (question != std::string::npos) request.query = decode_query(std::string_view(request.target).substr(question + 1));
  }

  asio::io_context& loop;
  tcp::acceptor acceptor;
  asio::steady_timer room;
  ServerHandler handler;
  ServerLimits limits;
  std::size_t connections = 0;
};

HttpServer::HttpServer(asio::io_context& loop, const std::string& address, unsigned short port, ServerHandler handler, ServerLimits limits)
    : listener_(std::make_shared<Listener>(loop, std::move(handler), limits)) {
  const tcp::endpoint endpoint(asio::ip::make_address(address), port);
  listener_->acceptor.open(endpoint.protocol());
  listener_->acceptor.set_option(tcp::acceptor::reuse_address(true));
  listener_->acceptor.bind(endpoint);
  listener_->acceptor.listen();
  asio::co_spawn(loop, listener_->accept(), asio::detached);
}

HttpServer::~HttpServer() { stop(); }

unsigned short HttpServer::port() const { return listener_->acceptor.local_endpoint().port(); }

void HttpServer::stop() {
  std::error_code ignored;
  listener_->acceptor.close(ignored);
}

std::string ServerRequest::header(std::string_view name) const {
  for (const auto& [key, value] : headers)
    if (key == name) return value;
  return {};
}

std::string ServerRequest::parameter(std::string_view name) const {
  for (const auto& [key, value] : query)
    if (key == name) return value;
  return {};
}

Headers ServerRequest::form() const { return decode_query(body); }

Headers decode_query(std::string_view query) {
  Headers pairs;
  if (query.empty()) return pairs;
  for (const std::string_view part : split(query, '&')) {
    const auto equals = part.find('=');
    pairs.emplace_back(decode(part.substr(0, equals), true), equals == std::string_view::npos ? std::string{} : decode(part.substr(equals + 1), true));
  }
  return pairs;
}

}  // namespace apiops::net
