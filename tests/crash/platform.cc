#include "tests/crash/platform.h"

#include <algorithm>
#include <nlohmann/json.hpp>

namespace apiops::crash {

std::string Platform::say(const std::string& user, const std::string& text) {
  const std::string id = "m" + std::to_string(++next_);
  happenings_.push_back(
      {id, user, "message", {{"key", id}, {"kind", "message"}, {"user", user}, {"text", text}, {"message", id}}});
  to_deliver_.push_back(id);
  return id;
}

std::string Platform::click(const std::string& user, const Message& card, const std::string& token) {
  const std::string id = "c" + std::to_string(++next_);
  happenings_.push_back({id,
                         user,
                         "click",
                         {{"key", id},
                          {"kind", "click"},
                          {"user", user},
                          {"token", token},
                          {"message", card.remote_id},
                          {"thread", card.thread}}});
  to_deliver_.push_back(id);
  return id;
}

void Platform::deliver_again(const std::string& key) { to_deliver_.push_back(key); }

void Platform::deliver_all_open(Line& agent) {
  to_deliver_.clear();
  for (const auto& happening : happenings_)
    if (!happening.acknowledged) agent.say({{"event", happening.event}});
}

void Platform::deliver_new(Line& agent) {
  for (const auto& key : to_deliver_)
    for (const auto& happening : happenings_)
      if (happening.key == key) agent.say({{"event", happening.event}});
  to_deliver_.clear();
}

void Platform::take(const Json& what, Line& agent) {
  if (what.contains("ack"))
    for (auto& happening : happenings_)
      if (happening.key == get_string(what, "ack")) happening.acknowledged = true;
  if (!what.contains("deliver")) return;
  std::string id = get_string(what, "remote_id");
  const std::string nonce = get_string(what, "nonce");
  if (id.empty()) {
    // The platform knows a nonce for a while: the same message is not posted twice.
    const auto known = by_nonce_.find(nonce);
    if (known != by_nonce_.end() && !what.at("may_be_there").get<bool>()) ++twice_;
    id = known != by_nonce_.end() ? known->second : "r" + std::to_string(++next_);
    by_nonce_[nonce] = id;
  }
  messages_[id] = {id, nonce, get_string(what, "only_for"), get_string(what, "thread"), what.at("document")};
  agent.say({{"delivered", what.at("deliver")}, {"remote_id", id}});
}

const Message* Platform::card() const {
  for (const auto& [id, message] : messages_)
    if (get_string(message.document, "card") == "plan") return &message;
  return nullptr;
}

std::string Platform::aside() const {
  const Message* shown = card();
  return shown ? get_string(shown->document, "aside") : "";
}

std::vector<std::string> Platform::tokens(const std::string& label) const {
  std::vector<std::string> found;
  if (const Message* shown = card())
    for (const auto& button : get_array(shown->document, "buttons"))
      if (get_string(button, "label") == label) found.push_back(get_string(button, "token"));
  return found;
}

bool Platform::answered(const std::string& user) const {
  return std::ranges::any_of(messages_, [&user](const auto& entry) { return entry.second.only_for == user; });
}

std::string Platform::titles() const {
  std::string all;
  for (const auto& [id, message] : messages_) all += "[" + get_string(message.document, "title") + "]";
  return all;
}

}  // namespace apiops::crash
