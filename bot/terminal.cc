#include "bot/terminal.h"

namespace apiops {

namespace {

Place place_of(const Identity& identity, const std::string& thread) {
  return {.connector = "terminal", .workspace = "main", .channel = "@" + identity.user, .thread = thread};
}

}  // namespace

asio::awaitable<Result<Terminal::Said>> Terminal::say(Identity identity, std::string text, std::string thread) {
  InboundEvent event{.kind = "message",
                     .key = make_id(clock_.now(), random_),
                     .place = place_of(identity, thread),
                     .text = std::move(text)};
  event.identity = std::move(identity);
  event.message = make_id(clock_.now(), random_);
  co_return co_await send(std::move(event));
}

asio::awaitable<Result<Terminal::Said>> Terminal::click(Identity identity, std::string token, std::string typed,
                                                        std::string thread) {
  InboundEvent event{.kind = "click",
                     .key = make_id(clock_.now(), random_),
                     .place = place_of(identity, thread),
                     .token = std::move(token),
                     .typed = std::move(typed)};
  event.identity = std::move(identity);
  event.message = thread;
  co_return co_await send(std::move(event));
}

asio::awaitable<Result<Terminal::Said>> Terminal::send(InboundEvent event) {
  const std::string thread = event.place.thread.empty() ? event.message : event.place.thread;
  auto waiting = std::make_shared<Waiting>(loop_);
  waiting_[thread] = waiting;
  auto received = co_await sink_.receive(std::move(event));
  if (received && received->kind == ReceiveOutcome::Kind::kFull)
    received = failure(ErrorKind::kUnavailable, "Too many asks are waiting. Try again in a moment.");
  if (received) {
    const Duration end = clock_.steady() + kTerminalPatience;
    while (!waiting->complete && clock_.steady() < end) co_await waiting->signal.wait(end - clock_.steady());
  }
  waiting_.erase(thread);
  if (!received) co_return std::unexpected(received.error());
  if (!waiting->complete)
    co_return failure(
        ErrorKind::kTransient,
        "No answer came in time. What was asked may still be answered; ask “what is waiting for approval” to see.");
  co_return Said{.thread = thread, .document = std::move(*waiting->complete)};
}

asio::awaitable<Result<Delivered>> Terminal::deliver(Delivery delivery) {
  if (const auto it = waiting_.find(delivery.place.thread);
      it != waiting_.end() && !delivery.document.working && !it->second->complete) {
    it->second->complete = std::move(delivery.document);
    it->second->signal.set();
  }
  co_return Delivered{.remote_id = delivery.remote_id.empty() ? delivery.nonce : delivery.remote_id};
}

}  // namespace apiops
