// The way in: every event is stored before it is acknowledged, and handed to the conversation once, in order by place.
#pragma once

#include <functional>
#include <string>

#include "engine/base/clock.h"
#include "engine/base/signal.h"
#include "engine/masking/gate.h"
#include "engine/ports/store.h"

namespace apiops {

inline constexpr std::size_t kHandledAtOnce = 64;
inline constexpr std::size_t kMaxTextLength = 40'000;            // bytes of one message; what follows is cut
inline constexpr Duration kInboxLook = std::chrono::seconds(5);  // for events of a worker that died

// Owned by the agent; store and gate outlive it. Loop thread only.
class Inbox final : public ChatSink {
 public:
  using Handler = std::function<asio::awaitable<void>(InboxRow)>;

  // `secrets`: a gate that leaves people's numbers readable (an ask may be about one), but no secret.
  Inbox(Store& store, const MaskingGate& secrets, asio::any_io_executor loop)
      : store_(store), secrets_(secrets), loop_(loop), signal_(loop) {}

  asio::awaitable<Result<ReceiveOutcome>> receive(InboundEvent event) override;
  asio::awaitable<Result<std::vector<HistoryItem>>> history(Place place, std::string user, std::size_t limit) override {
    return store_.history(std::move(place), std::move(user), limit);
  }

  asio::awaitable<void> run(Handler handler);  // until stop()
  void stop();
  bool idle() const { return handling_ == 0; }
  Time last_event() const { return last_event_; }
  void set_clock(const Clock& clock) { clock_ = &clock; }
  // Hears each event when it arrives, before its turn.
  void on_arrival(std::function<void(const InboundEvent&)> hear) { hear_ = std::move(hear); }

 private:
  asio::awaitable<void> handle(InboxRow row, const Handler& handler);

  Store& store_;
  const MaskingGate& secrets_;
  asio::any_io_executor loop_;
  Signal signal_;
  const Clock* clock_ = nullptr;
  std::function<void(const InboundEvent&)> hear_;
  Time last_event_{};
  std::size_t handling_ = 0;
  bool stopping_ = false;
};

}  // namespace apiops
