// The only file that includes websocketpp's server: it costs some 20 seconds and half a gigabyte to compile.
#include "connectors/net/websocket_server.h"

#include <asio/post.hpp>
#include <asio/steady_timer.hpp>
#include <map>
#include <system_error>
#include <utility>
#include <vector>
#include <websocketpp/config/asio_no_tls.hpp>
#include <websocketpp/server.hpp>

namespace apiops::net {

namespace {

using Endpoint = websocketpp::server<websocketpp::config::asio>;
using Connection = Endpoint::connection_ptr;
using websocketpp::connection_hdl;

constexpr std::size_t kMaxEarlyMessages = 64;  // sent before the handshake is done
constexpr std::size_t kMaxReason = 120;        // a close frame carries 123 bytes

PageRequest request_of(const Connection& connection) {
  const std::string target = connection->get_resource();
  const auto question = target.find('?');
  return PageRequest{.method = connection->get_request().get_method(),
                     .path = target.substr(0, question),
                     .query = question == std::string::npos ? "" : target.substr(question + 1),
                     .host = connection->get_request_header("Host"),
                     .origin = connection->get_request_header("Origin")};
}

void answer(const Connection& connection, const PageReply& reply, bool head_only) {
  connection->set_status(static_cast<websocketpp::http::status_code::value>(reply.status));
  connection->replace_header("Content-Type", reply.content_type);
  for (const auto& [name, value] : reply.headers) connection->append_header(name, value);
  if (!head_only) connection->set_body(reply.body);
}

}  // namespace

// The endpoint and its sockets. Each connection holds the hub through its callbacks, so that the hub goes last.
struct WebsocketServer::Hub : std::enable_shared_from_this<WebsocketServer::Hub> {
  struct Socket {
    Connection connection;
    bool open = false;  // the handshake is done
    std::vector<std::string> early;
  };

  Hub(asio::io_context& l, SocketCallbacks c) : loop(l), calls(std::move(c)), ping_timer(l) {}
  void listen(const std::string& address, unsigned short wanted);
  bool let_in(connection_hdl handle);
  void opened(connection_hdl handle);
  void gone(connection_hdl handle);
  void show_page(connection_hdl handle);
  bool send(SocketId id, const std::string& text);
  void close(SocketId id, std::uint16_t code, const std::string& reason);
  void ping_all();
  void stop();
  void retire();
  SocketId id_of(const connection_hdl& handle) const {
    const auto found = ids.find(handle);
    return found == ids.end() ? 0 : found->second;
  }

