// What the network tests share: a loop that runs one coroutine to its end, a server that answers as told, and a raw
// socket that says exactly what it is given.
#pragma once

#include <asio/co_spawn.hpp>
#include <asio/detached.hpp>
#include <asio/io_context.hpp>
#include <asio/ip/tcp.hpp>
#include <asio/read.hpp>
#include <asio/steady_timer.hpp>
#include <asio/use_awaitable.hpp>
#include <asio/write.hpp>
#include <boost/test/unit_test.hpp>
#include <chrono>
#include <functional>
#include <optional>
#include <string>

#include "connectors/net/http_client.h"
#include "connectors/net/http_server.h"
#include "tests/support/run.h"

namespace apiops::net::testing {

using asio::ip::tcp;

struct Loopback {
  asio::io_context loop{1};
  HttpClient http{loop};

  template <typename T>
  T run(asio::awaitable<T> work) {
    return apiops::testing::run(loop, std::move(work), std::chrono::seconds(20));
  }

  void turn(Duration how_long) {
    loop.restart();
    loop.run_for(how_long);
  }

  Result<HttpResponse> send(HttpRequest request) { return run(http.send(std::move(request))); }
};

inline std::string url_of(unsigned short port, std::string path = "/") {
  return "http://127.0.0.1:" + std::to_string(port) + path;
}

inline ServerHandler answer_with(std::function<ServerReply(const ServerRequest&)> answer) {
  return [answer](ServerRequest request) -> asio::awaitable<ServerReply> {
    return [](auto tell, ServerRequest r) -> asio::awaitable<ServerReply> { co_return tell(r); }(answer,
                                                                                                 std::move(request));
  };
}

// Accepts connections, reads a head from each, sends `answers[n]` on the n-th (the last one again) and closes. It
// counts.
struct RawServer {
  RawServer(asio::io_context& loop, std::vector<std::string> what)
      : acceptor(loop, tcp::endpoint(asio::ip::make_address("127.0.0.1"), 0)), answers(std::move(what)) {
    asio::co_spawn(loop, serve(), asio::detached);
  }
  unsigned short port() const { return acceptor.local_endpoint().port(); }

  asio::awaitable<void> serve() {
    while (true) {
      tcp::socket socket = co_await acceptor.async_accept(asio::use_awaitable);
      asio::co_spawn(acceptor.get_executor(), talk(std::move(socket)), asio::detached);
    }
  }
  asio::awaitable<void> talk(tcp::socket socket) {
    ++connections;
    std::string head;
    char piece[4096];
    while (true) {
      while (head.find("\r\n\r\n") == std::string::npos)
        head.append(piece, co_await socket.async_read_some(asio::buffer(piece), asio::use_awaitable));
      ++requests;
      heads.push_back(head);
      head.clear();
      const std::string answer = answers[std::min(requests, answers.size()) - 1];
      co_await asio::async_write(socket, asio::buffer(answer), asio::use_awaitable);
      if (answer.find("keep-alive") == std::string::npos) co_return;
    }
  }

  tcp::acceptor acceptor;
  std::vector<std::string> answers;
  std::vector<std::string> heads;
  std::size_t connections = 0, requests = 0;
};

// Sends bytes to a server and reads until it closes (or for `patience`).
inline asio::awaitable<std::string> say(asio::io_context& loop, unsigned short port, std::string bytes,
                                        Duration patience = Duration(5000)) {
  tcp::socket socket(loop);
  co_await socket.async_connect(tcp::endpoint(asio::ip::make_address("127.0.0.1"), port), asio::use_awaitable);
  asio::steady_timer limit(loop, patience);
  limit.async_wait([&socket](std::error_code ec) {
    std::error_code ignored;
    if (!ec) socket.close(ignored);
  });
  std::string heard;
  try {
    co_await asio::async_write(socket, asio::buffer(bytes), asio::use_awaitable);
    char piece[4096];
    while (true) heard.append(piece, co_await socket.async_read_some(asio::buffer(piece), asio::use_awaitable));
  } catch (const std::system_error&) {
  }
  limit.cancel();
  co_return heard;
}

}  // namespace apiops::net::testing
