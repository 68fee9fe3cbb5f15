// The simulated Slack, and a Socket Mode client whose clock runs many times faster: minutes of backoff pass in seconds.
#pragma once

#include <asio/co_spawn.hpp>
#include <asio/detached.hpp>
#include <asio/experimental/as_tuple.hpp>
#include <asio/io_context.hpp>
#include <asio/steady_timer.hpp>
#include <asio/use_awaitable.hpp>
#include <nlohmann/json.hpp>

#include "connectors/chat/slack/socket_mode.h"
#include "connectors/sandbox/sandbox.h"
#include "engine/base/json.h"

namespace apiops::test {

class FastClock final : public Clock {
 public:
  FastClock(asio::io_context& loop, int times) : loop_(loop), times_(times) {}
  Time now() const override { return Time(Duration(1'790'000'000'000) + steady()); }
  Duration steady() const override {
    return std::chrono::duration_cast<Duration>(std::chrono::steady_clock::now() - start_) * times_;
  }
  asio::awaitable<void> sleep_for(Duration how_long) override {
    asio::steady_timer timer(loop_, std::chrono::microseconds(how_long) / times_);
    co_await timer.async_wait(asio::experimental::as_tuple(asio::use_awaitable));
  }

 private:
  asio::io_context& loop_;
  int times_;
  std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
};

struct Workspace {
  explicit Workspace(int times)
      : plain(loop, 1),
        clock(loop, times),
        box(loop, plain, {}),
        environment(box.environment()),
        http(loop),
        api({.base_url = environment.at("SLACK_API_URL"),
             .bot_token = Secret(environment.at("SLACK_BOT_TOKEN")),
             .app_token = Secret(environment.at("SLACK_APP_TOKEN"))},
            http, clock),
        sockets(loop, api, clock, random, {.sockets = 2}, [this](slack::Envelope e, slack::Acknowledge acknowledge) {
          seen.push_back(e.id);
          acknowledge(Json());
        }) {
    sockets.on_trouble([this](const std::string& what) { told.push_back(what); });
  }
  ~Workspace() {
    sockets.stop();
    run(std::chrono::milliseconds(200));
  }

  // Slack's side does that.
  Json act(Json what) {
    Json reply;
    net::HttpRequest request{.method = "POST", .url = control()};
    request.body = canonical(what);
    ask(std::move(request), reply);
    return reply;
  }
  Json state() {
    Json reply;
    ask({.url = control()}, reply);
    return reply;
  }
  void knob(const std::string& name, Json value) { act({{"do", "knob"}, {"name", name}, {"value", std::move(value)}}); }
  long long opened() { return get_integer(get_object(state(), "calls"), "apps.connections.open").value_or(0); }

  void run(std::chrono::milliseconds how_long) {
    loop.restart();
    loop.run_for(how_long);
  }
  template <typename Holds>
  bool until(std::chrono::milliseconds patience, Holds holds) {
    const auto end = std::chrono::steady_clock::now() + patience;
    while (!holds() && std::chrono::steady_clock::now() < end) run(std::chrono::milliseconds(10));
    return holds();
  }

  asio::io_context loop{1};
  FastClock plain, clock;
  sandbox::Sandbox box;
  std::map<std::string, std::string> environment;
  net::HttpClient http;
  SeededRandom random{7};
  slack::WebApi api;
  std::vector<std::string> seen, told;
  slack::SocketMode sockets;

 private:
  std::string control() const {
    const std::string& url = environment.at("SLACK_API_URL");
    return url.substr(0, url.size() - std::string_view("/api/").size()) + "/__sandbox/slack";
  }
  void ask(net::HttpRequest request, Json& reply) {
    bool over = false;
    asio::co_spawn(
        loop,
        [](net::HttpClient& client, net::HttpRequest wanted, Json& into, bool& done) -> asio::awaitable<void> {
          auto answer = co_await client.send(std::move(wanted));
          if (answer)
            if (auto parsed = parse_json(answer->body)) into = std::move(*parsed);
          done = true;
        }(http, std::move(request), reply, over),
        asio::detached);
    until(std::chrono::seconds(10), [&over] { return over; });
  }
};

}  // namespace apiops::test
