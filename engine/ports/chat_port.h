// A chat platform, seen from the engine. A connector implements ChatPort (the way out) and calls ChatSink (the way in).
#pragma once

#include <asio/awaitable.hpp>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "engine/base/document.h"
#include "engine/base/result.h"
#include "engine/base/time.h"

namespace apiops {

// Where something is said. Thread is empty for a message in the channel itself.
struct Place {
  std::string connector;  // "console", "slack", "discord"
  std::string workspace;  // "main" for the console
  std::string channel;    // "#ops", "@ben" for a direct message, "#alerts"
  std::string thread;     // id of the thread's first message
  friend bool operator==(const Place&, const Place&) = default;
  friend auto operator<=>(const Place&, const Place&) = default;
};

// Who speaks, as the platform vouches for it. Names and e-mails prove nothing and are not in here.
struct Identity {
  std::string platform, workspace, user;
  std::string kind = "member";  // member, guest, external, bot, deactivated, unverified
  friend bool operator==(const Identity&, const Identity&) = default;
};

// What a platform delivered, reduced to what the engine needs.
struct InboundEvent {
  // "message", "command" (seen by nobody else: the answer quotes it), "click", "pasted" (to be diagnosed), "invited"
  // (the agent was), "overheard" (said where it is listened to, to nobody in particular: not answered if not
  // understood)
  std::string kind;
  std::string key;       // unique for the connector and workspace: the platform's event id
  std::string text_key;  // (channel, ts) of user text where the platform delivers it twice; else empty
  Place place;           // for a click: of the message that was clicked
  std::string message;   // platform's id of the message (a click's message; a message's own)
  Identity identity;
  std::string text;   // a message's text as the platform sent it
  std::string token;  // a click's token
  std::string typed;  // what was typed with the click (a reason), or empty
};

struct ReceiveOutcome {
  enum class Kind { kNew, kDuplicate, kFull } kind = Kind::kNew;
  std::string id;  // of the inbox row
};

// One message of a place's history, oldest first: what a page shows after a reload.
struct HistoryItem {
  std::string id;  // thread id where it starts a thread
  Place place;
  std::string person;  // empty: the agent
  std::string text;    // a person's words
  std::optional<Document> document;
  std::string only_for;  // a private answer's user, or empty
  Time at{};
};

// The engine's ear. Safe to call from the loop's thread only.
class ChatSink {
 public:
  virtual ~ChatSink() = default;
  // Stores the event; the connector acknowledges to the platform after this returned.
  virtual asio::awaitable<Result<ReceiveOutcome>> receive(InboundEvent event) = 0;
  virtual asio::awaitable<Result<std::vector<HistoryItem>>> history(Place place, std::string user,
                                                                    std::size_t limit) = 0;
};

// One wanted message, to be posted (remote_id empty) or brought up to date.
struct Delivery {
  Place place;
  std::string remote_id;
  std::string nonce;          // the same for all tries to post one message
  Document document;          // masked
  std::string only_for;       // a user: a private answer in that place; empty: for all
  bool may_be_there = false;  // an earlier try to post it may have arrived: look for the nonce first
};
struct Delivered {
  std::string remote_id;
};

inline constexpr std::size_t kAnyNumber = static_cast<std::size_t>(-1);

class ChatPort {
 public:
  virtual ~ChatPort() = default;
  virtual std::string_view name() const = 0;
  // How many messages of one channel may be on their way. Fewer where the platform takes them slowly: what can't go yet
  // waits in the store, where it holds up no other channel.
  virtual std::size_t at_once_in_channel() const { return kAnyNumber; }
  // kUnknown: may have gone out. kUnavailable: not connected now, try later.
  virtual asio::awaitable<Result<Delivered>> deliver(Delivery delivery) = 0;
  // Who that is, as the platform says now: the identity with its kind. Asked before anything is done for a person.
  virtual asio::awaitable<Identity> vouch(Identity identity) { co_return identity; }
};

}  // namespace apiops
