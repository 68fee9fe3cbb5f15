// The simulated Slack workspace: the Web API on one port, Socket Mode and a small web view on another. People write,
// click and submit through act(), by hand over /__sandbox/slack or in the web view. Envelopes that are not acknowledged
// within 3 s come again, as Slack's do. Loop thread only.
#pragma once

#include <asio/io_context.hpp>
#include <asio/steady_timer.hpp>
#include <deque>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "connectors/net/http_server.h"
#include "connectors/net/websocket_server.h"
#include "connectors/sandbox/slack/rights.h"
#include "connectors/sandbox/world.h"
#include "engine/base/json.h"

namespace apiops::sandbox::slack {

inline constexpr Duration kAckDeadline = std::chrono::seconds(3);
inline constexpr int kMaxRetries = 3;
inline constexpr std::size_t kMaxAckBytes = 20'480;  // at or above it the frame is lost without a word
inline constexpr std::size_t kMaxAppSockets = 10;
inline constexpr std::size_t kKeptAckTimes = 200'000;
inline constexpr std::size_t kKeptMessages = 30'000;

struct Message {
  std::string channel, ts, thread, user, text, only_for;
  Json blocks, metadata, files;
  bool by_app = false, edited = false, deleted = false;
};

class SlackSide {
 public:
  SlackSide(asio::io_context& loop, World& world, unsigned short socket_port);
  ~SlackSide();

  std::string bot_token() const;
  std::string app_token() const;
  unsigned short socket_port() const;
  asio::awaitable<net::ServerReply> handle(const net::ServerRequest& request);
  void set_api_url(std::string url) { api_url_ = std::move(url); }

  // What a person, or Slack itself, does; see the table in slack_acts.cc. The answer says what came of it.
  Json act(const Json& what);
  Json state() const;

 private:
  struct Waiting {
    std::string text;  // of the envelope
    Json envelope;
    int tries = 0;
    Duration due{0};
    std::chrono::steady_clock::time_point sent{};
  };
  using Method = net::ServerReply (SlackSide::*)(const net::Headers&);
  static const std::map<std::string, Method>& methods();

  // Web API (slack_methods.cc)
  net::ServerReply auth_test(const net::Headers& a);
  net::ServerReply open_connection(const net::Headers& a);
  net::ServerReply post_message(const net::Headers& a);
  net::ServerReply post_ephemeral(const net::Headers& a);
  net::ServerReply update(const net::Headers& a);
  net::ServerReply remove(const net::Headers& a);
  net::ServerReply permalink(const net::Headers& a);
  net::ServerReply channel_info(const net::Headers& a);
  net::ServerReply channel_list(const net::Headers& a);
  net::ServerReply history(const net::Headers& a);
  net::ServerReply replies(const net::Headers& a);
  net::ServerReply open_direct(const net::Headers& a);
  net::ServerReply user_info(const net::Headers& a);
  net::ServerReply group_list(const net::Headers& a);
  net::ServerReply group_users(const net::Headers& a);
  net::ServerReply open_view(const net::Headers& a);
  net::ServerReply publish_view(const net::Headers& a);
  net::ServerReply upload_url(const net::Headers& a);
  net::ServerReply complete_upload(const net::Headers& a);
  net::ServerReply react(const net::Headers& a);
  net::ServerReply call(const std::string& method, const net::ServerRequest& request);
  net::ServerReply take_file(const net::ServerRequest& request);
  net::ServerReply give_file(const std::string& id) const;
  net::ServerReply yes(Json body = Json::object()) const;
  net::ServerReply no(const std::string& word, Json body = Json::object()) const;
  std::set<std::string> granted() const;  // scopes
  std::string word_against_post(const net::Headers& a, bool changes) const;
  Message* find(const std::string& channel, const std::string& ts);
  Json message_json(const Message& m, bool metadata) const;
  Message& add(Message message);
  std::string next_ts();
  std::string fresh(const char* prefix);

  // What people do (slack_acts.cc)
  Json say(const Json& what);
  Json click(const Json& what);
  Json submit(const Json& what);
  Json command(const Json& what);
  Json shortcut(const Json& what);
  Json invite(const Json& what);
  Json flood(const Json& what);
  Json count(const Json& what);
  Json open_home(const Json& what);
  Json raw(const Json& what);
  Json socket(const Json& what);
  Json knob(const Json& what);
  Json person_json(const std::string& user) const;
  std::string trigger();

  // Sockets (slack_sockets.cc)
  void start_sockets(unsigned short port);
  std::string send_envelope(const std::string& type, Json payload, bool takes_payload);
  void deliver(const std::string& id);
  void on_frame(net::SocketId socket, const std::string& text);
  void look_for_unacknowledged();
  void show_views();

  asio::io_context& loop_;
  World& world_;
  std::unique_ptr<net::WebsocketServer> server_;
  std::unique_ptr<asio::steady_timer> timer_;
  std::string api_url_;
  std::vector<net::SocketId> sockets_;  // of the app, in order of their hello
  std::set<net::SocketId> viewers_;     // of the web view
  std::set<std::string> tickets_;
  std::map<std::string, Waiting> waiting_;
  std::deque<Message> messages_;
  struct File {
    std::string name, bytes;
  };
  std::map<std::string, File> files_;
  std::map<std::string, std::string> triggers_;  // user by trigger
  std::map<std::string, Json> views_;            // open forms and home tabs, by id or "home/" + user
  Limits limits_;
  std::deque<double> ack_millis_;  // from the last sending to the acknowledgement
  Json acks_ = Json::array(), knobs_ = Json::object();
  std::map<std::string, long long> calls_;  // by method
  std::size_t next_socket_ = 0;
  long long counter_ = 0, acknowledged_ = 0, redelivered_ = 0, event_ = 0, limited_ = 0;
  bool quiet_ = false;  // answers no ping and reads no frame: a dead link
};

inline constexpr std::string_view kTeam = "T0DEMO001", kApp = "A0DEMO001", kBotUser = "U0APIOPS1", kBot = "B0APIOPS1";

// Who is in the workspace, and how: full members, a guest, one of another organisation, one that is switched off.
struct Member {
  std::string_view id, name, kind;
};
const std::vector<Member>& members();
struct Channel {
  std::string_view id, name;
  bool app_is_in, archived;
};
const std::vector<Channel>& channels();

}  // namespace apiops::sandbox::slack
