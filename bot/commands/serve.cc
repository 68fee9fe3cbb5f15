#include "bot/commands/serve.h"

#include <spdlog/spdlog.h>

#include <asio/co_spawn.hpp>
#include <asio/detached.hpp>
#include <asio/signal_set.hpp>
#include <iostream>

#include "bot/control_socket.h"
#include "bot/health.h"
#include "bot/reload.h"
#include "bot/requests.h"
#include "bot/speaker.h"

namespace apiops {

namespace {

// A handler that throws fails alone; the loop goes on.
void run_loop(asio::io_context& loop) {
  while (true) {
    try {
      loop.run();
      return;
    } catch (const std::exception& e) {
      spdlog::error("A task failed: {}", e.what());
    }
  }
}

asio::awaitable<Json> from_peer(Agent& agent, Common common, Json what, uid_t peer) {
  if (auto named = name_speaker(what, agent.config(), agent.demo(), peer); !named)
    co_return Json{{"error", named.error().what}};
  if (get_string(what, "op") == "reload") {
    auto told = reload_policy(agent, common);
    co_return told ? Json{{"told", *told}} : Json{{"error", told.error().what}};
  }
  co_return co_await handle_request(agent, std::move(what));
}

// A configuration that can't be read changes nothing but the log.
void reload_on(asio::signal_set& hangup, Agent& agent, const Common& common) {
  hangup.async_wait([&](std::error_code ec, int) {
    if (ec) return;
    (void)reload_policy(agent, common);
    reload_on(hangup, agent, common);
  });
}

}  // namespace

int serve(const Common& common, const Config& config, WorldOptions options, const std::string& greeting) {
  auto made = World::make(common, config, options);
  if (!made) {
    const auto running = ask_running(Home::control_of(home_of(common, config)), Json{{"op", "status"}});
    const std::string url = running && *running ? get_string(**running, "url") : "";
    return fail(kBadConfiguration, made.error().what + (url.empty() ? "" : " It is running here: " + url));
  }
  World& world = **made;
  Agent& agent = world.agent();
  if (auto started = agent.start(); !started) return fail(kBadConfiguration, started.error().what);
  const ControlSocket control(world.loop(), world.home().control(), [&agent, common](Json what, uid_t peer) {
    return from_peer(agent, common, std::move(what), peer);
  });
  const auto health = serve_health(world.loop(), agent, config.health_port);
  asio::signal_set signals(world.loop(), SIGINT, SIGTERM);
  signals.async_wait([&](std::error_code ec, int) {
    if (ec) return;
    asio::co_spawn(world.loop(), agent.stop(), [&world](std::exception_ptr) { world.loop().stop(); });
  });
  asio::co_spawn(world.loop(), watch_policy(agent, common), asio::detached);
  asio::signal_set hangup(world.loop(), SIGHUP);
  reload_on(hangup, agent, common);
  std::cout << greeting << "  " << agent.console_url() << "\n";
  if (world.sandbox()) std::cout << "The same in a simulated Slack:\n  " << world.sandbox()->slack_view() << "\n";
  std::cout << std::flush;
  run_loop(world.loop());
  return kDone;
}

}  // namespace apiops
