#include "engine/intents/nearest.h"

#include <algorithm>
#include <cmath>
#include <unordered_set>

namespace apiops {

namespace {

constexpr double kTelling = 0.25;  // likeness below which an offer would be noise
constexpr std::size_t kWordsRead = 60;

const std::unordered_set<std::string>& small_words() {
  static const std::unordered_set<std::string> kSmall{
      "the",  "our",  "my",   "of",   "to",     "in",  "on",    "at",  "for",  "and", "or",    "is",    "are",
      "it",   "that", "this", "with", "me",     "us",  "we",    "i",   "you",  "do",  "did",   "does",  "how",
      "what", "be",   "have", "has",  "please", "can", "could", "by",  "from", "any", "all",   "some",  "was",
      "were", "will", "so",   "if",   "up",     "out", "a",     "an",  "not",  "no",  "there", "these", "those",
      "they", "get",  "up",   "now",  "just",   "up",  "who",   "why", "when"};
  return kSmall;
}

}  // namespace

std::vector<std::string> Nearest::words_of(const std::string& reduced) {
  std::vector<std::string> words;
  std::string word;
  for (const char c : reduced + " ") {
    if ((c >= 'a' && c <= 'z') || c == '_') {
      word += c;
      continue;
    }
    if (word.size() > 3 && word.back() == 's' && word[word.size() - 2] != 's') word.pop_back();
    if (!word.empty() && !small_words().contains(word)) words.push_back(word);
    word.clear();
    if (words.size() == kWordsRead) break;
  }
  std::sort(words.begin(), words.end());
  words.erase(std::unique(words.begin(), words.end()), words.end());
  return words;
}

Nearest::Nearest(const RuleSet& rules, const Lexicon& lexicon, std::string_view country)
    : count_(rules.intents.size()) {
  for (std::size_t i = 0; i < rules.intents.size(); ++i) {
    const IntentRule& rule = rules.intents[i];
    for (const auto& example : rule.examples)
      for (const auto& word : words_of(reduce(example.text, lexicon, country).text)) {
        double& share = intents_[word][i];
        share = std::min(1.0, share + 2.0 / static_cast<double>(rule.examples.size()));
      }
  }
}

std::vector<Nearest::Near> Nearest::to(const Reduced& message, std::size_t count) const {
  std::unordered_map<std::size_t, double> likeness;
  double all = 0;
  for (const auto& word : words_of(message.text)) {
    const auto found = intents_.find(word);
    const double in = found == intents_.end() ? 0.5 : static_cast<double>(found->second.size());
    const double rarity = std::log(1.0 + static_cast<double>(count_) / in);
    all += rarity;
    if (found == intents_.end()) continue;
    for (const auto& [intent, share] : found->second) likeness[intent] += rarity * (0.5 + share / 2);
  }
  std::vector<Near> near;
  for (const auto& [intent, sum] : likeness)
    if (sum / all >= kTelling) near.push_back({intent, sum / all});
  std::sort(near.begin(), near.end(), [](const Near& a, const Near& b) {
    return a.likeness != b.likeness ? a.likeness > b.likeness : a.intent < b.intent;
  });
  if (near.size() > count) near.resize(count);
  return near;
}

}  // namespace apiops
