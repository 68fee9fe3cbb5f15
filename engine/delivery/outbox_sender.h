// Brings every platform up to the wanted content of its messages: newest revision wins, in order by place, one message
// of a place at a time, and of a channel no more than its platform takes. What was on its way when a process died is
// found again as `unsure` and sent with the same nonce.
#pragma once

#include <functional>
#include <map>
#include <string>

#include "engine/base/clock.h"
#include "engine/base/signal.h"
#include "engine/ports/store.h"

namespace apiops {

inline constexpr std::size_t kSendingAtOnce = 64;
inline constexpr Duration kOutboxLook = std::chrono::seconds(1);      // for what became due by time alone
inline constexpr Duration kSendAgainFirst = std::chrono::seconds(1);  // doubling …
inline constexpr Duration kSendAgainMost = std::chrono::minutes(5);   // … to this

// Owned by the agent; store, clock and ports outlive it. Loop thread only.
class OutboxSender {
 public:
  OutboxSender(Store& store, Clock& clock, asio::any_io_executor loop)
      : store_(store), clock_(clock), loop_(loop), signal_(loop) {}

  void add(ChatPort& port) { ports_[std::string(port.name())] = &port; }
  // Told after a message was posted for the first time: a plan's card makes the plan wait for votes.
  void on_posted(std::function<void(const OutboxRow&)> posted) { posted_ = std::move(posted); }
  // Told when a platform refused a message for good: its channel is archived, the agent was taken out.
  void on_gone(std::function<void(const OutboxRow&, const Error&)> gone) { gone_ = std::move(gone); }
  // Who that is, by the word of the platform that it speaks on.
  asio::awaitable<Identity> vouch(Identity identity) {
    const auto port = ports_.find(identity.platform);
    if (port == ports_.end()) co_return identity;
    co_return co_await port->second->vouch(std::move(identity));
  }
  asio::awaitable<void> run();  // until stop()
  void stop();
  bool idle() const { return sending_ == 0; }

 private:
  OutboxRoom room() const;
  asio::awaitable<void> send(OutboxRow row);
  asio::awaitable<Status> not_sent(OutboxRow row, Error why);

  Store& store_;
  Clock& clock_;
  asio::any_io_executor loop_;
  Signal signal_;
  std::map<std::string, ChatPort*> ports_;
  std::function<void(const OutboxRow&)> posted_;
  std::function<void(const OutboxRow&, const Error&)> gone_;
  std::size_t sending_ = 0;
  bool stopping_ = false;
};

}  // namespace apiops
