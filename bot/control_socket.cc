#include "bot/control_socket.h"

#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <asio/co_spawn.hpp>
#include <asio/detached.hpp>
#include <asio/read_until.hpp>
#include <asio/use_awaitable.hpp>
#include <asio/write.hpp>
#include <nlohmann/json.hpp>

namespace apiops {

using asio::local::stream_protocol;

namespace {

std::optional<uid_t> user_of(stream_protocol::socket& peer) {
  ucred who{};
  socklen_t size = sizeof who;
  if (::getsockopt(peer.native_handle(), SOL_SOCKET, SO_PEERCRED, &who, &size) != 0) return std::nullopt;
  return who.uid;
}

}  // namespace

ControlSocket::ControlSocket(asio::io_context& loop, const std::string& path, Handler handler)
    : path_(path), handler_(std::move(handler)), acceptor_(loop) {
  ::unlink(path.c_str());  // whoever holds the home's lock owns it; what lies there is of a process that died
  const mode_t before = ::umask(0177);
  try {
    acceptor_.open();
    acceptor_.bind(stream_protocol::endpoint(path));
    acceptor_.listen();
  } catch (...) {
    ::umask(before);
    throw;
  }
  ::umask(before);
  asio::co_spawn(loop, accept(), asio::detached);
}

ControlSocket::~ControlSocket() {
  std::error_code ignored;
  acceptor_.close(ignored);
  ::unlink(path_.c_str());
}

asio::awaitable<void> ControlSocket::accept() {
  while (acceptor_.is_open()) {
    try {
      auto peer = co_await acceptor_.async_accept(asio::use_awaitable);
      asio::co_spawn(co_await asio::this_coro::executor, serve(std::move(peer)), asio::detached);
    } catch (const std::system_error&) {
      co_return;  // closed
    }
  }
}

asio::awaitable<void> ControlSocket::serve(stream_protocol::socket peer) {
  try {
    std::string line;
    constexpr std::size_t kMaxRequest = 1u << 20;
    const std::size_t size =
        co_await asio::async_read_until(peer, asio::dynamic_buffer(line, kMaxRequest), '\n', asio::use_awaitable);
    auto request = parse_json(std::string_view(line).substr(0, size), kMaxRequest);
    const auto who = user_of(peer);
    const Json reply =
        request && who ? co_await handler_(std::move(*request), *who) : Json{{"error", "That was not a request."}};
    const std::string text = reply.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n";
    co_await asio::async_write(peer, asio::buffer(text), asio::use_awaitable);
  } catch (const std::system_error&) {
    // The command went away; what it asked for goes on.
  }
}

std::optional<Result<Json>> ask_running(const std::string& path, const Json& request) {
  asio::io_context loop;
  stream_protocol::socket socket(loop);
  std::error_code refused;
  socket.connect(stream_protocol::endpoint(path), refused);
  if (refused) return std::nullopt;
  try {
    asio::write(socket, asio::buffer(request.dump() + "\n"));
    std::string line;
    const std::size_t size = asio::read_until(socket, asio::dynamic_buffer(line, kMaxControlLine), '\n');
    return parse_json(std::string_view(line).substr(0, size), kMaxControlLine);
  } catch (const std::system_error& broken) {
    return failure(ErrorKind::kUnknown,
                   std::string("The running agent closed the connection before it answered (") + broken.what() + ").");
  }
}

}  // namespace apiops
