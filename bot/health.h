// /livez: the loop turns. /readyz: the store takes writes and the agent takes asks; 503 where not. On loopback.
#pragma once

#include <memory>

#include "bot/agent.h"
#include "connectors/net/http_server.h"

namespace apiops {

// Port 0: none. A port that can't be had is told in the log, and the agent goes on.
std::unique_ptr<net::HttpServer> serve_health(asio::io_context& loop, Agent& agent, std::uint16_t port);

}  // namespace apiops
