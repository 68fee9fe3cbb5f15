#include "engine/intents/understand.h"

#include <fmt/format.h>
#include <re2/re2.h>
#include <re2/set.h>

#include <algorithm>
#include <map>

#include "engine/base/digest.h"
#include "engine/base/text.h"
#include "engine/intents/reduce.h"
#include "engine/intents/rule_set.h"
#include "engine/intents/slots.h"

namespace apiops {

namespace {

constexpr double kSure = 0.5;       // below it is a guess
constexpr double kTooClose = 0.04;  // two intents nearer than this: ask which
constexpr std::size_t kMostOffers = 3;

struct Pattern {
  std::size_t intent = 0;
  std::unique_ptr<RE2> exact;
};

// What is not asked for: told to leave it, wondered about, done already, or asked how.
bool holds_back(const std::string& text) {
  static const RE2 kBack(
      R"(\b(?:don't|dont|do not|never|not going to|won't|wont|shouldn't|should not|mustn't|must not|rather not|instead of|without|avoid|stop short of|if we|if i|if you|what if|what happens|what would|would it|would we|how do i|how do we|how do you|how can i|how can we|how to|how would|is it possible|is it safe|should we|should i|do we have to|did you|did we|did someone|have you|has anyone|who|when did|why did|was going to|were going to|wanted to|thinking about|thinking of|considering|planning to|wondering|used to|i just|we just|i already|we already|already)\b)");
  return RE2::PartialMatch(text, kBack);
}

bool is_code(std::string_view text) {
  static const RE2 kCode(
      R"([a-z]+[A-Z]\w*\(\)|\w+\(\w*\);|=>|[{};]\s*$|^\s*(?:def|class|import|const|let|var|function|return|git|npm|curl)\s)");
  return RE2::PartialMatch(re2::StringPiece(text.data(), text.size()), kCode);
}

}  // namespace

struct Understander::Parts {
  RuleSet rules;
  UnderstandSettings settings;
  std::unique_ptr<RE2::Set> set;
  std::vector<Pattern> patterns;
  std::map<std::string, std::size_t, std::less<>> by_name;
  std::vector<std::unique_ptr<RE2>> console;
  std::string version;

