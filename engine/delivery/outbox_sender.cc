#include "engine/delivery/outbox_sender.h"

#include <algorithm>
#include <asio/co_spawn.hpp>
#include <asio/detached.hpp>

#include "engine/base/crash_point.h"

namespace apiops {

namespace {

Duration pause_after(int tries, const Error& why) {
  if (why.kind == ErrorKind::kRateLimited && why.retry_after) return *why.retry_after;  // the platform's own word
  Duration pause = kSendAgainFirst * (1 << std::min(tries, 9));
  if (why.retry_after) pause = std::max<Duration>(pause, *why.retry_after);
  return std::min<Duration>(pause, kSendAgainMost);
}

// A platform that said no to the message itself will say no again.
bool hopeless(ErrorKind kind) {
  return kind == ErrorKind::kInvalid || kind == ErrorKind::kNotFound || kind == ErrorKind::kRejected ||
         kind == ErrorKind::kUnsupported;
}

}  // namespace

OutboxRoom OutboxSender::room() const {
  OutboxRoom room{.messages = kSendingAtOnce - sending_};
  for (const auto& [name, port] : ports_)
    if (const std::size_t most = port->at_once_in_channel(); most < kSendingAtOnce) room.in_channel[name] = most;
  return room;
}

asio::awaitable<void> OutboxSender::run() {
  while (!stopping_) {
    if (sending_ >= kSendingAtOnce) {
      co_await signal_.wait(kOutboxLook);
      continue;
    }
    auto rows = co_await store_.due(room(), kOutboxLook);
    if (!rows) {
      co_await signal_.wait(kOutboxLook);
      continue;
    }
    for (auto& row : *rows) {
      ++sending_;
      asio::co_spawn(loop_, send(std::move(row)), asio::detached);
    }
  }
}

void OutboxSender::stop() {
  stopping_ = true;
  signal_.set();
}

asio::awaitable<void> OutboxSender::send(OutboxRow row) {
  const auto port = ports_.find(row.place.connector);
  auto document = document_from_json(row.document);
  // A connector that does not run in this process may run in the next one.
  Result<Delivered> delivered =
      std::unexpected(Error{.kind = ErrorKind::kUnavailable, .what = "No connector of that name runs here."});
  if (port == ports_.end()) row.tries = 0;
  APIOPS_CRASH_POINT("outbox.taken");
  if (port != ports_.end() && document)
    delivered = co_await port->second->deliver({.place = row.place,
                                                .remote_id = row.remote_id,
                                                .nonce = row.nonce,
                                                .document = std::move(*document),
                                                .only_for = row.only_for,
                                                .may_be_there = row.state == "unsure"});
  APIOPS_CRASH_POINT("outbox.delivered");
  // A store that takes no writes now leaves the row in `sending`; its lease brings it back.
  if (delivered) {
    (void)co_await store_.sent(row.id, row.wanted_revision, delivered->remote_id);
    APIOPS_CRASH_POINT("outbox.recorded");
    if (row.sent_revision == 0 && posted_) posted_(row);
  } else {
    (void)co_await not_sent(std::move(row), delivered.error());
  }
  --sending_;
  signal_.set();
}

asio::awaitable<Status> OutboxSender::not_sent(OutboxRow row, Error why) {
  const std::string state = hopeless(why.kind) ? "gone" : why.kind == ErrorKind::kUnknown ? "unsure" : "waiting";
  if (state == "gone" && gone_) gone_(row, why);
  co_return co_await store_.not_sent(row.id, state, clock_.now() + pause_after(row.tries, why));
}

}  // namespace apiops
