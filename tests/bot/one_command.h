// One command's life after another in the same demo home: an agent of its own, one request, an orderly stop; and the
// simulated services' state, asked directly.
#pragma once

#include <unistd.h>

#include <asio/co_spawn.hpp>
#include <boost/test/unit_test.hpp>
#include <filesystem>

#include "bot/requests.h"
#include "bot/world.h"
#include "engine/base/digest.h"

namespace apiops::testing {

struct Folder {
  Folder() {
    path = std::filesystem::temp_directory_path() /
           ("apiops-test-" + std::to_string(::getpid()) + "-" + std::to_string(++count));
  }
  ~Folder() { std::filesystem::remove_all(path); }
  static inline int count = 0;
  std::filesystem::path path;
};

// One command's life: an agent of its own, one request, an orderly stop.
inline Json once(const Folder& folder, Json request, Json fault = {}) {
  Common common{.demo = true, .home = folder.path.string()};
  auto world = World::make(common, demo_config(), {});
  BOOST_REQUIRE(world.has_value());
  BOOST_REQUIRE((*world)->agent().start().has_value());
  Json reply;
  asio::co_spawn(
      (*world)->loop(),
      [](World& w, Json what, Json trouble) -> asio::awaitable<Json> {
        net::HttpClient http(w.loop());
        if (!trouble.is_null())
          (void)co_await http.send({.method = "POST",
                                    .url = w.sandbox()->environment().at("TWILIO_BASE_URL") + "/__sandbox/faults",
                                    .body = trouble.dump()});
        Json answered = co_await handle_request(w.agent(), std::move(what));
        co_await w.agent().stop();
        co_return answered;
      }(**world, std::move(request), std::move(fault)),
      [&](std::exception_ptr, Json answered) {
        reply = std::move(answered);
        (*world)->loop().stop();
      });
  (*world)->loop().run();
  return reply;
}

inline std::string title(const Json& reply, const char* what = "document") {
  return get_string(get_object(reply, what), "title");
}
inline Json ask(const Folder& f, const char* who, const char* text) {
  return once(f, {{"op", "say"}, {"as", who}, {"text", text}});
}
inline Json decide(const Folder& f, const char* who, int plan, const char* verdict) {
  return once(f, {{"op", "decide"}, {"as", who}, {"plan", plan}, {"verdict", verdict}});
}

// What the simulated Twilio answers to GET `path`; "{account}" stands for the account's SID.
inline Json twilio_state(const Folder& folder, std::string path) {
  Common common{.demo = true, .home = folder.path.string()};
  auto world = World::make(common, demo_config(), {});
  BOOST_REQUIRE(world.has_value());
  const auto environment = (*world)->sandbox()->environment();
  const std::string sid = environment.at("TWILIO_ACCOUNT_SID");
  if (const auto at = path.find("{account}"); at != std::string::npos) path.replace(at, 9, sid);
  Json state;
  asio::co_spawn(
      (*world)->loop(),
      [](World& w, std::string url,
         std::string authorization) -> asio::awaitable<Json> {
        net::HttpClient http(w.loop());
        auto reply = co_await http.send(
            {.method = "GET", .url = std::move(url), .headers = {{"Authorization", std::move(authorization)}}});
        auto body = reply ? parse_json(reply->body) : Result<Json>(Json());
        co_return body ? std::move(*body) : Json();
      }(**world, environment.at("TWILIO_BASE_URL") + path,
                                    "Basic " + base64(sid + ":" + environment.at("TWILIO_AUTH_TOKEN"))),
      [&](std::exception_ptr, Json body) {
        state = std::move(body);
        (*world)->loop().stop();
      });
  (*world)->loop().run();
  return state;
}

}  // namespace apiops::testing
