#include "bot/health.h"

#include <spdlog/spdlog.h>

#include <nlohmann/json.hpp>

namespace apiops {

namespace {

net::ServerReply reply(int status, const Json& body) {
  return {.status = status, .headers = {{"Content-Type", "application/json"}}, .body = body.dump() + "\n"};
}

asio::awaitable<net::ServerReply> answer(Agent& agent, net::ServerRequest request) {
  if (request.method != "GET" && request.method != "HEAD") co_return reply(405, {{"status", "only GET"}});
  if (request.path == "/livez") co_return reply(200, {{"status", "alive"}});
  if (request.path != "/readyz") co_return reply(404, {{"status", "not found"}});
  const bool ready = co_await agent.ready();
  Json body = {{"status", ready ? "ready" : "not ready"}, {"store", ready ? "takes writes" : "takes no writes"}};
  if (agent.slack()) {
    const SlackStatus slack = agent.slack()->status();
    body["slack"] = {{"state", !slack.trouble.empty() ? "down"
                               : slack.sockets > 0    ? "connected"
                                                      : "connecting"},
                     {"sockets", slack.sockets},
                     {"trouble", slack.trouble},
                     {"foreign_sockets", slack.crowd}};
    if (slack.sockets == 0 || !slack.trouble.empty()) body["status"] = ready ? "degraded" : "not ready";
  }
  co_return reply(ready ? 200 : 503, body);
}

}  // namespace

std::unique_ptr<net::HttpServer> serve_health(asio::io_context& loop, Agent& agent, std::uint16_t port) {
  if (port == 0) return nullptr;
  try {
    return std::make_unique<net::HttpServer>(
        loop, "127.0.0.1", port, [&agent](net::ServerRequest request) { return answer(agent, std::move(request)); });
  } catch (const std::system_error& e) {
    spdlog::error("The health endpoint can't listen on port {}: {}", port, e.what());
    return nullptr;
  }
}

}  // namespace apiops
