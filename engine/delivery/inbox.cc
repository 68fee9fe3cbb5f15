#include "engine/delivery/inbox.h"

#include <asio/co_spawn.hpp>
#include <asio/detached.hpp>

#include "engine/base/crash_point.h"

namespace apiops {

asio::awaitable<Result<ReceiveOutcome>> Inbox::receive(InboundEvent event) {
  if (event.text.size() > kMaxTextLength) event.text.resize(kMaxTextLength);
  event.text = secrets_.mask(std::string_view(event.text));
  event.typed = secrets_.mask(std::string_view(event.typed));
  if (hear_) hear_(event);
  auto outcome = co_await store_.receive(std::move(event));
  APIOPS_CRASH_POINT("inbox.stored");
  if (clock_) last_event_ = clock_->now();
  co_return outcome;
}

asio::awaitable<void> Inbox::run(Handler handler) {
  while (!stopping_) {
    if (handling_ >= kHandledAtOnce) {
      co_await signal_.wait(kInboxLook);
      continue;
    }
    auto rows = co_await store_.take(kHandledAtOnce - handling_, kInboxLook);
    if (!rows) {
      co_await signal_.wait(kInboxLook);
      continue;
    }
    if (stopping_) co_return;  // what was taken meanwhile is given back when the store is opened again
    for (auto& row : *rows) {
      ++handling_;
      asio::co_spawn(loop_, handle(std::move(row), handler), asio::detached);
    }
  }
}

void Inbox::stop() {
  stopping_ = true;
  signal_.set();
}

asio::awaitable<void> Inbox::handle(InboxRow row, const Handler& handler) {
  APIOPS_CRASH_POINT("inbox.taken");
  co_await handler(std::move(row));
  --handling_;
  signal_.set();
}

}  // namespace apiops
