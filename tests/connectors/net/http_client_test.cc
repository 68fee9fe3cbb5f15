#include "connectors/net/http_client.h"

#include <zlib.h>

#include <asio/experimental/awaitable_operators.hpp>
#include <map>

#include "tests/connectors/net/loopback.h"

namespace apiops::net {

using testing::answer_with;
using testing::Loopback;
using testing::RawServer;
using testing::url_of;

namespace {

std::string gzipped(const std::string& text) {
  z_stream stream{};
  deflateInit2(&stream, 9, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY);
  std::string out(deflateBound(&stream, text.size()), '\0');
  std::string in = text;
  stream.next_in = reinterpret_cast<Bytef*>(in.data());
  stream.avail_in = static_cast<uInt>(in.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  deflate(&stream, Z_FINISH);
  out.resize(stream.total_out);
  deflateEnd(&stream);
  return out;
}

unsigned short free_port(asio::io_context& loop) {
  asio::ip::tcp::acceptor acceptor(loop, asio::ip::tcp::endpoint(asio::ip::make_address("127.0.0.1"), 0));
  return acceptor.local_endpoint().port();
}

}  // namespace

BOOST_AUTO_TEST_SUITE(http_client)

BOOST_AUTO_TEST_CASE(an_answer_comes_with_status_headers_and_body) {
  Loopback net;
  HttpServer server(net.loop, "127.0.0.1", 0, answer_with([](const ServerRequest& r) {
                      return ServerReply{.status = 418,
                                         .headers = {{"X-Seen", r.method + " " + r.body + " " + r.header("x-name")}},
                                         .body = "short"};
                    }));
  const auto answer =
      net.send({.method = "POST", .url = url_of(server.port()), .headers = {{"X-Name", "value"}}, .body = "a=1"});
  BOOST_REQUIRE(answer);
  BOOST_TEST(answer->status == 418);
  BOOST_TEST(answer->body == "short");
  BOOST_TEST(answer->header("x-seen") == "POST a=1 value");
}

BOOST_AUTO_TEST_CASE(a_head_request_has_no_body_and_does_not_wait_for_one) {
  Loopback net;
  HttpServer server(net.loop, "127.0.0.1", 0,
                    answer_with([](const ServerRequest&) { return ServerReply{.body = "unseen"}; }));
  const auto answer = net.send({.method = "HEAD", .url = url_of(server.port())});
  BOOST_REQUIRE(answer);
  BOOST_TEST(answer->body.empty());
}

BOOST_AUTO_TEST_CASE(a_refused_port_is_transient) {
  Loopback net;
  const auto answer = net.send({.url = url_of(free_port(net.loop))});
  BOOST_REQUIRE(!answer);
  BOOST_TEST((answer.error().kind == ErrorKind::kTransient));
  BOOST_TEST(answer.error().code == "connect");
}

BOOST_AUTO_TEST_CASE(a_name_that_does_not_resolve_is_transient) {
  Loopback net;
  const auto answer = net.send({.url = "http://no-such-name.invalid/"});
  BOOST_REQUIRE(!answer);
  BOOST_TEST((answer.error().kind == ErrorKind::kTransient));
}

BOOST_AUTO_TEST_CASE(a_lost_reply_is_unknown) {
  Loopback net;
  HttpServer server(net.loop, "127.0.0.1", 0,
                    answer_with([](const ServerRequest&) { return ServerReply{.drop = true}; }));
  const auto answer = net.send({.method = "POST", .url = url_of(server.port()), .body = "buy"});
  BOOST_REQUIRE(!answer);
  BOOST_TEST((answer.error().kind == ErrorKind::kUnknown));
  BOOST_TEST(answer.error().code == "cut");
}

BOOST_AUTO_TEST_CASE(a_write_is_never_sent_again_when_a_kept_connection_dies) {
  Loopback net;
  RawServer server(net.loop, {"HTTP/1.1 200 OK\r\nConnection: keep-alive\r\nContent-Length: 2\r\n\r\nok", ""});
  BOOST_REQUIRE(net.send({.url = url_of(server.port())}));
  const auto answer = net.send({.method = "POST", .url = url_of(server.port()), .body = "buy"});
  BOOST_REQUIRE(!answer);
  BOOST_TEST((answer.error().kind == ErrorKind::kUnknown));
  BOOST_TEST(server.requests == 2u);
}

BOOST_AUTO_TEST_CASE(reads_share_a_kept_connection) {
  Loopback net;
  RawServer server(net.loop, {"HTTP/1.1 200 OK\r\nConnection: keep-alive\r\nContent-Length: 2\r\n\r\nok"});
  for (int i = 0; i < 5; ++i) BOOST_REQUIRE(net.send({.url = url_of(server.port())}));
  BOOST_TEST(server.requests == 5u);
  BOOST_TEST(server.connections == 1u);
}

BOOST_AUTO_TEST_CASE(a_body_over_the_limit_is_cut_while_it_arrives) {
  Loopback net;
  HttpServer server(net.loop, "127.0.0.1", 0,
                    answer_with([](const ServerRequest&) { return ServerReply{.body = std::string(4u << 20, 'x')}; }));
  const auto answer = net.send({.url = url_of(server.port()), .max_body = 1000});
  BOOST_REQUIRE(!answer);
  BOOST_TEST(answer.error().code == "too_large");
  BOOST_TEST((answer.error().kind == ErrorKind::kInvalid));
  const auto probe = net.send({.url = url_of(server.port()), .max_body = 1000, .cut_body_is_fine = true});
  BOOST_REQUIRE(probe);
  BOOST_TEST(probe->cut);
  BOOST_TEST(probe->body.size() == 1000u);
}

BOOST_AUTO_TEST_CASE(a_gzip_bomb_counts_as_what_it_unpacks_to) {
  Loopback net;
  const std::string bomb = gzipped(std::string(64u << 20, '\0'));
  HttpServer server(net.loop, "127.0.0.1", 0, answer_with([&](const ServerRequest&) {
                      return ServerReply{.headers = {{"Content-Encoding", "gzip"}}, .body = bomb};
                    }));
  BOOST_REQUIRE(bomb.size() < kMaxResponseBytes);
  const auto answer = net.send({.url = url_of(server.port())});
  BOOST_REQUIRE(!answer);
  BOOST_TEST(answer.error().code == "too_large");
}

BOOST_AUTO_TEST_CASE(a_gzipped_answer_is_read) {
  Loopback net;
  HttpServer server(net.loop, "127.0.0.1", 0, answer_with([&](const ServerRequest&) {
                      return ServerReply{.headers = {{"Content-Encoding", "gzip"}}, .body = gzipped("plain")};
                    }));
  const auto answer = net.send({.url = url_of(server.port())});
  BOOST_REQUIRE(answer);
  BOOST_TEST(answer->body == "plain");
}

BOOST_AUTO_TEST_CASE(one_byte_a_second_is_given_up) {
  Loopback net;
  HttpServer server(net.loop, "127.0.0.1", 0, answer_with([](const ServerRequest&) {
                      return ServerReply{.body = std::string(100, 'x'), .bytes_a_second = 1};
                    }));
  const auto started = std::chrono::steady_clock::now();
  const auto answer = net.send({.url = url_of(server.port()), .low_speed_seconds = 1});
  BOOST_REQUIRE(!answer);
  BOOST_TEST(answer.error().code == "timeout");
  BOOST_TEST((std::chrono::steady_clock::now() - started < std::chrono::seconds(5)));
}

BOOST_AUTO_TEST_CASE(a_silent_server_is_given_up_at_the_time_out_and_is_unknown) {
  Loopback net;
  HttpServer server(net.loop, "127.0.0.1", 0, [&](ServerRequest) -> asio::awaitable<ServerReply> {
    asio::steady_timer never(net.loop, std::chrono::seconds(60));
    co_await never.async_wait(asio::use_awaitable);
    co_return ServerReply{};
  });
  const auto answer = net.send({.method = "POST", .url = url_of(server.port()), .timeout = Duration(200)});
  BOOST_REQUIRE(!answer);
  BOOST_TEST((answer.error().kind == ErrorKind::kUnknown));
  BOOST_TEST(answer.error().code == "timeout");
}

BOOST_AUTO_TEST_CASE(an_answer_shorter_than_its_length_is_incomplete) {
  Loopback net;
  HttpServer server(net.loop, "127.0.0.1", 0, answer_with([](const ServerRequest&) {
                      return ServerReply{.body = "{\"a\": 1}", .cut_after = 4};
                    }));
  const auto answer = net.send({.url = url_of(server.port())});
  BOOST_REQUIRE(!answer);
  BOOST_TEST(answer.error().code == "incomplete");
  BOOST_TEST(answer.error().http_status == 200);
}

BOOST_AUTO_TEST_CASE(a_redirect_is_not_followed) {
  Loopback net;
  int asked = 0;
  HttpServer other(net.loop, "127.0.0.1", 0, answer_with([&](const ServerRequest&) { return ++asked, ServerReply{}; }));
  HttpServer server(net.loop, "127.0.0.1", 0, answer_with([&](const ServerRequest&) {
                      return ServerReply{.status = 302, .headers = {{"Location", url_of(other.port())}}};
                    }));
  const auto answer = net.send({.url = url_of(server.port()), .headers = {{"Authorization", "Basic eA=="}}});
  BOOST_REQUIRE(answer);
  BOOST_TEST(answer->status == 302);
  BOOST_TEST(asked == 0);
}

BOOST_AUTO_TEST_CASE(other_schemes_and_header_injection_are_invalid) {
  Loopback net;
  for (const char* url : {"file:///etc/passwd", "ftp://127.0.0.1/", "gopher://127.0.0.1/", "dict://127.0.0.1/"}) {
    const auto answer = net.send({.url = url});
    BOOST_REQUIRE(!answer);
    BOOST_TEST((answer.error().kind == ErrorKind::kInvalid), url);
  }
  const auto injected = net.send({.url = url_of(1), .headers = {{"X-A", "b\r\nX-C: d"}}});
  BOOST_REQUIRE(!injected);
  BOOST_TEST((injected.error().kind == ErrorKind::kInvalid));
}

BOOST_AUTO_TEST_CASE(the_proxy_of_the_environment_is_ignored) {
  setenv("http_proxy", "http://127.0.0.1:1", 1);
  Loopback net;
  HttpServer server(net.loop, "127.0.0.1", 0,
                    answer_with([](const ServerRequest&) { return ServerReply{.body = "direct"}; }));
  const auto answer = net.send({.url = url_of(server.port())});
  unsetenv("http_proxy");
  BOOST_REQUIRE(answer);
  BOOST_TEST(answer->body == "direct");
}

BOOST_AUTO_TEST_CASE(an_address_that_may_not_be_touched_gets_no_socket) {
  Loopback net;
  int asked = 0;
  HttpServer server(net.loop, "127.0.0.1", 0,
                    answer_with([&](const ServerRequest&) { return ++asked, ServerReply{}; }));
  BOOST_REQUIRE(net.send({.url = url_of(server.port())}));  // leaves a kept connection behind
  std::string seen;
  const auto answer = net.send({.url = "http://somewhere.test:" + std::to_string(server.port()) + "/",
                                .may_connect = [&](const std::string& address, int) { return seen = address, false; },
                                .resolved = {"somewhere.test:" + std::to_string(server.port()) + ":127.0.0.1"}});
  BOOST_REQUIRE(!answer);
  BOOST_TEST((answer.error().kind == ErrorKind::kRejected));
  BOOST_TEST(seen == "127.0.0.1");
  BOOST_TEST(asked == 1);
  const auto kept =
      net.send({.url = url_of(server.port()), .may_connect = [](const std::string&, int) { return false; }});
  BOOST_TEST(!kept);
  BOOST_TEST(asked == 1);
}

BOOST_AUTO_TEST_CASE(a_call_can_be_cancelled_and_leaves_nothing_behind) {
  using namespace asio::experimental::awaitable_operators;
  Loopback net;
  RawServer server(net.loop, {"HTTP/1.1 200 OK\r\nContent-Length: 10\r\nConnection: keep-alive\r\n\r\n"});
  const auto either = [](Loopback& n, unsigned short port) -> asio::awaitable<std::size_t> {
    asio::steady_timer limit(n.loop, std::chrono::milliseconds(100));
    const auto first = co_await (n.http.send({.url = url_of(port)}) || limit.async_wait(asio::use_awaitable));
    co_return first.index();
  };
  BOOST_TEST(net.run(either(net, server.port())) == 1u);
  const auto again = net.send({.url = url_of(server.port()), .timeout = Duration(100)});
  BOOST_TEST(!again);
}

BOOST_AUTO_TEST_CASE(a_client_may_be_destroyed_while_a_call_runs) {
  asio::io_context loop{1};
  auto client = std::make_unique<HttpClient>(loop);
  RawServer server(loop, {"HTTP/1.1 200 OK\r\nContent-Length: 10\r\nConnection: keep-alive\r\n\r\n"});
  std::optional<Result<HttpResponse>> answer;
  asio::co_spawn(loop, client->send({.url = url_of(server.port())}),
                 [&](std::exception_ptr, Result<HttpResponse> r) { answer = std::move(r); });
  loop.run_for(std::chrono::milliseconds(50));
  client.reset();
  loop.restart();
  loop.run_for(std::chrono::milliseconds(50));
  BOOST_REQUIRE(answer.has_value());
  BOOST_REQUIRE(!*answer);
  BOOST_TEST(answer->error().code == "cancelled");
}

BOOST_AUTO_TEST_CASE(many_calls_run_side_by_side) {
  Loopback net;
  int open = 0, most = 0, over = 0;
  HttpServer server(net.loop, "127.0.0.1", 0, [&](ServerRequest) -> asio::awaitable<ServerReply> {
    most = std::max(most, ++open);
    asio::steady_timer pause(net.loop, std::chrono::milliseconds(100));
    co_await pause.async_wait(asio::use_awaitable);
    --open;
    co_return ServerReply{.body = "ok"};
  });
  for (int i = 0; i < 40; ++i)
    asio::co_spawn(net.loop, net.http.send({.url = url_of(server.port())}),
                   [&](std::exception_ptr, Result<HttpResponse> r) {
                     if (r && r->body == "ok" && ++over == 40) net.loop.stop();
                   });
  net.turn(std::chrono::seconds(10));
  BOOST_TEST(over == 40);
  BOOST_TEST(most > 20);
}

BOOST_AUTO_TEST_CASE(forms_are_escaped_with_percent_20) {
  BOOST_TEST(encode_form({{"To", "+1 (2)"}, {"é", "&="}}) == "To=%2B1%20%282%29&%C3%A9=%26%3D");
  const Headers pairs = decode_query("a=1&b=%20x+y&c&&d=%zz");
  BOOST_REQUIRE(pairs.size() == 4u);
  BOOST_TEST(pairs[1].second == " x y");
  BOOST_TEST(pairs[3].second == "%zz");
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace apiops::net
