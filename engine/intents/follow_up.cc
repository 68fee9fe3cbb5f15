#include "engine/intents/follow_up.h"

#include <re2/re2.h>

#include <algorithm>

#include "engine/base/json.h"
#include "engine/base/text.h"
#include "engine/intents/slots.h"

namespace apiops {

namespace {

constexpr std::size_t kMostOtherWords = 2;  // beside the values, in a message that only answers or changes a slot
constexpr std::size_t kShortMessage = 80;   // characters, in which “it” is the last thing that was spoken of
constexpr double kSure = 0.8;

// Says itself that it goes on with what was before.
bool is_marked(const std::string& text) {
  static const RE2 kMarked(
      R"(^(?:and|also|plus|what about|how about|same|ditto|only|just|now|but|then|instead|rather|no|nope|wait|sorry|i meant|i mean|make (?:it|that)|actually|or|with|without|by|per|for|in|from|to|on|at|last|this|since|until|till|show only|the|use|try|change (?:it|that) to|switch to)\b|\b(?:instead|then|as well|too|rather|please)[?.!]?$)");
  return RE2::PartialMatch(text, kMarked);
}

// "same for Twilio", "what about last month": nothing but a follow-up.
bool is_unmistakable(const std::string& text) {
  static const RE2 kSame(
      R"(^(?:and |now |ok |okay )*(?:the )?(?:same|ditto|what about|how about|and (?:for|in|on|by|with|only|the|last|this|since|_)|instead|no,? (?:the|i mean|i meant|make)|i meant?|make (?:it|that)|only|just|by|per)\b|\binstead[?.!]?$|^and\b)");
  return RE2::PartialMatch(text, kSame);
}

// Nothing but values: "+14155550188", "ch_… and ch_…".
bool is_bare(const std::string& text) {
  static const RE2 kBare(
      R"(^(?:(?:from|to|it's|its|number|the|this one|use|for|at|on|no)[,:]? )*_[a-z]+_(?:(?:,| and| or|,? and)? _[a-z]+_)*[.!?]?$)");
  return RE2::FullMatch(text, kBare);
}

// "same thing for messages": the sister question, with the slots that were said.
std::string sister_of(const std::string& intent, const std::string& text) {
  static const RE2 kKind(
      R"(^(?:and |now |ok )*(?:(?:the )?same(?: thing)?(?: again)?|what about|how about|and)(?: (?:for|with|of))? (?:the |our |failed )*(calls|messages|sms|texts|payments|charges|cards)[?.!]?$)");
  std::string kind;
  if (intent != "calls.failed" && intent != "messages.failed" && intent != "payments.failed") return {};
  if (!RE2::PartialMatch(text, kKind, &kind)) return {};
  return kind == "calls"                                              ? "calls.failed"
         : kind == "payments" || kind == "charges" || kind == "cards" ? "payments.failed"
                                                                      : "messages.failed";
}

// The words that are left when values, names of slots and small words are taken away.
std::size_t other_words(std::string text) {
  static const RE2 kSmall(
      R"(\b(?:and|also|what|about|how|the|same|for|only|just|by|per|with|without|in|on|of|from|to|at|then|instead|now|but|show|please|make|it|that|this|these|those|ones?|too|as|well|day|model|project|category|number|numbers|errors?|no|nope|sorry|i|meant?|is|was|be|should|use|try|twilio|openai|stripe|critical|warnings?|sms|mms|voice|day|week|month|area|code|rather|wait|actually|ok|okay|yes|all|them|both|any|last|since|until|till|thanks|me|us|change|switch|again|date|type|it's|that's|local|mobile|toll-?free|things|stuff)\b|_[a-z]+_|[?,.!:;()#'"]|\b\d+\b|\b(?:auth|config|rate_limit|carrier|transient|sort|kind|period|end|now|immediately)\b)");
  RE2::GlobalReplace(&text, kSmall, " ");
  std::size_t count = 0;
  for (const auto word : split(text, ' '))
    if (!trim(word).empty()) ++count;
  return count;
}

void add_to_list(Json& before, const Json& value) {
  for (const auto& item : value)
    if (std::find(before.begin(), before.end(), item) == before.end()) before.push_back(item);
  std::sort(before.begin(), before.end());
}

// Old slots with the new ones in their place. "and with mms" adds to what a list holds.
Json merged(const Json& before, Json slots, const std::string& text) {
  static const RE2 kMore(R"(^(?:and|also|plus|with)\b|\b(?:too|as well|also)[?.!]?$)");
  Json all = before.is_object() ? before : Json::object();
  const bool more = RE2::PartialMatch(text, kMore);
  for (auto& [name, value] : slots.items()) {
    if (more && (name == "capabilities" || name == "events") && all.contains(name) && all[name].is_array() &&
        value.is_array())
      add_to_list(all[name], value);
    else
      all[name] = std::move(value);
  }
  // One thing or the other names what is looked for.
  if (slots.contains("area_code")) all.erase("number");
  if (slots.contains("number") && slots["number"] != "all") all.erase("area_code");
  return all;
}

// "the 628 one": the thing in memory that holds these figures.
Json remembered_with(const std::string& text, const std::string& slot, const std::string& intent, const Json& memory) {
  static const RE2 kFigures(R"(\b(?:the|not|ending (?:in|with)|with)\s+(?:\+)?(\d{2,6})\b)");
  std::string figures;
  if (!RE2::PartialMatch(text, kFigures, &figures) || !memory.is_object()) return nullptr;
  const std::vector<std::string> kinds = kinds_of(slot, intent);
  for (const auto& item : memory.value("offered", Json::array()))
    if (item.is_string() && item.get<std::string>().find(figures) != std::string::npos) return item;
  for (const auto& kind : kinds)
    if (std::string known = get_string(memory, kind); known.find(figures) != std::string::npos) return known;
  return nullptr;
}

}  // namespace

