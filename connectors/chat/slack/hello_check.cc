#include "connectors/chat/slack/hello_check.h"

#include <memory>

#include "connectors/chat/slack/frame.h"
#include "connectors/chat/slack/socket_mode.h"

namespace apiops::slack {

asio::awaitable<Status> check_hello(asio::io_context& loop, WebApi& api, Clock& clock) {
  auto url = co_await api.open_connection();
  if (!url) co_return std::unexpected(url.error());
  struct Seen {
    std::string type, reason;
    std::optional<Error> end;
  };
  auto seen = std::make_shared<Seen>();
  net::LinkCallbacks calls;
  calls.on_open = calls.on_sign_of_life = [] {};  // only the greeting is waited for
  calls.on_text = [seen](const std::string& text) {
    const auto frame = read_frame(text);
    if (!frame || !seen->type.empty()) return;
    seen->type = get_string(*frame, "type");
    seen->reason = get_string(*frame, "reason");
  };
  calls.on_end = [seen](const Error& why) { seen->end = why; };
  auto link = net::WebsocketLink::dial(loop, {.url = *url, .max_message = kMaxFrame, .ca_file = api.ca_file()},
                                       std::move(calls));
  if (!link) co_return std::unexpected(link.error());
  const Duration end = clock.steady() + kGreetingPatience;
  while (seen->type.empty() && !seen->end && clock.steady() < end)
    co_await clock.sleep_for(std::chrono::milliseconds(20));
  (*link)->close(1000, "checked");
  co_await clock.sleep_for(std::chrono::milliseconds(100));
  if (seen->type == "hello") co_return Status();
  if (seen->reason == "link_disabled")
    co_return failure(ErrorKind::kUnavailable, "Socket Mode is switched off for this app.", "link_disabled");
  if (seen->reason == "too_many_websockets")
    co_return failure(ErrorKind::kUnavailable, "The app has too many sockets open already.", "too_many_websockets");
  if (seen->end) co_return std::unexpected(*seen->end);
  co_return failure(ErrorKind::kUnavailable, "Slack opened a socket but did not say hello.", "no_hello");
}

}  // namespace apiops::slack
