#include "connectors/net/websocket_server.h"

#include "tests/connectors/net/loopback.h"

namespace apiops::net {

using testing::Loopback;
using testing::say;
using testing::url_of;

namespace {

// A masked frame, the mask being zero: the payload travels as it is.
std::string frame(const std::string& payload, unsigned char opcode = 1) {
  std::string out(1, static_cast<char>(0x80 | opcode));
  if (payload.size() < 126) {
    out += static_cast<char>(0x80 | payload.size());
  } else {
    const bool wide = payload.size() > 65535;
    out += static_cast<char>(0x80 | (wide ? 127 : 126));
    for (int shift = wide ? 56 : 8; shift >= 0; shift -= 8) out += static_cast<char>(payload.size() >> shift & 0xFF);
  }
  return out + std::string(4, '\0') + payload;
}

std::string upgrade(const std::string& host = "localhost", const std::string& origin = "http://localhost") {
  return "GET /socket?a=1 HTTP/1.1\r\nHost: " + host + "\r\nOrigin: " + origin +
         "\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: "
         "dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";
}

struct Console : Loopback {
  SocketCallbacks callbacks() {
    return {.may_enter =
                [](const std::string& host, const std::string& origin) {
                  return (host == "localhost" || host.starts_with("127.0.0.1")) &&
                         (origin.empty() || origin == "http://localhost");
                },
            .page =
                [](const PageRequest& r) {
                  return r.path == "/" ? PageReply{.content_type = "text/html",
                                                   .body = "<p>hello",
                                                   .headers = {{"X-Frame-Options", "DENY"}}}
                                       : PageReply{.status = 404, .body = "no such page"};
                },
            .on_open =
                [this](SocketId id, const PageRequest& r) {
                  opened += r.path + "?" + r.query;
                  server.send(id, "welcome");
                  return !refuse;
                },
            .on_message =
                [this](SocketId id, const std::string& text) {
                  last = id;
                  server.send(id, "echo " + text);
                },
            .on_close = [this](SocketId) { ++closed; }};
  }
  std::string hear(const std::string& bytes, Duration patience = Duration(300)) {
    return run(say(loop, server.port(), bytes, patience));
  }

