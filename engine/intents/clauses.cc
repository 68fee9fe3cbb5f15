#include "engine/intents/clauses.h"

#include <re2/re2.h>

#include "engine/base/text.h"

namespace apiops {

namespace {

// A request stands after these; the mark itself belongs to neither part.
const RE2& ends() {
  static const RE2 kEnd(
      R"((?:[.!?;\n]+(?:\s|$)|\s-{1,2}\s|\s?\.\.+\s?|\bso please\b|\band then\b|\bthen please\b|(?:^|\s)and (?:also )?please\b|\bplease\b|\bthanks?(?: you)?\b|\s=>?\s|\s->\s|\) ))");
  return kEnd;
}

// So it does after these, but what stands before goes on: "release these: _phone_ and _phone_".
const RE2& pauses() {
  static const RE2 kPause(R"((?:,? (?:so|and|but) |[,:] ))");
  return kPause;
}

// "could you please go ahead and …": who is asked, and how nicely, changes nothing.
std::string_view without_politeness(std::string_view clause) {
  static const RE2 kPolite(
      R"(^(?:(?:please|hey|hi|hello|morning|good morning|good afternoon|yo|oi|ok|okay|so|well|and|then|now|also|just|right|thanks|cheers|quick|quickly|kindly|actually|alright|sure|yes|yeah|yep|great|cool|perfect|hmm|ah|oh|sorry|btw|fyi|urgent|urgently|asap|next|first|finally|apiops|bot|folks|team|everyone|guys|mate|dear|go ahead and|go on and|go and|go ahead|lets|let's|let us|i want you to|i would like you to|i'd like you to|i need you to|i need someone to|need you to|can you|could you|would you|will you|can u|could u|can we|could we|can someone|could someone|can anyone|could anyone|can somebody|could somebody|can i|could i|may i|might you|we need to|i need to|we have to|we want to|i want to|i wanna|we wanna|i'd like to|we'd like to|i would like to|we would like to|i'd love to|want to|need to|would like to|we can|you can|you may|you could|you must|you have to|we must|we gotta|gotta|have to|time to|it's time to|it is time to|feel free to|would you mind|do you mind|mind|would you be able to|are you able to|would you be so kind (?:as )?to|be so kind (?:as )?to|be a dear and|be a star and|from now on|from today|as of now|starting now|let the bot|have the bot|the bot should|i'd like you|is there any chance you could|any chance you could|any chance you can|any chance we could|any chance we can|any chance to|would it be possible to|is it possible to get you to|if you could|if possible|if you can|if you don't mind|if you would|if you get a chance|when you get a chance|when you get a moment|when you get a minute|when you have a moment|when you have a minute|when you have time|when you can|at your convenience|do me a favou?r and|help me to|help us to|i think it's time to|could i ask you to|can i ask you to|try to|make sure to|make sure you|be sure to|remember to|immediately|simply|proceed to|proceed and|you should go ahead and|it'd be great if you could|it would be great if you could|would be great if you could|would appreciate it if you could|i'd appreciate it if you could)(?:\b|$)[,:]?\s*)+)");
  re2::StringPiece rest(clause.data(), clause.size());
  RE2::Consume(&rest, kPolite);
  return trim(std::string_view(rest.data(), rest.size()));
}

bool is_thing(const Value& value) {
  return value.kind != "period" && value.kind != "until" && value.kind != "money" && value.kind != "url" &&
         value.kind != "email" && value.kind != "person" && value.kind != "channel" && value.kind != "event";
}

// "delete it": the last thing that was named before, where the clause names none.
void name_pronoun(std::string& clause, const Reduced& message, std::size_t begin) {
  static const RE2 kPronoun(R"(^((?:\w+ ){1,3}?)(?:it|that one|this one|them|those|these|that|this)\b)");
  static const RE2 kThing(R"(_(?:[a-oq-z]|p[a-df-z]|pe[a-qs-z])[a-z]*_)");  // any value but a _period_
  if (RE2::PartialMatch(clause, kThing)) return;
  const Value* thing = nullptr;
  for (const auto& value : message.values)
    if (value.at < begin && is_thing(value)) thing = &value;
  if (thing) RE2::Replace(&clause, kPronoun, "\\1_" + thing->kind + "_");
}

// "can _x_ be archived" → "archive _x_"; "canceling _x_" after "would you mind" → "cancel _x_".
void put_as_request(std::string& clause, const std::string& text, std::size_t begin, const Lexicon& lexicon) {
  static const RE2 kPassive(
      R"(^(?:(?:can|could|would|may) )?((?:\S+ ){0,4}?_[a-z]+_(?:,? (?:and )?_[a-z]+_)*)(?:,)? (?:please |needs to |need to |must |has to |have to |can |to )*be (\w+ed)\b(.*)$)"),
      kWished(
          R"(^(?:i'd like|i would like|we'd like|i want|we want|i need|we need|want|need|have|get) ((?:\S+ ){0,3}?_[a-z]+_(?:,? (?:and )?_[a-z]+_)*) (\w+ed)\b(.*)$)"),
      kGoing(R"(^(\w+ing)\b)");
  std::string things, verb, rest;
  if (RE2::FullMatch(clause, kPassive, &things, &verb, &rest) ||
      RE2::FullMatch(clause, kWished, &things, &verb, &rest)) {
    clause = lexicon.as_request(verb) + " " + things + rest;
  } else if (RE2::PartialMatch(clause, kGoing, &verb) && std::string_view(text).substr(0, begin).ends_with("mind ")) {
    clause.replace(0, verb.size(), lexicon.as_request(verb));
  }
}

void add(Reduced& message, std::size_t begin, std::size_t end, const Lexicon& lexicon) {
  const std::string_view said = without_politeness(trim(std::string_view(message.text).substr(begin, end - begin)));
  if (said.empty() || message.clauses.size() == kMostClauses) return;
  const auto at = static_cast<std::size_t>(said.data() - message.text.data());
  std::string clause(said);
  name_pronoun(clause, message, at);
  put_as_request(clause, message.text, at, lexicon);
  message.reworded = message.reworded || clause != said;
  message.begins.push_back(at);
  message.clauses.push_back(std::move(clause));
}

// Calls `take(begin, end)` for each part of [from, to) between the places where `mark` is found.
template <typename Take>
void each_part(const std::string& text, std::size_t from, std::size_t to, const RE2& mark, Take take) {
  std::size_t begin = from, at = from;
  re2::StringPiece found;
  while (at < to && mark.Match(text, at, to, RE2::UNANCHORED, &found, 1)) {
    const auto start = static_cast<std::size_t>(found.data() - text.data());
    if (start > begin) take(begin, start);
    begin = start + found.size();
    at = found.empty() ? begin + 1 : begin;
  }
  if (begin < to) take(begin, to);
}

}  // namespace

void split_clauses(Reduced& message, const Lexicon& lexicon) {
  each_part(message.text, 0, message.text.size(), ends(), [&](std::size_t begin, std::size_t end) {
    each_part(message.text, begin, end, pauses(),
              [&](std::size_t from, std::size_t) { add(message, from, end, lexicon); });
  });
}

}  // namespace apiops
