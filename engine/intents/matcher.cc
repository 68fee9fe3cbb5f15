#include "engine/intents/matcher.h"

#include <fmt/format.h>

#include <algorithm>
#include <stdexcept>
#include <tuple>

#include "engine/base/text.h"

namespace apiops {

namespace {

constexpr double kCoverage = 0.15;    // added where the pattern covers all of what was said
constexpr std::size_t kLongAsk = 60;  // characters: a longer text is not expected to be covered
constexpr double kAskedFor = 0.1;     // an imperative is more than a mention
constexpr double kAgrees = 0.06;      // the concepts say the same as the pattern
constexpr double kCertain = 0.86;     // a pattern as sure as this is not asked about twice
constexpr double kOwnService = 0.04, kOtherService = 0.25;

std::string bounded(const std::string& pattern) { return "(?:^|\\b|\\s)(?:" + pattern + ")"; }

// Which services a text names, as bits.
unsigned services_in(const std::string& text) {
  return (text.find("twilio") != std::string::npos ? 1u : 0u) | (text.find("openai") != std::string::npos ? 2u : 0u) |
         (text.find("stripe") != std::string::npos ? 4u : 0u);
}

unsigned bit_of(const std::string& service) {
  return service == "twilio" ? 1u : service == "openai" ? 2u : service == "stripe" ? 4u : 0u;
}

}  // namespace

Matcher::Matcher(const RuleSet& rules) : rules_(rules), concepts_(rules), against_(rules.intents.size()) {
  for (std::size_t i = 0; i < rules.intents.size(); ++i) {
    const IntentRule& rule = rules.intents[i];
    for (std::size_t n = 0; n < rule.patterns.size(); ++n) {
      const auto& pattern = rule.patterns[n];
      // A change's pattern is tried where a clause begins, a question's anywhere.
      filter_.add(rule.change ? "(?:" + pattern.text + ")" : bounded(pattern.text), pattern.needs);
      patterns_.push_back({i, n});
    }
    for (const auto& line : rule.against) against_[i].emplace_back(bounded(line.text));
  }
  filter_.close();
  for (const auto& evidence : rules.evidence)
    evidence_.push_back({&evidence, std::make_unique<LazyPattern>(evidence.pattern),
                         evidence.unless.empty() ? nullptr : std::make_unique<LazyPattern>(evidence.unless)});
  for (const auto& setting : rules.console) console_.add(bounded(setting.pattern), setting.needs);
  console_.close();
}

void Matcher::look(std::size_t number, const Reduced& message, std::vector<Reading>& readings) const {
  const Pattern& pattern = patterns_[number];
  const RE2& exact = filter_.at(number);
  const IntentRule& rule = rules_.intents[pattern.intent];
  const auto& written = rule.patterns[pattern.number];
  const auto keep = [&](re2::StringPiece match, std::size_t of, std::size_t clause) {
    const double covered =
        static_cast<double>(match.size()) / static_cast<double>(std::clamp<std::size_t>(of, 1, kLongAsk));
    Reading reading{.intent = pattern.intent, .clause = clause, .pattern = &written, .matched = match.as_string()};
    if (!rule.change) reading.at = static_cast<std::size_t>(match.data() - message.text.data());
    reading.found = written.weight + kCoverage * std::min(1.0, covered) + (rule.change ? kAskedFor : 0);
    const auto known = std::find_if(readings.begin(), readings.end(), [&](const Reading& r) {
      return r.intent == reading.intent && (!rule.change || r.clause == clause);
    });
    if (known == readings.end())
      readings.push_back(std::move(reading));
    else if (known->found < reading.found)
      *known = std::move(reading);
  };
  re2::StringPiece match;
  if (!rule.change) {
    if (exact.Match(message.text, 0, message.text.size(), RE2::UNANCHORED, &match, 1))
      keep(match, message.text.size(), 0);
    return;
  }
  for (std::size_t i = 0; i < message.clauses.size(); ++i) {
    const std::string& clause = message.clauses[i];
    if (exact.Match(clause, 0, clause.size(), RE2::ANCHOR_START, &match, 1)) keep(match, clause.size(), i);
  }
}

// A pasted log before or after the ask says nothing about it.
static std::string_view sentence_around(std::string_view text, std::size_t at) {
  const auto ends = [text](std::size_t i) {
    return text[i] == '\n' || ((text[i] == '.' || text[i] == '?' || text[i] == '!' || text[i] == ';') &&
                               (i + 1 == text.size() || text[i + 1] == ' '));
  };
  std::size_t begin = at, end = at;
  while (begin > 0 && !ends(begin - 1)) --begin;
  while (end < text.size() && !ends(end)) ++end;
  return text.substr(begin, end - begin);
}

// What the named concepts say, beside the patterns.
void Matcher::look_at_concepts(const Reduced& message, std::vector<Reading>& readings) const {
  if (std::any_of(readings.begin(), readings.end(), [](const Reading& r) { return r.found >= kCertain; })) return;
  for (auto& meaning : concepts_.read(message)) {
    const auto known = std::find_if(readings.begin(), readings.end(),
                                    [&meaning](const Reading& r) { return r.intent == meaning.intent; });
    if (known == readings.end())
      readings.push_back({.intent = meaning.intent, .found = meaning.score, .matched = std::move(meaning.named)});
    else
      known->found = std::max(known->found, meaning.score) + kAgrees;
  }
}

// The sentence up to the clause: "whatever you do, don't".
static std::string_view earlier_in_sentence(const Reduced& message, std::size_t clause) {
  const std::size_t end = message.begins[clause];
  const auto stop = message.text.find_last_of(".?!\n", end == 0 ? 0 : end - 1);
  const std::size_t begin = stop == std::string::npos || stop >= end ? 0 : stop + 1;
  return std::string_view(message.text).substr(begin, end - begin);
}

// Between quotation marks, or in a line that is quoted: somebody's words.
static bool is_quoted(const Reduced& message, std::size_t clause) {
  const std::string_view before = std::string_view(message.text).substr(0, message.begins[clause]);
  const auto line = before.rfind('\n');
  const std::string_view start = trim(before.substr(line == std::string_view::npos ? 0 : line + 1));
  return std::count(before.begin(), before.end(), '"') % 2 == 1 || start.starts_with('>');
}

// "release _phone_?" asks whether to; "can you release _phone_?" asks for it, and so does what has words before it that
// ask (clauses.h takes them away).
static bool is_asked_whether(const Reduced& message, std::size_t clause) {
  const std::size_t begin = message.begins[clause];
  const auto end = message.text.find_first_of("?!\n", begin);
  if (end == std::string::npos || message.text[end] != '?') return false;
  const auto stop = message.text.find(". ", begin);
  if (stop != std::string::npos && stop < end) return false;
  static const RE2 kAsks(R"(\b(?:can|could|would|will|may|might|please|mind|chance|possible|want|need|like)\b)"),
      kAsked(R"(^(?:can|could)\b|\bplease\b)");
  const std::string_view earlier = earlier_in_sentence(message, clause);
  const std::string_view said = std::string_view(message.text).substr(begin, end - begin);
  return !RE2::PartialMatch(re2::StringPiece(earlier.data(), earlier.size()), kAsks) &&
         !RE2::PartialMatch(re2::StringPiece(said.data(), said.size()), kAsked);
}

bool Matcher::Against::speaks(std::string_view text, const std::string& message) const {
  return RE2::PartialMatch(re2::StringPiece(text.data(), text.size()), **pattern) &&
         !(unless && RE2::PartialMatch(message, **unless));
}

// What belongs to one of several requests: from its clause to the next that asks for something else.
static std::string_view scope_of(const Reading& reading, const Reduced& message,
                                 const std::vector<std::pair<std::size_t, std::size_t>>& requests) {
  const std::string_view all = message.text;
  const auto other = [&reading](const auto& request) {
    return request.first != reading.clause && request.second != reading.intent;
  };
  if (std::none_of(requests.begin(), requests.end(), other)) return all;
  std::size_t end = all.size();
  for (const auto& request : requests)
    if (other(request) && request.first > reading.clause) end = std::min(end, message.begins[request.first]);
  const std::size_t begin = message.begins[reading.clause];
  return all.substr(begin, end - begin);
}

void Matcher::weigh(Reading& reading, const Reduced& message, std::string_view scope) const {
  const IntentRule& rule = rules_.intents[reading.intent];
  reading.score = reading.found;
  for (std::size_t i = 0; i < against_[reading.intent].size(); ++i)
    if (RE2::PartialMatch(re2::StringPiece(scope.data(), scope.size()), *against_[reading.intent][i])) {
      reading.score -= 1;
      reading.against.push_back("“" + rule.against[i].text + "”");
    }
  for (const auto& against : evidence_) {
    const Evidence* evidence = against.evidence;
    if (evidence->against == (rule.change ? "questions" : "changes")) continue;
    if (evidence->against == "concepts" && reading.pattern) continue;
    std::string_view text = message.text;
    if (rule.change && evidence->where == "before") text = earlier_in_sentence(message, reading.clause);
    if (rule.change && evidence->where == "clause") text = message.clauses[reading.clause];
    if (!against.speaks(text, message.text)) continue;
    reading.score -= evidence->weight;
    reading.held = true;
    reading.against.push_back(evidence->name);
  }
  if (rule.change) {
    const auto hold = [&reading](const char* name) {
      reading.score -= 1;
      reading.held = true;
      reading.against.emplace_back(name);
    };
    if (is_quoted(message, reading.clause)) hold("in quotation marks");
    if (is_asked_whether(message, reading.clause)) hold("asked whether, not told to");
  }
  const unsigned own = bit_of(rule.service), named = services_in(std::string(scope));
  if (own != 0 && named != 0) reading.score += (named & own) != 0 ? kOwnService : -kOtherService;
}

std::vector<Reading> Matcher::read(const Reduced& message) const {
  std::vector<Reading> readings;
  std::vector<std::size_t> found = filter_.possible(message.text);
  if (message.reworded) {
    for (const auto& clause : message.clauses)
      for (const std::size_t more : filter_.possible(clause)) found.push_back(more);
    std::sort(found.begin(), found.end());
    found.erase(std::unique(found.begin(), found.end()), found.end());
  }
  for (const std::size_t one : found) look(one, message, readings);
  look_at_concepts(message, readings);
  std::vector<std::pair<std::size_t, std::size_t>> requests;  // clause and intent of every change that matched
  for (const auto& reading : readings)
    if (rules_.intents[reading.intent].change) requests.emplace_back(reading.clause, reading.intent);
  for (auto& reading : readings)
    if (!rules_.intents[reading.intent].change && reading.pattern)
      reading.found -= concepts_.foreign_in(sentence_around(message.text, reading.at));
  for (auto& reading : readings)
    weigh(
        reading, message,
        rules_.intents[reading.intent].change ? scope_of(reading, message, requests) : std::string_view(message.text));
  std::sort(readings.begin(), readings.end(), [](const Reading& a, const Reading& b) {
    return a.score != b.score ? a.score > b.score : std::tie(a.intent, a.clause) < std::tie(b.intent, b.clause);
  });
  return readings;
}

std::vector<std::pair<std::size_t, std::size_t>> Matcher::hits(const Reduced& message) const {
  std::vector<std::pair<std::size_t, std::size_t>> all;
  for (const std::size_t found : filter_.possible(message.text)) {
    const Pattern& pattern = patterns_[found];
    std::vector<Reading> readings;
    look(found, message, readings);
    if (!readings.empty()) all.emplace_back(pattern.intent, pattern.number);
  }
  return all;
}

const ConsoleSetting* Matcher::console_setting(const Reduced& message) const {
  for (const std::size_t i : console_.possible(message.text)) {
    if (!RE2::PartialMatch(message.text, console_.at(i))) continue;
    const bool held = std::any_of(evidence_.begin(), evidence_.end(), [&message](const Against& against) {
      return against.evidence->where != "clause" && against.speaks(message.text, message.text);
    });
    return held ? nullptr : &rules_.console[i];
  }
  return nullptr;
}

}  // namespace apiops
