// A far side for the OpenAI tests that answers each path as a test says, over real HTTP on loopback, and keeps what it
// was asked. The story of the sandbox is tested elsewhere; this is for answers that a well-behaved simulation does not
// give.
#pragma once

#include <asio/co_spawn.hpp>
#include <asio/io_context.hpp>
#include <boost/test/unit_test.hpp>
#include <deque>
#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "connectors/net/http_client.h"
#include "connectors/net/http_server.h"
#include "connectors/net/url_guard.h"
#include "engine/base/json.h"
#include "engine/base/random.h"
#include "tests/support/manual_clock.h"
#include "tests/support/run.h"

namespace apiops::testing {

// Real time for what waits on sockets, with the story's date.
class LoopClock final : public Clock {
 public:
  explicit LoopClock(asio::io_context& loop) : loop_(loop), start_(std::chrono::steady_clock::now()) {}
  Time now() const override { return from_millis(ManualClock::kStoryMillis) + steady() + shift; }
  Duration steady() const override {
    return std::chrono::duration_cast<Duration>(std::chrono::steady_clock::now() - start_);
  }
  asio::awaitable<void> sleep_for(Duration how_long) override {
    asio::steady_timer timer(loop_, how_long);
    co_await timer.async_wait(asio::experimental::as_tuple(asio::use_awaitable));
  }
  Duration shift{0};

 private:
  asio::io_context& loop_;
  std::chrono::steady_clock::time_point start_;
};

struct FarSide {
  using Answer = std::function<net::ServerReply(const net::ServerRequest&)>;

  FarSide()
      : server(loop, "127.0.0.1", 0, [this](net::ServerRequest request) { return handle(this, std::move(request)); }) {}

  static asio::awaitable<net::ServerReply> handle(FarSide* self, net::ServerRequest request) {
    self->asked.push_back(request);
    const auto key = request.method + " " + request.path;
    const auto found = self->answers.find(key);
    if (found == self->answers.end())
      co_return net::ServerReply{404, {}, R"({"error":{"message":"no such path","type":"invalid_request_error"}})"};
    co_return found->second(request);
  }

  // The same answer each time.
  void on(const std::string& method_and_path, int status, std::string body, net::Headers headers = {}) {
    answers[method_and_path] = [=](const net::ServerRequest&) { return net::ServerReply{status, headers, body}; };
  }
  void on(const std::string& method_and_path, Answer answer) { answers[method_and_path] = std::move(answer); }
  long count(const std::string& method, const std::string& path) const {
    return std::ranges::count_if(asked, [&](const auto& r) { return r.method == method && r.path == path; });
  }
  std::string url() const { return "http://127.0.0.1:" + std::to_string(server.port()); }

  template <typename T>
  T run(asio::awaitable<T> work) {
    return apiops::testing::run(loop, std::move(work), std::chrono::seconds(40));
  }

  asio::io_context loop{1};
  LoopClock clock{loop};
  SeededRandom random{7};
  net::HttpClient http{loop};
  net::UrlGuard guard{loop, http, {}};
  std::map<std::string, Answer> answers;
  std::vector<net::ServerRequest> asked;
  net::HttpServer server;
};

inline bool contains(const std::string& text, std::string_view part) { return text.find(part) != std::string::npos; }

}  // namespace apiops::testing
