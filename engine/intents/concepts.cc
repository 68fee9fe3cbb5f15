#include "engine/intents/concepts.h"

#include <algorithm>
#include <map>
#include <stdexcept>

#include "engine/base/text.h"

namespace apiops {

namespace {

constexpr std::size_t kWordsRead = 80;      // of a sentence: what follows is no ask
constexpr std::size_t kSentencesRead = 40;  // of a message
constexpr double kEachGroup = 0.02;         // more named is more certain

constexpr double kForeignWord = 0.04;  // a word of no concept
constexpr double kForeignAlone = 0.2;  // and nothing beside it that only this work has

bool letter(char c) { return c >= 'a' && c <= 'z'; }
bool digit(char c) { return c >= '0' && c <= '9'; }
bool is_value(std::string_view word) { return word.starts_with('_'); }

std::vector<std::string> words_of(std::string_view text) {
  std::vector<std::string> words;
  for (std::size_t i = 0; i < text.size() && words.size() < kWordsRead;) {
    const auto inside = [](char c) { return letter(c) || digit(c) || c == '_' || c == '\'' || c == '.' || c == '-'; };
    if (!letter(text[i]) && !digit(text[i]) && text[i] != '_') {
      ++i;
      continue;
    }
    std::size_t end = i + 1;
    if (text[i] == '_') {
      while (end < text.size() && text[end] != '_') ++end;
      end = std::min(end + 1, text.size());
    } else {
      while (end < text.size() && inside(text[end])) ++end;
    }
    std::string_view word = text.substr(i, end - i);
    while (word.ends_with('.') || word.ends_with('\'') || word.ends_with('-')) word.remove_suffix(1);
    words.emplace_back(word);
    i = end;
  }
  return words;
}

// card_declined, 30007, 429 and 5xx; 415 is an area code.
bool is_code(std::string_view word) {
  if (word.ends_with('s') && word.size() > 3 && digit(word[word.size() - 2])) word.remove_suffix(1);
  if (word == "4xx" || word == "5xx") return true;
  if (std::all_of(word.begin(), word.end(), digit)) {
    static const std::unordered_set<std::string_view> kHttp{"400", "401", "402", "403", "404", "408", "409",
                                                            "422", "429", "500", "502", "503", "504"};
    return word.size() == 5 || kHttp.contains(word);
  }
  return word.find('_') != std::string_view::npos &&
         std::all_of(word.begin(), word.end(), [](char c) { return letter(c) || c == '_'; });
}

bool is_area(const std::vector<std::string>& words, std::size_t i) {
  if (words[i].size() != 3 || !std::all_of(words[i].begin(), words[i].end(), digit)) return false;
  if (!is_code(words[i])) return true;
  const std::string_view before = i == 0 ? std::string_view() : std::string_view(words[i - 1]);
  const std::string_view after = i + 1 == words.size() ? std::string_view() : std::string_view(words[i + 1]);
  return before == "in" || before == "area" || before == "prefix" || after.starts_with("number");
}

std::vector<std::string> without_endings(const std::vector<std::string>& words) {
  std::vector<std::string> bare;
  bare.reserve(words.size());
  for (std::size_t i = 0; i < words.size(); ++i)
    bare.push_back(is_value(words[i])  ? words[i]
                   : is_area(words, i) ? "_area_"
                   : is_code(words[i]) ? "_code_"
                                       : without_ending(words[i]));
  return bare;
}

bool stands_at(const std::vector<std::string>& phrase, const std::vector<std::string>& words, std::size_t at) {
  return at + phrase.size() <= words.size() &&
         std::equal(phrase.begin(), phrase.end(), words.begin() + static_cast<std::ptrdiff_t>(at));
}

}  // namespace

std::string without_ending(std::string_view word) {
  std::string bare(word);
  const auto cut = [&bare](std::string_view ending, std::size_t longer_than) {
    if (bare.size() <= longer_than || !bare.ends_with(ending)) return false;
    bare.resize(bare.size() - ending.size());
    return true;
  };
  cut("'s", 4);
  if (cut("ies", 4)) return bare + "y";
  if (bare.ends_with("sses") || bare.ends_with("xes") || bare.ends_with("ches") || bare.ends_with("shes"))
    bare.resize(bare.size() - 2);
  else if (!bare.ends_with("ss") && !bare.ends_with("us"))
    cut("s", 3);
  if (!cut("ing", 5)) cut("ed", 4);
  const auto twice = [&bare] { return bare.size() > 4 && bare.back() == bare[bare.size() - 2]; };
  if (twice() && bare.back() != 's' && bare.back() != 'l') bare.pop_back();
  cut("e", 4);
  return bare;
}

Concepts::Concepts(const RuleSet& rules) : rules_(rules) {
  if (rules.concepts.size() > kMostConcepts) throw std::invalid_argument("more concepts than can be told apart");
  std::map<std::string, std::size_t, std::less<>> numbers, intents;
  for (std::size_t i = 0; i < rules.concepts.size(); ++i) {
    numbers.emplace(rules.concepts[i].name, i);
    for (const auto& text : rules.concepts[i].phrases) {
      Phrase phrase{without_endings(words_of(text)), i};
      if (!phrase.words.empty()) phrases_[phrase.words.front()].push_back(std::move(phrase));
    }
  }
  for (const auto& word : rules.plain_words)
    for (const auto& bare : without_endings(words_of(word))) plain_.insert(bare);
  for (std::size_t i = 0; i < rules.intents.size(); ++i) intents.emplace(rules.intents[i].name, i);
  const auto number_of = [&numbers](const std::string& name) {
    const auto known = numbers.find(name);
    if (known == numbers.end()) throw std::invalid_argument("a sense names “" + name + "”, which is no concept");
    return known->second;
  };
  for (const auto& name : rules.anchors) anchors_.set(number_of(name));
  for (const auto& sense : rules.senses) {
    const auto intent = intents.find(sense.intent);
    if (intent == intents.end()) throw std::invalid_argument("a sense of “" + sense.intent + "”, which is no intent");
    Known known{.intent = intent->second, .of = {}, .without = {}, .weight = sense.weight};
    for (const auto& group : sense.of) {
      Set any;
      for (const auto& name : group) any.set(number_of(name));
      known.of.push_back(any);
    }
    for (const auto& name : sense.without) known.without.set(number_of(name));
    senses_.push_back(std::move(known));
  }
}

Concepts::Named Concepts::named_in(std::string_view sentence) const {
  const std::vector<std::string> words = without_endings(words_of(sentence));
  std::vector<bool> known(words.size());
  Named named{.concepts = {}, .words = words.size(), .unknown = 0};
  for (std::size_t i = 0; i < words.size(); ++i) {
    if (is_value(words[i]) || digit(words[i].front()) || plain_.contains(words[i])) known[i] = true;
    const auto phrases = phrases_.find(words[i]);
    if (phrases == phrases_.end()) continue;
    for (const auto& phrase : phrases->second) {
      if (!stands_at(phrase.words, words, i)) continue;
      named.concepts.set(phrase.concept_number);
      std::fill_n(known.begin() + static_cast<std::ptrdiff_t>(i), phrase.words.size(), true);
    }
  }
  named.unknown = static_cast<std::size_t>(std::count(known.begin(), known.end(), false));
  return named;
}

double Concepts::foreign(const Named& named) const {
  return static_cast<double>(named.unknown) * ((named.concepts & anchors_).any() ? kForeignWord : kForeignAlone);
}

std::string Concepts::names_of(const Known& sense, const Set& named) const {
  std::vector<std::string> names;
  for (const auto& group : sense.of)
    for (std::size_t i = 0; i < rules_.concepts.size(); ++i)
      if (group.test(i) && named.test(i)) {
        names.push_back(rules_.concepts[i].name);
        break;
      }
  return join(names, ", ");
}

std::vector<Concepts::Meaning> Concepts::meanings_of(std::string_view sentence) const {
  const Named named = named_in(sentence);
  const double unknown = foreign(named);
  std::vector<Meaning> meanings;
  for (const auto& sense : senses_) {
    if ((sense.without & named.concepts).any()) continue;
    const auto is_named = [&named](const Set& group) { return (group & named.concepts).any(); };
    if (!std::all_of(sense.of.begin(), sense.of.end(), is_named)) continue;
    const double score = sense.weight + kEachGroup * static_cast<double>(sense.of.size() - 1) - unknown;
    const auto same = std::find_if(meanings.begin(), meanings.end(),
                                   [&sense](const Meaning& known) { return known.intent == sense.intent; });
    if (same != meanings.end() && same->score >= score) continue;
    if (same != meanings.end()) meanings.erase(same);
    meanings.push_back({sense.intent, score, names_of(sense, named.concepts)});
  }
  std::sort(meanings.begin(), meanings.end(), [](const Meaning& a, const Meaning& b) {
    return a.score != b.score ? a.score > b.score : a.intent < b.intent;
  });
  return meanings;
}

// One of the sentence's parts begins with a verb that asks for a deed.
bool Concepts::orders(const Reduced& message, std::size_t begin, std::size_t end) const {
  for (std::size_t i = 0; i < message.clauses.size(); ++i) {
    if (message.begins[i] < begin || message.begins[i] >= end) continue;
    const std::string_view clause = message.clauses[i];
    for (const auto& order : rules_.orders)
      if (clause.starts_with(order) && (clause.size() == order.size() || clause[order.size()] == ' ')) return true;
  }
  return false;
}

std::vector<Concepts::Meaning> Concepts::read(const Reduced& message) const {
  std::vector<Meaning> best;
  std::size_t sentences = 0;
  for (std::size_t begin = 0; begin < message.text.size() && sentences < kSentencesRead; ++sentences) {
    std::size_t end = message.text.find_first_of(".?!;\n", begin);
    while (end != std::string::npos && end + 1 < message.text.size() && message.text[end + 1] != ' ')
      end = message.text.find_first_of(".?!;\n", end + 1);
    end = end == std::string::npos ? message.text.size() : end + 1;
    if (!orders(message, begin, end)) {
      auto meanings = meanings_of(std::string_view(message.text).substr(begin, end - begin));
      if (!meanings.empty() && (best.empty() || meanings.front().score > best.front().score))
        best = std::move(meanings);
    }
    begin = end;
  }
  return best;
}

}  // namespace apiops
