// Whether Socket Mode works: one socket, opened, greeted, closed. What doctor does beside a running agent.
#pragma once

#include <asio/io_context.hpp>

#include "connectors/chat/slack/web_api.h"

namespace apiops::slack {

inline constexpr Duration kGreetingPatience = std::chrono::seconds(10);

// An Error says what to do. The app token is what is tried.
asio::awaitable<Status> check_hello(asio::io_context& loop, WebApi& api, Clock& clock);

}  // namespace apiops::slack