  bool refuse = false;
  std::string opened;
  SocketId last = 0;
  int closed = 0;
  WebsocketServer server{loop, "127.0.0.1", 0, callbacks()};
};

bool has(const std::string& text, const std::string& what) { return text.find(what) != std::string::npos; }

}  // namespace

BOOST_AUTO_TEST_SUITE(websocket_server)

BOOST_AUTO_TEST_CASE(pages_and_sockets_share_a_port) {
  Console net;
  const auto page = net.send({.url = url_of(net.server.port())});
  BOOST_REQUIRE(page);
  BOOST_TEST(page->status == 200);
  BOOST_TEST(page->body == "<p>hello");
  BOOST_TEST(page->header("x-frame-options") == "DENY");
  BOOST_TEST(net.send({.url = url_of(net.server.port(), "/other")})->status == 404);
  BOOST_TEST(net.send({.method = "POST", .url = url_of(net.server.port()), .body = "x"})->status == 405);
  const auto heard = net.hear(upgrade() + frame("hi"));
  BOOST_TEST(heard.starts_with("HTTP/1.1 101"));
  BOOST_TEST(has(heard, "welcome"));
  BOOST_TEST(has(heard, "echo hi"));
  BOOST_TEST(net.opened == "/socket?a=1");
}

BOOST_AUTO_TEST_CASE(a_closed_socket_is_told_once_and_can_not_be_sent_to) {
  Console net;
  net.hear(upgrade() + frame("hi"));
  net.turn(Duration(50));
  BOOST_TEST(net.closed == 1);
  BOOST_TEST(net.server.sockets() == 0u);
  BOOST_TEST(!net.server.send(net.last, "late"));
}

BOOST_AUTO_TEST_CASE(a_foreign_host_or_origin_gets_neither_page_nor_socket) {
  Console net;
  BOOST_TEST(net.hear(upgrade("evil.test")).starts_with("HTTP/1.1 403"));
  BOOST_TEST(net.hear(upgrade("localhost", "http://evil.test")).starts_with("HTTP/1.1 403"));
  BOOST_TEST(net.hear("GET / HTTP/1.1\r\nHost: evil.test\r\n\r\n").starts_with("HTTP/1.1 403"));
  BOOST_TEST(net.opened.empty());
}

BOOST_AUTO_TEST_CASE(a_refused_socket_is_403_and_is_never_closed_again) {
  Console net;
  net.refuse = true;
  BOOST_TEST(net.hear(upgrade()).starts_with("HTTP/1.1 403"));
  net.turn(Duration(50));
  BOOST_TEST(net.closed == 0);
  BOOST_TEST(net.server.sockets() == 0u);
}

BOOST_AUTO_TEST_CASE(a_message_over_one_mebibyte_is_closed_with_1009) {
  Console net;
  const auto heard =
      net.hear(upgrade() + frame(std::string(kMaxSocketMessage + 1, 'x')).substr(0, 14));  // its head is enough
  BOOST_TEST(has(heard, std::string("\x03\xF1", 2)));
  BOOST_TEST(net.last == 0u);
  BOOST_TEST(has(net.hear(upgrade() + frame(std::string(kMaxSocketMessage - 10, 'x')), Duration(1000)), "echo xxx"));
}

BOOST_AUTO_TEST_CASE(text_that_is_not_utf_8_is_closed_with_1007) {
  Console net;
  BOOST_TEST(has(net.hear(upgrade() + frame("\xC3\x28")), std::string("\x03\xEF", 2)));
  BOOST_TEST(net.last == 0u);
}

BOOST_AUTO_TEST_CASE(a_reader_that_takes_nothing_is_closed) {
  Console net;
  asio::ip::tcp::socket slow(net.loop);
  slow.connect({asio::ip::make_address("127.0.0.1"), net.server.port()});
  asio::write(slow, asio::buffer(upgrade() + frame("hi")));
  net.turn(Duration(100));
  BOOST_REQUIRE(net.last != 0u);
  bool taken = true;
  std::size_t sent = 0;
  for (; taken && sent < 200; ++sent) {
    taken = net.server.send(net.last, std::string(256u << 10, 'x'));
    net.turn(Duration(2));
  }
  BOOST_TEST(!taken);
  BOOST_TEST(sent < 100u);
  net.turn(Duration(6000));  // the close handshake is given five seconds
  BOOST_TEST(net.closed == 1);
}

BOOST_AUTO_TEST_CASE(stop_closes_what_is_open_and_takes_nobody_new) {
  Console net;
  std::string heard;
  asio::co_spawn(net.loop, say(net.loop, net.server.port(), upgrade(), Duration(1000)),
                 [&](std::exception_ptr, std::string text) { heard = text; });
  net.turn(Duration(100));
  BOOST_TEST(net.server.sockets() == 1u);
  net.server.stop();
  net.turn(Duration(1200));
  BOOST_TEST(has(heard, "the agent is stopping"));
  BOOST_TEST(!net.send({.url = url_of(net.server.port()), .timeout = Duration(500)}));
}

BOOST_AUTO_TEST_CASE(a_server_may_go_while_sockets_are_open) {
  Loopback net;
  int called = 0;
  auto server = std::make_unique<WebsocketServer>(
      net.loop, "127.0.0.1", 0,
      SocketCallbacks{.may_enter = [](const std::string&, const std::string&) { return true; },
                      .page = [](const PageRequest&) { return PageReply{}; },
                      .on_open = [](SocketId, const PageRequest&) { return true; },
                      .on_message = [&](SocketId, const std::string&) { ++called; },
                      .on_close = [&](SocketId) { ++called; }});
  asio::ip::tcp::socket client(net.loop);
  client.connect({asio::ip::make_address("127.0.0.1"), server->port()});
  asio::write(client, asio::buffer(upgrade()));
  net.turn(Duration(100));
  BOOST_TEST(server->sockets() == 1u);
  server.reset();
  asio::write(client, asio::buffer(frame("late")));
  net.turn(Duration(100));
  BOOST_TEST(called == 0);
}

BOOST_AUTO_TEST_CASE(a_port_that_is_taken_can_not_be_had) {
  Console net;
  BOOST_CHECK_THROW(WebsocketServer(net.loop, "127.0.0.1", net.server.port(), net.callbacks()), std::system_error);
  BOOST_CHECK_THROW(HttpServer(net.loop, "127.0.0.1", net.server.port(), {}), std::system_error);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace apiops::net
