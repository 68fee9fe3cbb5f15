// The chat platform that the driver plays: it keeps what was posted, delivers what people do until it is acknowledged,
// and delivers it again to the next life of the agent.
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "tests/crash/shared.h"

namespace apiops::crash {

struct Message {
  std::string remote_id, nonce, only_for, thread;
  Json document;
};

struct Happening {
  std::string key, user, kind;
  Json event;
  bool acknowledged = false;
};

class Platform {
 public:
  // A person says something, or clicks; delivered until it is acknowledged. Returns its key.
  std::string say(const std::string& user, const std::string& text);
  std::string click(const std::string& user, const Message& card, const std::string& token);
  // The same event once more, whatever became of the first (a redelivery).
  void deliver_again(const std::string& key);
  // Everything that is not acknowledged, to an agent that was just born.
  void deliver_all_open(Line& agent);
  void deliver_new(Line& agent);

  // What the agent wants: posts and edits. Answers it.
  void take(const Json& what, Line& agent);

  // The card of the plan: the first message that shows one. Null before it is there.
  const Message* card() const;
  std::string aside() const;  // of the card
  std::vector<std::string> tokens(const std::string& kind_label) const;
  // A private answer to this person, or any answer in the thread of what they said.
  bool answered(const std::string& user) const;
  std::string titles() const;  // of all messages, for a report
  int cards_posted_twice() const { return twice_; }
  const std::vector<Happening>& happenings() const { return happenings_; }

 private:
  std::vector<Happening> happenings_;
  std::vector<std::string> to_deliver_;
  std::map<std::string, Message> messages_;      // by remote id
  std::map<std::string, std::string> by_nonce_;  // nonce → remote id
  int next_ = 0, twice_ = 0;
};

}  // namespace apiops::crash
