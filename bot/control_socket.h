// The running agent's ear for other commands: one request, one reply, a line of JSON each, over a Unix socket of mode
// 0600 in its home. Commands that find no agent there run the request themselves; they never open a store beside one
// that runs.
#pragma once

#include <sys/types.h>

#include <asio/awaitable.hpp>
#include <asio/io_context.hpp>
#include <asio/local/stream_protocol.hpp>
#include <functional>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>

#include "engine/base/json.h"
#include "engine/base/result.h"

namespace apiops {

inline constexpr std::size_t kMaxControlLine = 64u << 20;  // an export of the audit trail is the longest

class ControlSocket {
 public:
  // `peer`: the Unix user at the other end, as the kernel says it.
  using Handler = std::function<asio::awaitable<Json>(Json, uid_t peer)>;
  // Throws std::system_error where the socket can't be made.
  ControlSocket(asio::io_context& loop, const std::string& path, Handler handler);
  ~ControlSocket();

 private:
  asio::awaitable<void> accept();
  asio::awaitable<void> serve(asio::local::stream_protocol::socket peer);
  std::string path_;
  Handler handler_;
  asio::local::stream_protocol::acceptor acceptor_;
};

// Asks the agent of this home; nothing where none runs there. Blocks.
std::optional<Result<Json>> ask_running(const std::string& path, const Json& request);

}  // namespace apiops
