// The console: a web page that the agent serves itself on loopback, and the socket behind it. Access by a token that
// stands in the fragment of the printed URL and travels in the first frame; Host and Origin are checked. In the demo
// people can be switched in the page; otherwise everybody who has the token is `user`. Loop thread only.
#pragma once

#include <asio/io_context.hpp>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "engine/base/clock.h"
#include "engine/base/random.h"
#include "engine/ports/chat_port.h"

namespace apiops {

struct ConsolePerson {
  std::string user, name, role;
};

struct ConsoleSettings {
  std::string listen = "127.0.0.1";
  std::uint16_t port = 0;  // 0: a free one
  std::string token;
  bool demo = false;
  std::vector<ConsolePerson> people;
  std::string user;  // who speaks at first
  std::vector<std::string> channels = {"#ops", "#alerts"};
};

class Console final : public ChatPort {
 public:
  Console(asio::io_context& loop, ConsoleSettings settings, ChatSink& sink, Clock& clock, Random& random);
  ~Console() override;

  Status start();  // listens; an Error says what is in the way
  std::uint16_t port() const;
  void stop();
  std::size_t connections() const;
  // What "plans" and "audit" show beside the chat.
  void set_views(std::function<asio::awaitable<Result<Document>>(std::string name)> views);

  std::string_view name() const override { return "console"; }
  asio::awaitable<Result<Delivered>> deliver(Delivery delivery) override;

 private:
  struct Hub;
  std::shared_ptr<Hub> hub_;
};

}  // namespace apiops
