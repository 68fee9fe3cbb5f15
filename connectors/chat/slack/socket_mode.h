// Slack's Socket Mode: some sockets to Slack, each replaced before it ends (facts on Slack, sections 2 to 5). One slot
// for each socket: URL → dial → hello → ready → draining. A slot is one coroutine, so it never dials twice. Loop thread
// only; api, clock and random outlive it.
#pragma once

#include <asio/io_context.hpp>
#include <functional>
#include <list>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "connectors/chat/slack/web_api.h"
#include "connectors/net/websocket_client.h"
#include "engine/base/random.h"
#include "engine/base/signal.h"

namespace apiops::slack {

inline constexpr int kMaxSockets = 4;  // Slack allows 10 an app; each of ours may have one that is draining beside it
inline constexpr std::size_t kMaxFrame = 1u << 20;  // bytes; a larger one closes the socket (1009)
inline constexpr std::size_t kMaxAck = 20'000;      // bytes: above 20 KiB Slack drops the frame silently
inline constexpr Duration kHelloPatience = std::chrono::seconds(10);
inline constexpr Duration kDrainPatience = std::chrono::seconds(15);
inline constexpr Duration kStable = std::chrono::seconds(60);  // ready that long: the next failure starts anew
inline constexpr Duration kFirstBackoff = std::chrono::seconds(1), kMostBackoff = std::chrono::seconds(60);
inline constexpr Duration kFirstLongBackoff = std::chrono::seconds(30), kMostLongBackoff = std::chrono::minutes(5);
inline constexpr Duration kMostOfflineBackoff =
    std::chrono::seconds(6);                                         // no byte reached Slack: it costs nobody a call
inline constexpr Duration kTokenBackoff = std::chrono::seconds(60);  // a refused token: at most one try a minute
inline constexpr Duration kMostConnectionTime = std::chrono::hours(2);
inline constexpr int kRefusalsUntilAlarm = 3;
// Slack counts sockets that are not ours. Ghosts of a process that died go by themselves; another copy of the app takes
// a part of the messages. A fresh socket, soon, shows which it is.
inline constexpr Duration kGhostsLive = std::chrono::minutes(5);
inline constexpr Duration kCountAgainSoon = std::chrono::minutes(1), kCountAgainLate = std::chrono::minutes(10);
inline constexpr std::size_t kMaxInFlight = 2'000;  // envelopes not yet acknowledged; above it nothing more is read

struct SocketSettings {
  int sockets = 2;
  Duration ping = std::chrono::seconds(10);  // dead after two without any sign of life
  std::string ca_file;
};

struct Envelope {
  std::string id, type;
  Json payload;
  bool takes_payload = false;
  int retry = 0;
};
// Called once with what to answer: null for a bare acknowledgement; not called where it could not be stored (Slack
// sends the envelope again).
using Acknowledge = std::function<void(Json)>;

// How the connection stands, for doctor, health and people.
struct SocketState {
  std::size_t ready = 0;          // sockets that said hello and are open
  std::string trouble;            // why none is, or empty
  std::string crowd;              // somebody else's sockets take a part of the messages, or empty
  bool stopped_by_slack = false;  // a person has to act: token, Socket Mode switched off
  long long frames_skipped = 0;   // not JSON, unknown types
  long long connections = 0;      // hellos so far
  std::optional<Time> last_envelope;
};

class SocketMode {
 public:
  using Handler = std::function<void(Envelope, Acknowledge)>;
  SocketMode(asio::io_context& loop, WebApi& api, Clock& clock, Random& random, SocketSettings settings,
             Handler handler);
  ~SocketMode();

  void start();
  void stop();  // closes with 1000; nothing is read any more
  bool over() const;
  const SocketState& state() const;
  // Told when something happened that a person should know, and when it is over; at most once for each change.
  void on_trouble(std::function<void(const std::string&)> told);
  void on_crowd(std::function<void(const std::string&)> told);  // the same for SocketState::crowd

 private:
  struct Core;
  std::shared_ptr<Core> core_;
};

}  // namespace apiops::slack
