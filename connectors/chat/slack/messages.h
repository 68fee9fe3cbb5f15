// The way out: posts, edits and private messages, in Slack's terms. Loop thread only; api, clock and loop outlive it.
#pragma once

#include <asio/io_context.hpp>
#include <map>
#include <memory>
#include <set>
#include <string>

#include "connectors/chat/slack/draw.h"
#include "connectors/chat/slack/files.h"
#include "connectors/chat/slack/web_api.h"
#include "engine/ports/chat_port.h"

namespace apiops::slack {

inline constexpr Duration kUpdateEvery = std::chrono::seconds(3);  // of one message while it changes
inline constexpr std::size_t kMaxRemembered = 10'000;              // threads, messages, people; then it starts anew
inline constexpr Duration kResponseLives = std::chrono::minutes(30);
inline constexpr int kResponseUses = 5;

// At most kMaxRemembered are kept; what was forgotten costs a call, never a wrong answer.
template <typename Map, typename Key, typename Value>
void remember(Map& map, Key&& key, Value&& value) {
  if (map.size() >= kMaxRemembered) map.clear();
  map[std::forward<Key>(key)] = std::forward<Value>(value);
}

class Messages : public std::enable_shared_from_this<Messages> {
 public:
  Messages(asio::io_context& loop, WebApi& api, net::HttpClient& http, Clock& clock)
      : loop_(loop), api_(api), clock_(clock), files_(api, http) {}

  asio::awaitable<Result<Delivered>> deliver(Delivery delivery);
  void set_mentionable(Mentionable mentionable) { mentionable_ = std::move(mentionable); }
  // The thread has replies: what only one person sees shows up in there.
  void note_active(const std::string& channel, const std::string& thread) { note(active_, channel + "/" + thread); }
  // Where a command came from we may not be allowed to post; its address takes a few words all the same.
  void note_response(const std::string& channel, std::string url) {
    remember(responses_, channel, Response{std::move(url), clock_.steady(), 0});
  }

 private:
  struct Response {
    std::string url;  // a credential: memory only
    Duration at{0};
    int uses = 0;
  };
  static void note(std::set<std::string>& set, std::string key) {
    if (set.size() >= kMaxRemembered) set.clear();
    set.insert(std::move(key));
  }
  asio::awaitable<Result<Delivered>> post(Delivery delivery);
  asio::awaitable<Result<Delivered>> update(Delivery delivery);
  asio::awaitable<Result<Delivered>> post_private(Delivery delivery);
  asio::awaitable<Result<std::string>> find_posted(const Delivery& delivery);
  asio::awaitable<Result<std::string>> channel_of(std::string place);
  asio::awaitable<void> say_not_here(std::string channel);
  void attach(const Document& document, Drawing drawing, std::string channel, std::string thread);
  static asio::awaitable<void> add_files(std::shared_ptr<Messages> self, std::vector<Attachment> files, Place to);

  asio::io_context& loop_;
  WebApi& api_;
  Clock& clock_;
  Files files_;
  Mentionable mentionable_;
  std::set<std::string> active_;                // "channel/thread"
  std::set<std::string> unfinished_;            // "channel/ts" of answers that were posted while they were worked on
  std::map<std::string, Duration> updated_at_;  // of messages that change, by "channel/ts"
  std::map<std::string, std::string> direct_;   // user → channel of the direct messages
  std::map<std::string, Response> responses_;   // by channel
};

}  // namespace apiops::slack
