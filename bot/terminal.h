// The command line as a chat: one ask at a time, its answer as a document. Messages for older threads are taken and
// forgotten: who wants them asks again. Loop thread only.
#pragma once

#include <asio/io_context.hpp>
#include <map>
#include <memory>
#include <string>

#include "engine/base/clock.h"
#include "engine/base/random.h"
#include "engine/base/signal.h"
#include "engine/ports/chat_port.h"

namespace apiops {

inline constexpr Duration kTerminalPatience = std::chrono::seconds(90);

class Terminal final : public ChatPort {
 public:
  Terminal(asio::io_context& loop, ChatSink& sink, Clock& clock, Random& random)
      : loop_(loop), sink_(sink), clock_(clock), random_(random) {}

  struct Said {
    std::string thread;
    Document document;  // the last form of the first message that was complete
  };
  // `thread` empty: a conversation of its own. An Error: the inbox is full or shut, or no answer came in time.
  asio::awaitable<Result<Said>> say(Identity identity, std::string text, std::string thread);
  asio::awaitable<Result<Said>> click(Identity identity, std::string token, std::string typed, std::string thread);

  std::string_view name() const override { return "terminal"; }
  asio::awaitable<Result<Delivered>> deliver(Delivery delivery) override;

 private:
  struct Waiting {
    explicit Waiting(asio::io_context& loop) : signal(loop.get_executor()) {}
    Signal signal;
    std::optional<Document> complete;
  };
  asio::awaitable<Result<Said>> send(InboundEvent event);

  asio::io_context& loop_;
  ChatSink& sink_;
  Clock& clock_;
  Random& random_;
  std::map<std::string, std::shared_ptr<Waiting>> waiting_;  // by thread
};

}  // namespace apiops
