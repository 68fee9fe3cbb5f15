#include "engine/intents/lexicon.h"

#include <algorithm>
#include <cctype>
#include <utility>

#include "engine/base/text.h"
#include "engine/intents/plain_text.h"

namespace apiops {

namespace {

constexpr std::size_t kShortestMended = 3;  // letters; of three only two in the wrong order ("akc")
constexpr std::size_t kTwoSlipsFrom = 8;    // letters: shorter words are led back over one slip only
constexpr std::size_t kLongestMended = 24;

bool is_word(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return (c >= 'a' && c <= 'z') || c == '\''; });
}

// The words of a line of examples.
template <typename Take>
void each_word(const std::string& line, Take take) {
  std::string word;
  for (const char c : lower_ascii(line) + " ") {
    if ((c >= 'a' && c <= 'z') || c == '\'') {
      word += c;
      continue;
    }
    if (word.size() >= kShortestMended && (c == ' ' || c == '?' || c == ',' || c == '.' || c == '!')) take(word);
    word.clear();
    if (c != ' ' && c != '?' && c != ',' && c != '.' && c != '!') word = "_";  // a part of an id is no word
  }
}

void deletions(const std::string& word, std::size_t depth, std::vector<std::string>& out) {
  out.push_back(word);
  if (depth == 0) return;
  for (std::size_t i = 0; i < word.size(); ++i) {
    std::string shorter = word;
    shorter.erase(i, 1);
    deletions(shorter, depth - 1, out);
  }
}

std::vector<std::string> all_deletions(const std::string& word) {
  std::vector<std::string> out;
  deletions(word, word.size() >= kTwoSlipsFrom ? 2 : 1, out);
  std::sort(out.begin(), out.end());
  out.erase(std::unique(out.begin(), out.end()), out.end());
  return out;
}

// "errors" for "error" is another form of the word, no slip.
bool same_word(const std::string& a, const std::string& b) {
  const auto& [shorter, longer] = std::minmax(a, b, [](const auto& x, const auto& y) { return x.size() < y.size(); });
  if (!longer.starts_with(shorter)) return false;
  const std::string ending = longer.substr(shorter.size());
  return ending == "s" || ending == "d" || ending == "'s" || ending == "r" || ending == "ed" || ending == "es";
}

bool near_enough(const std::string& typed, const std::string& known) {
  if (same_word(typed, known)) return false;
  const bool same_head = typed[0] == known[0] || (typed[0] == known[1] && typed[1] == known[0]);
  if (!same_head) return false;
  const std::size_t slips = edit_distance(typed, known);
  if (typed.size() >= kTwoSlipsFrom && known.size() >= kTwoSlipsFrom) return slips <= 2;
  if (slips != 1) return false;
  // In a short word a wrong letter makes another word too easily ("text" and "test"): only two letters in the wrong
  // order count, and one left out.
  if (known.size() == 3 && typed.size() != 3) return false;
  if (known.size() < 6 && typed.size() == known.size()) {
    std::string a = typed, b = known;
    std::sort(a.begin(), a.end());
    std::sort(b.begin(), b.end());
    return a == b;
  }
  return known.size() > 4 || typed.size() < known.size();
}

}  // namespace

Lexicon::Lexicon(const RuleSet& rules) {
  for (const auto& [from, to] : rules.aliases)
    if (from.find(' ') == std::string::npos)
      aliases_.emplace(from, to);
    else
      phrases_.emplace_back(from, to);
  for (const auto& word : rules.ordinary_words) known_.emplace(word, false);
  for (const auto& thing : rules.concepts)
    for (const auto& phrase : thing.phrases)
      each_word(phrase, [this](const std::string& word) { known_.emplace(word, false); });
  for (const auto& word : rules.vocabulary) learn(word);
  for (const auto& rule : rules.intents)
    for (const auto& example : rule.examples) each_word(example.text, [this](const std::string& word) { learn(word); });
}

void Lexicon::learn(const std::string& word) {
  if (word.size() > kLongestMended || aliases_.contains(word) || !is_word(word)) return;
  if (const auto [known, fresh] = known_.emplace(word, true); !fresh && std::exchange(known->second, true)) return;
  if (word.size() < kShortestMended) return;
  for (auto& shorter : all_deletions(word)) shortened_[std::move(shorter)].push_back(word);
}

const std::string* Lexicon::nearest(const std::string& word) const {
  const std::string* best = nullptr;
  std::size_t least = 3;
  for (const auto& shorter : all_deletions(word)) {
    const auto found = shortened_.find(shorter);
    if (found == shortened_.end()) continue;
    for (const auto& known : found->second) {
      if (!near_enough(word, known)) continue;
      const std::size_t slips = edit_distance(word, known);
      if (slips < least) least = slips, best = &known;
    }
  }
  return best;
}

std::string Lexicon::mended(std::string_view typed) const {
  if (const auto alias = aliases_.find(typed); alias != aliases_.end()) return alias->second;
  if (known_.contains(typed)) return std::string(typed);
  std::string word = folded(typed);
  if (word != typed) return mended(word);
  if (typed.ends_with("'s")) return mended(typed.substr(0, typed.size() - 2)) + "'s";
  if (word.size() < kShortestMended || word.size() > kLongestMended || !is_word(word)) return word;
  const std::string* known = nearest(word);
  return known ? *known : word;
}

void Lexicon::put_in_phrases(std::string& text) const {
  const auto in_word = [&text](std::size_t i) {
    return i < text.size() && (std::isalnum(static_cast<unsigned char>(text[i])) || text[i] == '_');
  };
  for (const auto& [from, to] : phrases_)
    for (std::size_t at = 0; (at = text.find(from, at)) != std::string::npos; at += to.size()) {
      if ((at > 0 && in_word(at - 1)) || in_word(at + from.size()))
        at += from.size() - to.size();  // a part of longer words
      else
        text.replace(at, from.size(), to);
    }
}

std::string Lexicon::as_request(const std::string& verb) const {
  const bool going = verb.ends_with("ing") && verb.size() > 5, done = verb.ends_with("ed") && verb.size() > 4;
  if (!going && !done) return verb;
  const std::string stem = verb.substr(0, verb.size() - (going ? 3 : 2));
  std::vector<std::string> forms{stem + "e", stem};
  if (stem.size() > 3 && stem.back() == stem[stem.size() - 2]) forms.push_back(stem.substr(0, stem.size() - 1));
  for (const auto& form : forms)
    if (const auto known = known_.find(form); known != known_.end() && known->second) return form;
  return forms.back();
}

}  // namespace apiops
