#include "connectors/net/http_server.h"

#include "tests/connectors/net/loopback.h"

namespace apiops::net {

using testing::answer_with;
using testing::Loopback;
using testing::say;
using testing::url_of;

namespace {

struct Echo : Loopback {
  explicit Echo(ServerLimits limits = {})
      : server(loop, "127.0.0.1", 0, answer_with([this](const ServerRequest& r) {
                 ++asked;
                 last = r;
                 return ServerReply{.body = r.method + " " + r.path + " " + r.body + "\n"};
               }),
               limits) {}
  std::string hear(std::string bytes) { return run(say(loop, server.port(), std::move(bytes))); }
  int asked = 0;
  ServerRequest last;
  HttpServer server;
};

std::size_t count(const std::string& text, const std::string& what) {
  std::size_t n = 0;
  for (auto at = text.find(what); at != std::string::npos; at = text.find(what, at + 1)) ++n;
  return n;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(http_server)

BOOST_AUTO_TEST_CASE(path_query_headers_and_form_are_decoded) {
  Echo net;
  net.hear(
      "POST /a%20b/c?x=1&y=%2B+z&x=2 HTTP/1.1\r\nHost: h\r\nX-Long:  v \r\nContent-Length: 9\r\nConnection: "
      "close\r\n\r\nTo=%2B1&b");
  BOOST_TEST(net.last.path == "/a b/c");
  BOOST_TEST(net.last.parameter("y") == "+ z");
  BOOST_TEST(net.last.query.size() == 3u);
  BOOST_TEST(net.last.header("x-long") == "v");
  BOOST_TEST(net.last.form().front().second == "+1");
}

BOOST_AUTO_TEST_CASE(pipelined_requests_are_answered_in_order) {
  Echo net;
  const auto heard = net.hear(
      "GET /1 HTTP/1.1\r\nHost: h\r\n\r\nPOST /2 HTTP/1.1\r\nHost: h\r\nContent-Length: 2\r\n\r\nhiGET /3 "
      "HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n");
  BOOST_TEST(count(heard, "HTTP/1.1 200 OK") == 3u);
  BOOST_TEST((heard.find("GET /1") < heard.find("POST /2 hi") && heard.find("POST /2 hi") < heard.find("GET /3")));
}

BOOST_AUTO_TEST_CASE(a_chunked_body_is_put_together) {
  Echo net;
  const auto heard = net.hear(
      "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\nConnection: "
      "close\r\n\r\n3\r\nabc\r\n4\r\ndefg\r\n0\r\nX-Trailer: t\r\n\r\n");
  BOOST_TEST(heard.find("POST / abcdefg\n") != std::string::npos);
  BOOST_TEST(net.last.header("x-trailer").empty());
}

BOOST_AUTO_TEST_CASE(a_request_in_single_bytes_is_the_same_request) {
  Echo net;
  const auto slowly = [](Loopback& n, unsigned short port) -> asio::awaitable<std::string> {
    asio::ip::tcp::socket socket(n.loop);
    co_await socket.async_connect({asio::ip::make_address("127.0.0.1"), port}, asio::use_awaitable);
    socket.set_option(asio::ip::tcp::no_delay(true));
    const std::string request = "POST /x HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\nConnection: close\r\n\r\nabc";
    for (const char c : request) co_await asio::async_write(socket, asio::buffer(&c, 1), asio::use_awaitable);
    std::string heard(4096, '\0');
    heard.resize(co_await socket.async_read_some(asio::buffer(heard), asio::use_awaitable));
    co_return heard;
  };
  const auto heard = net.run(slowly(net, net.server.port()));
  BOOST_TEST(heard.find("POST /x abc\n") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_body_over_the_limit_is_413_whether_announced_or_chunked) {
  Echo net;
  const auto announced =
      net.hear("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 2097152\r\n\r\n" + std::string(100'000, 'x'));
  BOOST_TEST(announced.starts_with("HTTP/1.1 413"));
  std::string chunked = "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n";
  for (int i = 0; i < 20; ++i) chunked += "10000\r\n" + std::string(65536, 'x') + "\r\n";
  BOOST_TEST(net.hear(chunked).starts_with("HTTP/1.1 413"));
  BOOST_TEST(net.asked == 0);
}

BOOST_AUTO_TEST_CASE(too_long_a_head_or_too_many_lines_are_431) {
  Echo net;
  BOOST_TEST(net.hear("GET / HTTP/1.1\r\nHost: h\r\nX-A: " + std::string(17'000, 'a') + "\r\n\r\n")
                 .starts_with("HTTP/1.1 431"));
  std::string lines = "GET / HTTP/1.1\r\n";
  for (int i = 0; i < 101; ++i) lines += "X-" + std::to_string(i) + ": a\r\n";
  BOOST_TEST(net.hear(lines + "\r\n").starts_with("HTTP/1.1 431"));
  BOOST_TEST(net.asked == 0);
}

BOOST_AUTO_TEST_CASE(what_is_not_http_or_says_two_lengths_is_400) {
  Echo net;
  BOOST_TEST(net.hear("hello\r\n\r\n").starts_with("HTTP/1.1 400"));
  BOOST_TEST(net.hear("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n")
                 .starts_with("HTTP/1.1 400"));
  BOOST_TEST(net.asked == 0);
}

BOOST_AUTO_TEST_CASE(expect_100_is_answered_before_the_body) {
  Echo net;
  const auto heard =
      net.run(say(net.loop, net.server.port(),
                  "POST / HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n", Duration(200)));
  BOOST_TEST(heard == "HTTP/1.1 100 Continue\r\n\r\n");  // and then it waits for the body, which never comes
}

BOOST_AUTO_TEST_CASE(a_slow_head_is_closed) {
  Echo net(ServerLimits{.header_timeout = Duration(100)});
  const auto started = std::chrono::steady_clock::now();
  BOOST_TEST(net.hear("GET / HTTP/1.1\r\nHost: ").empty());
  BOOST_TEST((std::chrono::steady_clock::now() - started < std::chrono::seconds(2)));
}

BOOST_AUTO_TEST_CASE(five_hundred_slow_senders_lock_nobody_out) {
  Echo net;
  std::vector<asio::ip::tcp::socket> slow;
  for (int i = 0; i < 500; ++i) {
    slow.emplace_back(net.loop);
    slow.back().connect({asio::ip::make_address("127.0.0.1"), net.server.port()});
    asio::write(slow.back(), asio::buffer(std::string("GET / HTTP/1.1\r\n")));
    if (i % 50 == 0) net.turn(Duration(5));
  }
  net.turn(Duration(50));
  const auto started = std::chrono::steady_clock::now();
  for (int i = 0; i < 20; ++i) BOOST_TEST(net.send({.url = url_of(net.server.port())}).has_value());
  BOOST_TEST((std::chrono::steady_clock::now() - started < std::chrono::milliseconds(20 * 200)));
}

BOOST_AUTO_TEST_CASE(an_exception_of_the_handler_is_500_and_the_server_goes_on) {
  Loopback net;
  HttpServer server(net.loop, "127.0.0.1", 0, answer_with([](const ServerRequest& r) -> ServerReply {
                      if (r.path == "/bad") throw std::runtime_error("bug");
                      return {.body = "fine"};
                    }));
  BOOST_TEST(net.send({.url = url_of(server.port(), "/bad")})->status == 500);
  BOOST_TEST(net.send({.url = url_of(server.port(), "/good")})->body == "fine");
}

BOOST_AUTO_TEST_CASE(a_header_with_line_breaks_can_not_split_the_answer) {
  Loopback net;
  HttpServer server(net.loop, "127.0.0.1", 0, answer_with([](const ServerRequest&) {
                      return ServerReply{.headers = {{"X-Data", "a\r\nSet-Cookie: b"}}};
                    }));
  const auto answer = net.send({.url = url_of(server.port())});
  BOOST_REQUIRE(answer);
  BOOST_TEST(answer->header("set-cookie").empty());
}

BOOST_AUTO_TEST_CASE(after_stop_running_answers_finish_and_nobody_new_comes_in) {
  Loopback net;
  HttpServer server(net.loop, "127.0.0.1", 0, [&](ServerRequest) -> asio::awaitable<ServerReply> {
    asio::steady_timer pause(net.loop, std::chrono::milliseconds(100));
    co_await pause.async_wait(asio::use_awaitable);
    co_return ServerReply{.body = "done"};
  });
  std::string body;
  asio::co_spawn(net.loop, net.http.send({.url = url_of(server.port())}),
                 [&](std::exception_ptr, Result<HttpResponse> r) { body = r ? r->body : ""; });
  net.turn(Duration(50));
  server.stop();
  net.turn(Duration(200));
  BOOST_TEST(body == "done");
  BOOST_TEST(!net.send({.url = url_of(server.port())}));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace apiops::net
