// Slack as a chat platform: events over Socket Mode, messages over the Web API. Loop thread only; sink, http, clock and
// random outlive it.
#pragma once

#include <asio/io_context.hpp>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "connectors/chat/slack/web_api.h"
#include "engine/base/random.h"
#include "engine/ports/chat_port.h"

namespace apiops {

inline constexpr Duration kHomeEvery = std::chrono::seconds(30);      // of one person's home tab
inline constexpr Duration kGroupsEvery = std::chrono::minutes(5);     // user groups are read again
inline constexpr Duration kFullNoteEvery = std::chrono::seconds(10);  // “too much to do” in one channel

struct SlackSettings {
  slack::ApiSettings api;
  int sockets = 2;
  std::vector<std::string> listen;            // channels where messages count without a mention …
  std::vector<std::string> listen_for;        // … that hold one of these words; empty: all of them
  std::map<std::string, std::string> groups;  // user group id → group of the policy
  Duration ping = std::chrono::seconds(10);
};

// A person who belongs to a group of the policy because Slack says so.
struct SlackMember {
  std::string workspace, user;
  std::vector<std::string> groups;  // of the policy
};

struct SlackStatus {
  std::string workspace, team, user;  // ids and the name; empty before auth.test
  std::size_t sockets = 0;
  std::string trouble, crowd;  // what does not work; whose sockets take messages away
  std::string scopes;          // granted, separated by commas
  std::optional<Duration> clock_difference;
  std::optional<Time> last_event;
};

class Slack final : public ChatPort {
 public:
  Slack(asio::io_context& loop, SlackSettings settings, ChatSink& sink, net::HttpClient& http, Clock& clock,
        Random& random);
  ~Slack() override;

  void start();
  asio::awaitable<void> stop();  // sockets are closed in order; at most a second

  std::string_view name() const override { return "slack"; }
  // Slack takes one a second in a channel.
  std::size_t at_once_in_channel() const override;
  asio::awaitable<Result<Delivered>> deliver(Delivery delivery) override;
  asio::awaitable<Identity> vouch(Identity identity) override;

  SlackStatus status() const;
  // Asks who we are, now: what doctor does without a socket …
  asio::awaitable<Status> check();
  // … and one socket, opened and closed: whether Socket Mode is on.
  asio::awaitable<Status> check_socket();
  // A post, an edit and a deletion in that channel.
  asio::awaitable<Status> round_trip(std::string channel);
  // May messages be posted there? An Error says what to do.
  asio::awaitable<Status> check_channel(std::string channel);

  void set_home(std::function<asio::awaitable<Document>(Identity)> home);  // what the home tab shows, masked
  void on_members(std::function<void(std::vector<SlackMember>)> members);  // after each reading of the groups
  void on_ready(std::function<void(const std::string& workspace)> ready);  // once, when we know who we are
  void on_trouble(std::function<void(const std::string&)> told);           // empty: it is over
  void on_crowd(std::function<void(const std::string&)> told);             // sockets of this app that are not ours

 private:
  struct Hub;
  std::shared_ptr<Hub> hub_;
};

}  // namespace apiops