  asio::io_context& loop;
  SocketCallbacks calls;
  Endpoint endpoint;
  asio::steady_timer ping_timer;
  std::map<SocketId, Socket> sockets;
  std::map<connection_hdl, SocketId, std::owner_less<connection_hdl>> ids;
  SocketId last_id = 0;
  unsigned short port = 0;
  bool stopping = false, retired = false;
};

void WebsocketServer::Hub::listen(const std::string& address, unsigned short wanted) {
  endpoint.clear_access_channels(websocketpp::log::alevel::all);
  endpoint.clear_error_channels(websocketpp::log::elevel::all);
  endpoint.set_user_agent("");
  endpoint.init_asio(&loop);
  endpoint.set_reuse_addr(true);
  endpoint.set_max_message_size(kMaxSocketMessage);
  endpoint.set_pong_timeout(kSocketPong.count());
  const auto self = shared_from_this();
  // The socket is not open before the TCP connection stands: an option that is set earlier fails without a word.
  endpoint.set_tcp_post_init_handler([self](connection_hdl handle) {
    std::error_code ignored;
    if (const auto connection = self->endpoint.get_con_from_hdl(handle, ignored))
      connection->get_raw_socket().set_option(asio::ip::tcp::no_delay(true), ignored);
  });
  endpoint.set_http_handler([self](connection_hdl handle) { self->show_page(handle); });
  endpoint.set_validate_handler([self](connection_hdl handle) { return self->let_in(handle); });
  endpoint.set_open_handler([self](connection_hdl handle) { self->opened(handle); });
  endpoint.set_close_handler([self](connection_hdl handle) { self->gone(handle); });
  endpoint.set_fail_handler([self](connection_hdl handle) { self->gone(handle); });
  endpoint.set_pong_timeout_handler([self](connection_hdl handle, const std::string&) {
    if (const SocketId id = self->id_of(handle))
      self->close(id, websocketpp::close::status::policy_violation, "no pong");
  });
  endpoint.set_message_handler([self](connection_hdl handle, const Endpoint::message_ptr& message) {
    const SocketId id = self->id_of(handle);
    if (id != 0 && !self->retired && message->get_opcode() == websocketpp::frame::opcode::text)
      self->calls.on_message(id, message->get_payload());
  });
  std::error_code ec;
  endpoint.listen(asio::ip::tcp::endpoint(asio::ip::make_address(address), wanted), ec);
  if (ec) throw std::system_error(ec, "can't listen on " + address + ":" + std::to_string(wanted));
  endpoint.start_accept(ec);
  if (ec) throw std::system_error(ec, "can't accept connections on " + address);
  port = endpoint.get_local_endpoint(ec).port();
  ping_all();
}

void WebsocketServer::Hub::show_page(connection_hdl handle) {
  const auto connection = endpoint.get_con_from_hdl(handle);
  const PageRequest request = request_of(connection);
  const bool head_only = request.method == "HEAD";
  if (retired || stopping) return answer(connection, {.status = 503, .body = "stopping\n"}, head_only);
  if (!calls.may_enter(request.host, request.origin))
    return answer(connection, {.status = 403, .body = "forbidden\n"}, head_only);
  if (request.method != "GET" && !head_only)
    return answer(connection, {.status = 405, .body = "method not allowed\n"}, head_only);
  answer(connection, calls.page(request), head_only);
}

bool WebsocketServer::Hub::let_in(connection_hdl handle) {
  const auto connection = endpoint.get_con_from_hdl(handle);
  const PageRequest request = request_of(connection);
  const auto refuse = [&](websocketpp::http::status_code::value status) {
    connection->set_status(status);
    return false;
  };
  if (retired || stopping || sockets.size() >= kMaxSockets)
    return refuse(websocketpp::http::status_code::service_unavailable);
  if (!calls.may_enter(request.host, request.origin)) return refuse(websocketpp::http::status_code::forbidden);
  const SocketId id = ++last_id;
  sockets[id].connection = connection;
  ids[handle] = id;
  if (calls.on_open(id, request)) return true;
  sockets.erase(id);
  ids.erase(handle);
  return refuse(websocketpp::http::status_code::forbidden);
}

void WebsocketServer::Hub::opened(connection_hdl handle) {
  const SocketId id = id_of(handle);
  if (id == 0) return;
  auto& socket = sockets[id];
  socket.open = true;
  for (const auto& text : std::exchange(socket.early, {})) send(id, text);
}

void WebsocketServer::Hub::gone(connection_hdl handle) {
  const SocketId id = id_of(handle);
  if (id == 0) return;
  sockets.erase(id);
  ids.erase(handle);
  if (!retired) calls.on_close(id);
}

bool WebsocketServer::Hub::send(SocketId id, const std::string& text) {
  const auto found = sockets.find(id);
  if (found == sockets.end()) return false;
  auto& socket = found->second;
  if (!socket.open) {
    if (socket.early.size() >= kMaxEarlyMessages) return false;
    socket.early.push_back(text);
    return true;
  }
  if (socket.connection->get_buffered_amount() + text.size() > kMaxUnsentBytes) {
    close(id, websocketpp::close::status::policy_violation, "reads too slowly");
    return false;
  }
  return !socket.connection->send(text, websocketpp::frame::opcode::text);
}

void WebsocketServer::Hub::close(SocketId id, std::uint16_t code, const std::string& reason) {
  const auto found = sockets.find(id);
  if (found == sockets.end()) return;
  std::error_code ignored;  // it is closing already
  found->second.connection->close(code, reason.substr(0, kMaxReason), ignored);
}

void WebsocketServer::Hub::ping_all() {
  std::error_code ignored;
  for (auto& [id, socket] : sockets)
    if (socket.open) socket.connection->ping("", ignored);
  ping_timer.expires_after(kSocketPing);
  ping_timer.async_wait([weak = weak_from_this()](std::error_code ec) {
    const auto self = weak.lock();
    if (!ec && self && !self->stopping) self->ping_all();
  });
}

void WebsocketServer::Hub::stop() {
  if (std::exchange(stopping, true)) return;
  std::error_code ignored;
  endpoint.stop_listening(ignored);
  ping_timer.cancel();
  std::vector<SocketId> open;
  for (const auto& [id, socket] : sockets) open.push_back(id);
  for (const SocketId id : open) close(id, websocketpp::close::status::going_away, "the agent is stopping");
}

// The owner goes: no callback after this. The endpoint lets go of the hub, and the hub stays until the loop has run
// what the endpoint left in it.
void WebsocketServer::Hub::retire() {
  stop();
  retired = true;
  endpoint.set_tcp_post_init_handler(nullptr);
  endpoint.set_http_handler(nullptr);
  endpoint.set_validate_handler(nullptr);
  endpoint.set_open_handler(nullptr);
  endpoint.set_close_handler(nullptr);
  endpoint.set_fail_handler(nullptr);
  endpoint.set_pong_timeout_handler(nullptr);
  endpoint.set_message_handler(nullptr);
  sockets.clear();  // a connection holds the hub: it must not be held by it
  ids.clear();
  asio::post(loop, [self = shared_from_this()] {});
}

WebsocketServer::WebsocketServer(asio::io_context& loop, const std::string& address, unsigned short port,
                                 SocketCallbacks callbacks)
    : hub_(std::make_shared<Hub>(loop, std::move(callbacks))) {
  try {
    hub_->listen(address, port);
  } catch (...) {
    hub_->retire();
    throw;
  }
}

WebsocketServer::~WebsocketServer() { hub_->retire(); }

unsigned short WebsocketServer::port() const { return hub_->port; }
bool WebsocketServer::send(SocketId id, const std::string& text) { return hub_->send(id, text); }
void WebsocketServer::close(SocketId id, std::uint16_t code, const std::string& reason) {
  hub_->close(id, code, reason);
}
std::size_t WebsocketServer::sockets() const { return hub_->sockets.size(); }
void WebsocketServer::stop() { hub_->stop(); }

}  // namespace apiops::net
