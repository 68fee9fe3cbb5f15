#include "connectors/chat/slack/messages.h"

#include <spdlog/spdlog.h>

#include <asio/co_spawn.hpp>
#include <asio/detached.hpp>

#include "engine/base/text.h"

namespace apiops::slack {

namespace {

constexpr std::string_view kMetadata = "apiops_message";  // letters and underscores: a dot makes Slack drop it
constexpr std::size_t kLookBack = 100;  // messages of a thread that are looked through for one of ours
constexpr const char* kNotHere =
    "I am not in this conversation, so I can't answer here. Invite me with /invite @apiops, or write to me directly.";

bool is_user(const std::string& channel) { return channel.starts_with('U') || channel.starts_with('W'); }

bool is_closed_to_us(const Error& e) { return e.code == "not_in_channel" || e.code == "channel_not_found"; }

}  // namespace

asio::awaitable<Result<Delivered>> Messages::deliver(Delivery delivery) {
  if (delivery.place.channel.starts_with('@')) delivery.place.channel.erase(0, 1);  // a person's direct messages
  if (!delivery.only_for.empty()) co_return co_await post_private(std::move(delivery));
  auto channel = co_await channel_of(delivery.place.channel);
  if (!channel) co_return std::unexpected(channel.error());
  delivery.place.channel = std::move(*channel);
  if (delivery.remote_id.empty()) co_return co_await post(std::move(delivery));
  co_return co_await update(std::move(delivery));
}

// A person's direct messages have a channel of their own.
asio::awaitable<Result<std::string>> Messages::channel_of(std::string place) {
  if (!is_user(place)) co_return place;
  if (const auto it = direct_.find(place); it != direct_.end()) co_return it->second;
  auto opened = co_await api_.call("conversations.open", {{"users", place}});
  if (!opened) co_return std::unexpected(opened.error());
  std::string channel = get_string(get_object(*opened, "channel"), "id");
  remember(direct_, place, channel);
  co_return channel;
}

// A post that may be there is looked for by its metadata before it is sent again.
asio::awaitable<Result<std::string>> Messages::find_posted(const Delivery& delivery) {
  const bool thread = !delivery.place.thread.empty();
  net::Headers arguments{
      {"channel", delivery.place.channel}, {"limit", std::to_string(kLookBack)}, {"include_all_metadata", "true"}};
  if (thread) arguments.emplace_back("ts", delivery.place.thread);
  auto reply = co_await api_.call(thread ? "conversations.replies" : "conversations.history", std::move(arguments));
  if (!reply) co_return std::unexpected(reply.error());
  for (const auto& message : get_array(*reply, "messages"))
    if (get_string(get_object(get_object(message, "metadata"), "event_payload"), "nonce") == delivery.nonce)
      co_return get_string(message, "ts");
  co_return std::string();
}

asio::awaitable<Result<Delivered>> Messages::post(Delivery delivery) {
  if (delivery.may_be_there) {
    auto there = co_await find_posted(delivery);
    if (!there && !is_token_trouble(there.error())) co_return std::unexpected(there.error());
    if (there && !there->empty()) {
      delivery.remote_id = std::move(*there);
      co_return co_await update(std::move(delivery));
    }
  }
  Drawing drawing = draw(delivery.document, delivery.nonce, mentionable_);
  const Json metadata = {{"event_type", kMetadata}, {"event_payload", {{"nonce", delivery.nonce}}}};
  net::Headers arguments{
      {"channel", delivery.place.channel}, {"text", drawing.text},    {"blocks", canonical(drawing.blocks)},
      {"metadata", canonical(metadata)},   {"unfurl_links", "false"}, {"unfurl_media", "false"}};
  if (!delivery.place.thread.empty()) arguments.emplace_back("thread_ts", delivery.place.thread);
  auto posted = co_await api_.call("chat.postMessage", std::move(arguments));
  if (!posted) {
    if (is_closed_to_us(posted.error())) co_await say_not_here(delivery.place.channel);
    co_return std::unexpected(posted.error());
  }
  const std::string ts = get_string(*posted, "ts");
  if (!delivery.place.thread.empty()) note_active(delivery.place.channel, delivery.place.thread);
  if (delivery.document.working)
    note(unfinished_, delivery.place.channel + "/" + ts);
  else
    attach(delivery.document, std::move(drawing), delivery.place.channel,
           delivery.place.thread.empty() ? ts : delivery.place.thread);
  co_return Delivered{.remote_id = ts};
}

asio::awaitable<Result<Delivered>> Messages::update(Delivery delivery) {
  const std::string key = delivery.place.channel + "/" + delivery.remote_id;
  const Duration now = clock_.steady();
  if (const auto it = updated_at_.find(key);
      it != updated_at_.end() && delivery.document.working && now - it->second < kUpdateEvery)
    co_return std::unexpected(Error{.kind = ErrorKind::kRateLimited,
                                    .what = "A message is changed once in three seconds.",
                                    .code = "paced",
                                    .retry_after = kUpdateEvery - (now - it->second)});
  remember(updated_at_, key, now);
  Drawing drawing = draw(delivery.document, delivery.nonce + std::to_string(now.count()), mentionable_);
  auto updated = co_await api_.call("chat.update", {{"channel", delivery.place.channel},
                                                    {"ts", delivery.remote_id},
                                                    {"text", drawing.text},
                                                    {"blocks", canonical(drawing.blocks)}});
  if (!updated) {
    // A change of a known message may be made twice: it is the same change.
    if (updated.error().kind == ErrorKind::kUnknown) updated.error().kind = ErrorKind::kTransient;
    co_return std::unexpected(updated.error());
  }
  if (!delivery.document.working && unfinished_.erase(key) > 0)
    attach(delivery.document, std::move(drawing), delivery.place.channel,
           delivery.place.thread.empty() ? delivery.remote_id : delivery.place.thread);
  co_return Delivered{.remote_id = delivery.remote_id};
}

// Seen by one person; can't be changed later. Where the person is not in the channel, a direct message. A thread
// without replies would hide it: then it stands in the channel.
asio::awaitable<Result<Delivered>> Messages::post_private(Delivery delivery) {
  const std::string channel = delivery.place.channel;
  if (!is_user(channel)) {
    const Drawing drawing = draw(delivery.document, delivery.nonce, mentionable_);
    net::Headers arguments{{"channel", channel},
                           {"user", delivery.only_for},
                           {"text", drawing.text},
                           {"blocks", canonical(drawing.blocks)}};
    if (active_.contains(channel + "/" + delivery.place.thread))
      arguments.emplace_back("thread_ts", delivery.place.thread);
    auto posted = co_await api_.call("chat.postEphemeral", std::move(arguments));
    if (posted) co_return Delivered{.remote_id = get_string(*posted, "message_ts", "ephemeral")};
    if (posted.error().kind != ErrorKind::kNotFound && posted.error().code != "user_not_in_channel")
      co_return std::unexpected(posted.error());
    delivery.place.thread.clear();
  }
  auto direct = co_await channel_of(delivery.only_for);
  if (!direct) co_return std::unexpected(direct.error());
  delivery.place.channel = std::move(*direct);
  co_return co_await post(std::move(delivery));
}

asio::awaitable<void> Messages::say_not_here(std::string channel) {
  const auto found = responses_.find(channel);
  if (found == responses_.end() || clock_.steady() - found->second.at > kResponseLives ||
      ++found->second.uses > kResponseUses)
    co_return;
  auto said = co_await api_.respond(found->second.url, {{"response_type", "ephemeral"}, {"text", kNotHere}});
  if (!said) spdlog::warn("Slack: an answer could not be given where it was asked: {}", said.error().what);
}

// Beside the message, in its thread: charts as pictures, and what did not fit as a file. Cards change too often for
// that.
void Messages::attach(const Document& document, Drawing drawing, std::string channel, std::string thread) {
  auto attachments = attachments_of(document, std::move(drawing));
  if (attachments.empty()) return;
  asio::co_spawn(
      loop_,
      add_files(shared_from_this(), std::move(attachments),
                {.connector = {}, .workspace = {}, .channel = std::move(channel), .thread = std::move(thread)}),
      asio::detached);
}

asio::awaitable<void> Messages::add_files(std::shared_ptr<Messages> self, std::vector<Attachment> files, Place to) {
  co_await self->files_.add(std::move(files), to.channel, to.thread);
}

}  // namespace apiops::slack
