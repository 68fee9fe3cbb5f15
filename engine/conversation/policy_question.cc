#include "engine/conversation/policy_question.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "engine/base/text.h"
#include "engine/plans/policy_explain.h"

namespace apiops {

namespace {

std::vector<std::string> words_of(std::string_view text) {
  std::vector<std::string> words;
  std::string word;
  for (const char c : lower_ascii(text) + " ") {
    if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9')) {
      word += c;
    } else if (!word.empty()) {
      words.push_back(std::move(word));
      word.clear();
    }
  }
  return words;
}

// "refunds" and "buying" say "refund" and "buy".
bool says(const std::string& word, const std::string& stem) {
  return word == stem || (stem.size() >= 3 && word.starts_with(stem) && word.size() <= stem.size() + 4);
}

int score(const std::vector<std::string>& said, std::string_view name, std::string_view title) {
  int points = 0;
  auto stems = words_of(name);
  for (auto& word : words_of(title))
    if (word.size() > 2 && std::find(stems.begin(), stems.end(), word) == stems.end()) stems.push_back(word);
  for (const auto& stem : stems)
    if (std::any_of(said.begin(), said.end(), [&](const auto& word) { return says(word, stem); })) ++points;
  return points;
}

// Words as they were written, without the marks around them.
std::vector<std::string> written_words(std::string_view text) {
  constexpr std::string_view kMarks = "?!,;:.\"'()";
  std::vector<std::string> words;
  for (auto word : split(text, ' ')) {
    while (!word.empty() && kMarks.find(word.back()) != std::string_view::npos) word.remove_suffix(1);
    while (!word.empty() && kMarks.find(word.front()) != std::string_view::npos) word.remove_prefix(1);
    if (!word.empty()) words.emplace_back(word);
  }
  return words;
}

std::string currency_named(std::string_view word) {
  const std::string lower = lower_ascii(word);
  if (lower.starts_with("dollar")) return "usd";
  if (lower.starts_with("euro")) return "eur";
  if (lower.starts_with("pound")) return "gbp";
  return lower.size() == 3 ? lower : "";
}

// "$200", "200 dollars", "200 usd".
std::optional<Money> amount_in(const std::vector<std::string>& words) {
  for (std::size_t i = 0; i < words.size(); ++i) {
    for (const auto& [sign, currency] : {std::pair{"$", "usd"}, std::pair{"€", "eur"}, std::pair{"£", "gbp"}})
      if (words[i].starts_with(sign)) return parse_money(words[i].substr(std::string_view(sign).size()), currency);
    const std::string currency = i + 1 < words.size() ? currency_named(words[i + 1]) : "";
    if (const auto money = parse_money(words[i], "usd"); money && !currency.empty())
      return Money{.micros = money->micros, .currency = currency};
  }
  return std::nullopt;
}

// Whom "asked by …" names, or empty.
std::string asked_by(const std::vector<std::string>& words) {
  for (std::size_t i = 0; i + 2 < words.size(); ++i) {
    const std::string verb = lower_ascii(words[i]);
    if ((verb == "asked" || verb == "requested" || verb == "proposed") && lower_ascii(words[i + 1]) == "by")
      return lower_ascii(words[i + 2].starts_with('@') ? words[i + 2].substr(1) : words[i + 2]);
  }
  return {};
}

const Person* person_called(const Policy& policy, const std::string& name) {
  for (const auto& person : policy.people())
    if (lower_ascii(person.id) == name || lower_ascii(person.name) == name) return &person;
  return nullptr;
}

// "purchases", "deletions": all that is of one risk, where no operation is named.
std::optional<Risk> risk_named(const std::vector<std::string>& said) {
  static const std::map<std::string_view, Risk> kWords = {
      {"purchase", Risk::kSpend},  {"spend", Risk::kSpend},   {"delet", Risk::kDelete},
      {"remov", Risk::kDelete},    {"change", Risk::kChange}, {"access", Risk::kAuth},
      {"credential", Risk::kAuth}, {"auth", Risk::kAuth},     {"test", Risk::kTest}};
  for (const auto& word : said)
    for (const auto& [stem, risk] : kWords)
      if (says(word, std::string(stem))) return risk;
  return std::nullopt;
}

Document unclear(const OperationIndex& operations) {
  Document d;
  d.title = "Approve what? Name something that I can do, for example “who can approve a refund of 200 dollars?”";
  d.tone = Tone::kWarning;
  Lines known;
  for (const auto& [name, entry] : operations.all())
    known.lines.push_back({.mark = "·", .label = name, .text = std::string(entry.operation->title())});
  d.blocks.push_back(std::move(known));
  return d;
}

}  // namespace

Document answer_policy_question(std::string_view text, const Person& asker, const Policy& policy,
                                const OperationIndex& operations, Place place, Time now) {
  const std::string question(text.substr(0, 2'000));
  const auto said = words_of(question);
  const auto words = written_words(question);
  const OperationEntry* best = nullptr;
  int most = 0;
  for (const auto& [name, entry] : operations.all()) {
    const int points = question.find(name) != std::string::npos ? 1'000 : score(said, name, entry.operation->title());
    if (points > most) most = points, best = &entry;
  }
  const std::string name = asked_by(words);
  const Person* who = name.empty() ? &asker : person_called(policy, name);
  if (!who) {
    Document d;
    d.title = "The policy knows nobody called “" + clean_line(name) + "”: a stranger may ask for nothing.";
    d.tone = Tone::kWarning;
    return d;
  }
  if (!best) {
    const auto risk = risk_named(said);
    if (!risk) return unclear(operations);
    return explain_policy(policy, *who, facts_of_risk(*risk, std::move(place), now),
                          fmt::format("What is of risk {}, in general", to_string(*risk)), now);
  }
  PlanFacts::Part part{.operation = std::string(best->operation->name()),
                       .service = best->service ? std::string(best->service->service()) : "apiops",
                       .environment = std::find(said.begin(), said.end(), "test") != said.end() ? "test" : "live",
                       .risk = best->operation->risk(Json::object()),
                       .cost = amount_in(words)};
  std::string what = fmt::format("“{}”", best->operation->title());
  if (part.cost) what += " for " + to_text(*part.cost);
  return explain_policy(policy, *who, {.parts = {std::move(part)}, .place = std::move(place), .at = now}, what, now);
}

}  // namespace apiops