bool leaves_it(const Reduced& message) {
  static const RE2 kLeave(
      R"((?:please )?(?:cancel(?: (?:it|that|this))?|never ?mind|nevermind|forget (?:it|about it|that)|stop|nvm|no thanks|no thank you|leave it|drop it|abort|quit|scratch that|no|nope|skip it|let it be)(?: please)?[.!]*)");
  return RE2::FullMatch(message.text, kLeave);
}

std::optional<Understanding> follow_up(const Reduced& message, const IntentRule& rule, const Context& thread,
                                       bool own) {
  const bool marked = is_marked(message.text), bare = is_bare(message.text);
  if (own && !is_unmistakable(message.text) && !(bare && (rule.change || !thread.asked_for.empty())))
    return std::nullopt;
  if (std::string sister = sister_of(thread.intent, message.text); !sister.empty() && sister != thread.intent) {
    Json kept = Json::object();
    if (thread.slots.contains("period")) kept["period"] = thread.slots["period"];
    return Understanding{.intent = std::move(sister),
                         .slots = std::move(kept),
                         .confidence = kSure,
                         .rule = "follow-up",
                         .candidates = {},
                         .also = {}};
  }
  Json slots = slots_of(rule, message);
  if (!thread.asked_for.empty()) {
    Json answer = answer_for(thread.asked_for, rule, message);
    if (answer.is_null()) answer = remembered_with(message.text, thread.asked_for, rule.name, thread.memory);
    if (!answer.is_null()) slots[thread.asked_for] = std::move(answer);
  }
  for (const auto& slot : rule.slots)
    if (slots.empty() && (slot == "number" || slot == "endpoint" || slot == "resource"))
      if (Json known = remembered_with(message.text, slot, rule.name, thread.memory); !known.is_null())
        slots[slot] = known;
  if (slots.empty()) return std::nullopt;
  if (thread.asked_for.empty() && other_words(message.text) > (marked ? kMostOtherWords : 1)) return std::nullopt;
  return Understanding{.intent = thread.intent,
                       .slots = merged(thread.slots, std::move(slots), message.text),
                       .confidence = kSure,
                       .rule = "follow-up",
                       .candidates = {},
                       .also = {}};
}

std::string with_pronoun_named(std::string_view said, const Reduced& message, const Context& thread) {
  static const RE2 kPronoun(R"((?i)\b(it|that one|this one|that|this)\b)");
  const std::string thing = get_string(thread.memory, "resource");
  if (thing.empty() || !message.values.empty() || said.size() > kShortMessage) return {};
  std::string named(said);
  return RE2::Replace(&named, kPronoun, thing) ? named : std::string();
}

void resolve_pronouns(Understanding& meaning, const IntentRule& rule, const Reduced& message, const Context& thread) {
  static const RE2 kPronoun(
      R"(\b(?:it|that|this|them|these|those|its|one|same|last (?:one|plan|alert)|the (?:plan|alert|number|endpoint|webhook|batch|job|file|key|payment|charge|subscription|invoice|message|call|project))\b)");
  if (!thread.memory.is_object() || !RE2::PartialMatch(message.text, kPronoun)) return;
  for (const auto& slot : rule.slots) {
    if (slot == "to" || slot == "from" || slot == "customer" || slot == "model" || slot == "project") continue;
    if (meaning.slots.contains(slot)) continue;
    if (slot == "resource" && thread.memory.contains("resource") && rule.name == "resource.show") {
      meaning.slots[slot] = thread.memory["resource"];
      return;
    }
    for (const auto& kind : kinds_of(slot, rule.name))
      if (slot != "resource" && thread.memory.contains(kind)) {
        meaning.slots[slot] = thread.memory[kind];
        return;
      }
  }
}

void keep_in_memory(const Understanding& meaning, Json& memory) {
  if (!memory.is_object()) memory = Json::object();
  for (const auto& [slot, value] : meaning.slots.items()) {
    const Json& one = value.is_array() && value.size() == 1 ? value[0] : value;
    if (slot == "plan" || slot == "alert") memory[slot] = one;
    if (!one.is_string() || slot == "plan" || slot == "alert") continue;
    const std::string text = one.get<std::string>();
    std::string kind;
    if (text.starts_with('+'))
      kind = "phone";
    else if (slot == "resource" || !kinds_of(slot, meaning.intent).empty())
      kind = lower_ascii(text.size() == 34 ? text.substr(0, 2) : text.substr(0, text.find_first_of("_-")));
    if (kind.empty() || text == "all" || slot == "model") continue;
    memory[kind] = text;
    memory["resource"] = text;
  }
}

}  // namespace apiops
