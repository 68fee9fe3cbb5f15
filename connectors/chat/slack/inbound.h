// What Slack delivers, reduced to what the engine needs (facts on Slack, sections 6 and 7). Pure functions: they look
// at a payload and say what it is; nothing is stored or called here.
#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "engine/ports/chat_port.h"

namespace apiops::slack {

// Who we are, as auth.test says.
struct Self {
  std::string team, user, bot, app;
};

struct Inbound {
  enum class Kind {
    kNothing,  // acknowledged and forgotten
    kEvent,    // for the inbox
    kIfOurs,   // a thread's message without a mention: for the inbox where the thread is ours
    kForm,     // a button that asks for words first: open a form
    kHome,     // somebody opened the home tab
    kGone,     // the app was taken out, or its token revoked
  } kind = Kind::kNothing;
  InboundEvent event;
  std::string trigger;          // opens a form within 3 s
  std::string response_url;     // a credential: memory only
  std::string label, question;  // of the form
};

// The button's value: its token, and the question to be asked first, if any.
std::string button_value(const std::string& token, const std::string& question);
inline constexpr std::string_view kFormCallback = "form";  // callback_id of the form that asks for words
inline constexpr std::string_view kShortcutDiagnose = "diagnose_message";
inline constexpr std::size_t kPastedMost = 3'000;  // characters of a message that a shortcut hands over

// Where messages count without a mention.
struct Listening {
  std::vector<std::string> channels;
  std::vector<std::string> words;  // only where one of these stands in the message; empty: all messages
};

// The payload of an envelope of that type ("events_api", "interactive", "slash_commands"). The place of a direct
// message is the person ("@U…"), as it is where the agent writes first.
Inbound read_envelope(const std::string& type, const Json& payload, const Self& self, const Listening& listening);

// The form that asks for words before a click counts.
Json form_view(const Inbound& click);

}  // namespace apiops::slack
