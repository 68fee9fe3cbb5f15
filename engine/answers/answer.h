// A question's answer: from an understood question to a document. Each question is one file in this folder and one line
// in questions.cc. Answers read; they never change anything.
#pragma once

#include <asio/awaitable.hpp>
#include <functional>
#include <map>
#include <span>
#include <string>
#include <vector>

#include "engine/base/clock.h"
#include "engine/base/document.h"
#include "engine/errors/catalogue.h"
#include "engine/intents/periods.h"
#include "engine/masking/gate.h"
#include "engine/ports/service_adapter.h"
#include "engine/ports/store.h"

namespace apiops {

struct Question {
  std::string intent;
  Json slots;
  std::string zone = "UTC";  // of the person who asks
  Time now{};
};

// Shows what is known so far; the message is edited in place.
class Progress {
 public:
  virtual ~Progress() = default;
  virtual asio::awaitable<void> show(Document so_far) = 0;
  virtual bool cancelled() const { return false; }  // by the person who asked
};
inline constexpr std::string_view kCancelReading = "cancel_reading";  // the button's action

// What an answer may look at.
struct Senses {
  std::span<ServiceAdapter* const> services;
  const ErrorCatalogue& errors;
  Store& store;
  Clock& clock;
  const MaskingGate& gate;
};

inline constexpr std::size_t kTableRows = 1000;  // of one table; the conversation shows them in pieces

struct Answer {
  Document document;
  Json memory = Json::object();  // "resource": the last thing shown, for "show it" and "undo that"
};

using AnswerFunction = asio::awaitable<Answer> (*)(Question question, Senses& senses, Progress& progress);

// By intent's name; null where this build has no answer to it.
AnswerFunction answer_to(std::string_view intent);

// Shared by answers:

// What a slot holds: one value, or several.
std::vector<std::string> slot_values(const Question& question, std::string_view slot);
// The services that the question is about: those named, else all that are configured.
std::vector<ServiceAdapter*> services_asked(const Question& question, const Senses& senses);
// "twilio" as "Twilio" where it is known.
std::string title_of(const Senses& senses, std::string_view service);
// The period asked for, or the last 24 hours.
NamedPeriod period_asked(const Question& question);
// An error as one line of a document: what happened, what it means, what to do.
Line trouble_line(std::string_view service_title, const Error& error);
Document sentence(std::string text, Tone tone = Tone::kPlain);
// A button that asks something, as the person would have typed it.
Button ask_button(std::string label, std::string intent, Json slots, std::string text, Tone tone = Tone::kPlain);

// "Scanned 3,104 messages, 1 batch." What was looked through to find them, and whether that was all.
std::string scanned_words(const std::map<std::string, long long>& scanned, bool cut);

}  // namespace apiops