  struct Scored {
    std::size_t intent = 0;
    double score = 0;
    std::string rule;
  };
  std::vector<Scored> score(const Reduced& message) const;
  void look(const std::string& text, bool clause, std::map<std::size_t, Scored>& best) const;
  std::optional<Understanding> follow_up(const Reduced& message, std::string_view original, const Context& thread,
                                         bool strong) const;
  std::optional<Understanding> console_only(const Reduced& message) const;
};

// A question's pattern may stand anywhere; a change's must begin a clause.
void Understander::Parts::look(const std::string& text, bool clause, std::map<std::size_t, Scored>& best) const {
  std::vector<int> hits;
  if (!set->Match(text, &hits)) return;
  for (const int hit : hits) {
    const Pattern& pattern = patterns[static_cast<std::size_t>(hit)];
    const IntentRule& rule = rules.intents[pattern.intent];
    if (rule.change != clause) continue;
    re2::StringPiece whole;
    if (!pattern.exact->Match(text, 0, text.size(), rule.change ? RE2::ANCHOR_START : RE2::UNANCHORED, &whole, 1))
      continue;
    const double covered =
        static_cast<double>(whole.size()) / static_cast<double>(std::max<std::size_t>(text.size(), 1));
    Scored scored{.intent = pattern.intent,
                  .score = 0.55 + 0.35 * std::min(1.0, covered) + (rule.change ? 0.1 : 0),
                  .rule = rule.name + "/" + pattern.exact->pattern().substr(0, 60)};
    auto [it, fresh] = best.emplace(pattern.intent, scored);
    if (!fresh && it->second.score < scored.score) it->second = std::move(scored);
  }
}

std::vector<Understander::Parts::Scored> Understander::Parts::score(const Reduced& message) const {
  std::map<std::size_t, Scored> best;
  look(message.text, false, best);
  for (const auto& clause : message.clauses)
    if (!holds_back(clause) && !holds_back(message.text.substr(0, message.text.find(clause.substr(0, 12)))))
      look(clause, true, best);
  std::vector<Scored> all;
  for (auto& [intent, scored] : best) all.push_back(std::move(scored));
  std::sort(all.begin(), all.end(), [](const Scored& a, const Scored& b) { return a.score > b.score; });
  return all;
}

// "and for Stripe?", "last 7 days instead", "only critical", a bare value: changes the slots that it names. `strong`:
// it says so itself, so it wins over a new question.
std::optional<Understanding> Understander::Parts::follow_up(const Reduced& message, std::string_view original,
                                                            const Context& thread, bool strong) const {
  static const RE2 kMarker(
      R"(^(?:and|also|what about|how about|same|only|just|by|for|with|in|from|to|then|instead|now|but|last|this|since|show only|make (?:it|that)|the)\b|\b(?:instead|then|as well|too)\??$)"),
      kFiller(
          R"(\b(?:and|also|what|about|how|the|same|for|only|just|by|with|in|on|of|from|to|then|instead|now|but|show|please|make|it|that|those|ones|day|model|project|category|number|errors?|one|too|as|well)\b|<\w+>|[?,.!])");
  const auto known = by_name.find(thread.intent);
  if (known == by_name.end()) return std::nullopt;
  const IntentRule& rule = rules.intents[known->second];
  const bool marked = RE2::PartialMatch(message.text, kMarker);
  if (strong && !marked) return std::nullopt;
  Json slots = slots_of(rule, message, original);
  if (!thread.asked_for.empty())
    if (Json answer = answer_for(thread.asked_for, rule, message, original); !answer.is_null())
      slots[thread.asked_for] = std::move(answer);
  if (slots.empty()) return std::nullopt;
  if (!marked && thread.asked_for.empty()) {  // only values, nothing else that a new question could be made of
    std::string rest = message.text;
    RE2::GlobalReplace(&rest, kFiller, "");
    if (split(std::string(trim(rest)), ' ').size() > 3) return std::nullopt;
  }
  Json merged = thread.slots.is_object() ? thread.slots : Json::object();
  static const RE2 kMore(R"(^(?:and|also|plus)\b)");
  for (auto& [name, value] : slots.items()) {
    if (name == "capabilities" && merged.contains(name) && RE2::PartialMatch(message.text, kMore)) {
      for (const auto& item : merged[name])
        if (std::find(value.begin(), value.end(), item) == value.end()) value.push_back(item);
      std::sort(value.begin(), value.end());
    }
    merged[name] = value;
  }
  return Understanding{.intent = thread.intent, .slots = std::move(merged), .confidence = 0.8, .rule = "follow-up"};
}

std::optional<Understanding> Understander::Parts::console_only(const Reduced& message) const {
  for (std::size_t i = 0; i < console.size(); ++i)
    if (RE2::PartialMatch(message.text, *console[i])) {
      const ConsoleSetting& setting = rules.console[i];
      return Understanding{.intent = "console.only",
                           .slots = {{"service", setting.service}, {"setting", setting.setting}},
                           .confidence = 0.9,
                           .rule = "console.only/" + setting.setting};
    }
  return std::nullopt;
}

Understander::Understander(RuleSet rules, UnderstandSettings settings) {
  auto parts = std::make_unique<Parts>();
  std::sort(rules.vocabulary.begin(), rules.vocabulary.end());
  parts->rules = std::move(rules);
  parts->settings = std::move(settings);
  RE2::Options options;
  options.set_max_mem(64 << 20);
  parts->set = std::make_unique<RE2::Set>(options, RE2::UNANCHORED);
  std::string all;
  for (std::size_t i = 0; i < parts->rules.intents.size(); ++i) {
    const IntentRule& rule = parts->rules.intents[i];
    parts->by_name.emplace(rule.name, i);
    for (const auto& pattern : rule.patterns) {
      std::string error;
      const std::string text = (rule.change ? "^(?:" : "\\b(?:") + pattern.text + ")";
      if (parts->set->Add(text, &error) < 0)
        throw std::invalid_argument(fmt::format("{}:{}: {}", rule.file, pattern.line, error));
      parts->patterns.push_back({i, std::make_unique<RE2>(text, options)});
      all += text + "\n";
    }
  }
  parts->set->Compile();
  for (const auto& setting : parts->rules.console)
    parts->console.push_back(std::make_unique<RE2>("\\b(?:" + setting.pattern + ")"));
  parts->version = sha256_hex(all).substr(0, 8);
  parts_ = std::move(parts);
}

Understander::~Understander() = default;

Understanding Understander::understand(std::string_view text, const Context* thread) const {
  const Parts& p = *parts_;
  const Reduced message = reduce(text, p.rules, p.settings.country);
  if (message.text.empty() || is_code(text)) return {};
  static const RE2 kLeave(R"(^(?:cancel|never ?mind|forget it|stop|nvm|no thanks|leave it)[.!]?$)");
  if (thread && !thread->asked_for.empty() && RE2::FullMatch(message.text, kLeave)) return {.rule = "left"};
  const auto scored = p.score(message);
  const bool change = !scored.empty() && p.rules.intents[scored.front().intent].change;
  if (thread && !thread->intent.empty() && !change) {
    auto follow = p.follow_up(message, text, *thread, !scored.empty() && scored.front().score >= kSure);
    if (follow) return *follow;
  }
  if (auto setting = p.console_only(message); setting && !holds_back(message.text)) return *setting;
  if (scored.empty() || scored.front().score < kSure) return {};
  Understanding u{.confidence = std::min(1.0, scored.front().score), .rule = scored.front().rule};
  if (scored.size() > 1 && scored[0].score - scored[1].score < kTooClose &&
      (p.rules.intents[scored[0].intent].change || p.rules.intents[scored[1].intent].change) &&
      p.rules.intents[scored[0].intent].change == p.rules.intents[scored[1].intent].change) {
    for (std::size_t i = 0; i < std::min(scored.size(), kMostOffers); ++i)
      if (scored[0].score - scored[i].score < kTooClose) u.candidates.push_back(p.rules.intents[scored[i].intent].name);
    return u;
  }
  const IntentRule& rule = p.rules.intents[scored.front().intent];
  u.intent = rule.name;
  u.slots = slots_of(rule, message, text);
  return u;
}

IntentWords Understander::words_of(std::string_view intent) const {
  const auto it = parts_->by_name.find(intent);
  if (it == parts_->by_name.end()) return {std::string(intent), {}};
  return {parts_->rules.intents[it->second].title, parts_->rules.intents[it->second].example};
}

std::string Understander::console_url(std::string_view service, std::string_view setting) const {
  for (const auto& known : parts_->rules.console)
    if (known.service == service && known.setting == setting) return known.url;
  return {};
}

std::vector<RuleFault> Understander::check() const {
  std::vector<RuleFault> faults;
  for (const auto& rule : parts_->rules.intents) {
    for (const auto& example : rule.examples)
      if (const std::string got = understand(example.text).intent; got != rule.name)
        faults.push_back(
            {rule.file, example.line,
             fmt::format("“{}” matched {} instead of {}", example.text, got.empty() ? "nothing" : got, rule.name)});
    for (const auto& example : rule.counter_examples)
      if (understand(example.text).intent == rule.name)
        faults.push_back(
            {rule.file, example.line, fmt::format("“{}” matched {} and must not", example.text, rule.name)});
  }
  return faults;
}

std::size_t Understander::examples() const {
  std::size_t n = 0;
  for (const auto& rule : parts_->rules.intents) n += rule.examples.size() + rule.counter_examples.size();
  return n;
}

std::string Understander::version() const { return parts_->version; }

Json match_line(const Understander& understander, std::string_view text, Context* thread) {
  const Understanding u = understander.understand(text, thread && !thread->intent.empty() ? thread : nullptr);
  Json answer = {
      {"intent", u.intent.empty() ? Json() : Json(u.intent)}, {"slots", u.slots}, {"confidence", u.confidence}};
  if (!u.candidates.empty()) answer["candidates"] = u.candidates;
  if (thread && !u.intent.empty()) *thread = {.intent = u.intent, .slots = u.slots, .asked_for = {}};
  return answer;
}

}  // namespace apiops
