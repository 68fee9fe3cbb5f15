// The YAML form of the rules.
#include <fmt/format.h>
#include <re2/re2.h>
#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>

#include "engine/intents/rule_set.h"

namespace apiops {

namespace {

struct BadRule {
  YAML::Mark mark;
  std::string what;
};

constexpr std::size_t kLongestPattern = 32'768;  // characters, with its macros: ours take up to 8,000
constexpr int kMostMacros = 1'000;               // of one pattern

using Macros = std::map<std::string, std::string>;

// Values stand in the reduced text as words, "_phone_", so that \b works beside them; people write <phone>.
void name_values(std::string& pattern) {
  static const RE2 kValue("<([a-z]+)>"), kAnyValue("<");
  RE2::GlobalReplace(&pattern, kValue, "_\\1_");
  RE2::GlobalReplace(&pattern, kAnyValue, "_");
}

// "{service}" becomes the macro's text; what is no macro (a count such as {2,3}) stays.
// Macros may hold macros. A macro that holds itself is refused, as it would never end.
std::string with_macros(std::string pattern, const Macros& macros, const YAML::Mark& mark) {
  int put_in = 0;
  for (std::size_t at = 0; (at = pattern.find('{', at)) != std::string::npos;) {
    const std::size_t end = pattern.find('}', at);
    if (end == std::string::npos) break;
    const auto macro = macros.find(pattern.substr(at + 1, end - at - 1));
    if (macro == macros.end()) {
      ++at;
      continue;
    }
    pattern.replace(at, end - at + 1, macro->second);
    if (++put_in > kMostMacros || pattern.size() > kLongestPattern)
      throw BadRule{mark, "{" + macro->first + "} makes this pattern too long: does the macro hold itself?"};
  }
  name_values(pattern);
  return pattern;
}

std::vector<IntentRule::Line> lines_of(const YAML::Node& node) {
  if (!node.IsSequence()) throw BadRule{node.Mark(), "must be a list"};
  std::vector<IntentRule::Line> lines;
  for (const auto& item : node) {
    if (!item.IsScalar()) throw BadRule{item.Mark(), "must be a text"};
    lines.push_back({item.Scalar(), item.Mark().line + 1});
  }
  return lines;
}

const std::string& text_of(const YAML::Node& node) {
  if (!node.IsScalar()) throw BadRule{node.Mark(), "must be a text"};
  return node.Scalar();
}

double weight_of(const YAML::Node& node) {
  double weight = 0;
  if (!node.IsScalar() || !YAML::convert<double>::decode(node, weight) || weight < 0 || weight > 1)
    throw BadRule{node.Mark(), "must be a number from 0 to 1"};
  return weight;
}

// Told where the pattern is written, not when the first message comes.
void must_compile(const std::string& pattern, const YAML::Mark& mark) {
  RE2::Options quiet;
  quiet.set_log_errors(false);
  if (const RE2 compiled(pattern, quiet); !compiled.ok())
    throw BadRule{mark, "pattern can't be read: " + compiled.error()};
}

std::vector<IntentRule::Pattern> patterns_of(const YAML::Node& node, const Macros& macros) {
  if (!node.IsSequence()) throw BadRule{node.Mark(), "must be a list"};
  std::vector<IntentRule::Pattern> patterns;
  for (const auto& item : node) {
    const bool weighed = item.IsMap();
    if (weighed && (!item["pattern"] || !item["weight"] || item.size() != 2))
      throw BadRule{item.Mark(), "needs pattern and weight, and nothing else"};
    const YAML::Node& text = weighed ? item["pattern"] : item;
    IntentRule::Pattern pattern{.text = with_macros(text_of(text), macros, text.Mark()), .line = text.Mark().line + 1};
    if (weighed) pattern.weight = weight_of(item["weight"]);
    must_compile(pattern.text, text.Mark());
    pattern.needs = needs_of(pattern.text);
    patterns.push_back(std::move(pattern));
  }
  return patterns;
}

std::vector<IntentRule::Line> against_of(const YAML::Node& node, const Macros& macros) {
  auto lines = lines_of(node);
  for (std::size_t i = 0; i < lines.size(); ++i) {
    lines[i].text = with_macros(lines[i].text, macros, node[i].Mark());
    must_compile(lines[i].text, node[i].Mark());
  }
  return lines;
}

IntentRule read_intent(const std::string& name, const YAML::Node& node, const Macros& macros, const std::string& file) {
  if (!node.IsMap()) throw BadRule{node.Mark(), name + " must hold keys"};
  IntentRule rule;
  rule.name = name;
  rule.file = file;
  for (const auto& entry : node) {
    const std::string key = entry.first.Scalar();
    const YAML::Node& value = entry.second;
    if (key == "title")
      rule.title = text_of(value);
    else if (key == "change")
      rule.change = value.as<bool>();
    else if (key == "service")
      rule.service = text_of(value);
    else if (key == "slots")
      rule.slots = value.as<std::vector<std::string>>();
    else if (key == "patterns")
      rule.patterns = patterns_of(value, macros);
    else if (key == "against")
      rule.against = against_of(value, macros);
    else if (key == "examples")
      rule.examples = lines_of(value);
    else if (key == "counter_examples")
      rule.counter_examples = lines_of(value);
    else if (key == "answer")
      rule.answer = text_of(value);
    else
      throw BadRule{entry.first.Mark(), "unknown key “" + key + "” in " + name};
  }
  if (rule.title.empty() || rule.patterns.empty() || rule.examples.empty())
    throw BadRule{node.Mark(), name + " needs title, patterns and examples"};
  if (!rule.answer.empty() && rule.change)
    throw BadRule{node.Mark(), name + " answers with a text, so it is no change"};
  rule.example = rule.examples.front().text;
  return rule;
}

void read_console(RuleSet& rules, const YAML::Node& node) {
  for (const auto& item : node) {
    for (const char* key : {"service", "setting", "pattern", "url"})
      if (!item[key]) throw BadRule{item.Mark(), std::string("needs ") + key};
    ConsoleSetting setting{.service = text_of(item["service"]),
                           .setting = text_of(item["setting"]),
                           .pattern = with_macros(text_of(item["pattern"]), rules.macros, item["pattern"].Mark()),
                           .url = text_of(item["url"])};
    must_compile(setting.pattern, item["pattern"].Mark());
    setting.needs = needs_of(setting.pattern);
    rules.console.push_back(std::move(setting));
  }
}

void read_evidence(RuleSet& rules, const YAML::Node& node) {
  for (const auto& item : node) {
    for (const char* key : {"name", "where", "pattern"})
      if (!item[key]) throw BadRule{item.Mark(), std::string("needs ") + key};
    Evidence evidence{.name = text_of(item["name"]),
                      .pattern = with_macros(text_of(item["pattern"]), rules.macros, item["pattern"].Mark()),
                      .where = text_of(item["where"])};
    if (evidence.where != "before" && evidence.where != "clause" && evidence.where != "anywhere")
      throw BadRule{item["where"].Mark(), "must be before, clause or anywhere"};
    if (item["against"]) evidence.against = text_of(item["against"]);
    static const std::set<std::string> kAgainst{"changes", "questions", "concepts", "everything"};
    if (!kAgainst.contains(evidence.against))
      throw BadRule{item["against"].Mark(), "must be changes, questions, concepts or everything"};
    if (item["unless"]) {
      evidence.unless = with_macros(text_of(item["unless"]), rules.macros, item["unless"].Mark());
      must_compile(evidence.unless, item["unless"].Mark());
    }
    if (item["weight"]) evidence.weight = weight_of(item["weight"]);
    must_compile(evidence.pattern, item["pattern"].Mark());
    rules.evidence.push_back(std::move(evidence));
  }
}

void read_words(std::vector<std::string>& words, const YAML::Node& node) {
  if (!node.IsSequence()) throw BadRule{node.Mark(), "must be a list"};
  for (const auto& word : node) words.push_back(text_of(word));
}

// The phrases of a concept that is there already are added to it.
void read_concepts(RuleSet& rules, const YAML::Node& node) {
  for (const auto& entry : node) {
    const std::string& name = text_of(entry.first);
    auto known = std::find_if(rules.concepts.begin(), rules.concepts.end(),
                              [&name](const Concept& c) { return c.name == name; });
    if (known == rules.concepts.end()) known = rules.concepts.insert(known, Concept{name, {}});
    read_words(known->phrases, entry.second);
  }
}

const std::string& concept_named(const RuleSet& rules, const YAML::Node& node) {
  const std::string& name = text_of(node);
  if (std::none_of(rules.concepts.begin(), rules.concepts.end(), [&name](const Concept& c) { return c.name == name; }))
    throw BadRule{node.Mark(), "“" + name + "” is no concept"};
  return name;
}

Sense read_sense(const RuleSet& rules, const std::string& intent, const YAML::Node& node) {
  if (!node.IsMap() || !node["of"] || !node["weight"]) throw BadRule{node.Mark(), "needs of and weight"};
  Sense sense{.intent = intent, .of = {}, .without = {}, .weight = weight_of(node["weight"])};
  for (const auto& group : node["of"]) {
    sense.of.emplace_back();
    if (group.IsScalar()) sense.of.back().push_back(concept_named(rules, group));
    if (group.IsSequence())
      for (const auto& one : group) sense.of.back().push_back(concept_named(rules, one));
  }
  if (node["not"])
    for (const auto& one : node["not"]) sense.without.push_back(concept_named(rules, one));
  return sense;
}

void read_senses(RuleSet& rules, const YAML::Node& node) {
  for (const auto& intent : node)
    for (const auto& sense : intent.second) rules.senses.push_back(read_sense(rules, text_of(intent.first), sense));
}

void add_intent(RuleSet& rules, IntentRule rule) {
  const auto same = std::find_if(rules.intents.begin(), rules.intents.end(),
                                 [&rule](const IntentRule& known) { return known.name == rule.name; });
  if (same == rules.intents.end())
    rules.intents.push_back(std::move(rule));
  else
    *same = std::move(rule);
}

void read_root(RuleSet& rules, const YAML::Node& root, const std::string& file) {
  if (!root.IsMap()) throw BadRule{root.Mark(), "must hold keys such as intents, aliases, macros"};
  if (root["macros"])
    for (const auto& macro : root["macros"]) rules.macros[text_of(macro.first)] = text_of(macro.second);
  if (root["concepts"]) read_concepts(rules, root["concepts"]);
  for (const auto& entry : root) {
    const std::string key = entry.first.Scalar();
    if (key == "macros" || key == "concepts") continue;
    if (key == "aliases")
      for (const auto& alias : entry.second) rules.aliases[text_of(alias.first)] = text_of(alias.second);
    else if (key == "vocabulary")
      read_words(rules.vocabulary, entry.second);
    else if (key == "ordinary_words")
      read_words(rules.ordinary_words, entry.second);
    else if (key == "plain")
      read_words(rules.plain_words, entry.second);
    else if (key == "anchors")
      for (const auto& one : entry.second) rules.anchors.push_back(concept_named(rules, one));
    else if (key == "orders")
      read_words(rules.orders, entry.second);
    else if (key == "senses")
      read_senses(rules, entry.second);
    else if (key == "console")
      read_console(rules, entry.second);
    else if (key == "evidence")
      read_evidence(rules, entry.second);
    else if (key == "intents")
      for (const auto& intent : entry.second)
        add_intent(rules, read_intent(text_of(intent.first), intent.second, rules.macros, file));
    else
      throw BadRule{entry.first.Mark(), "unknown key “" + key + "”"};
  }
}

}  // namespace

Status add_rule_file(RuleSet& rules, std::string_view yaml, const std::string& file) {
  try {
    read_root(rules, YAML::Load(std::string(yaml)), file);
    return {};
  } catch (const BadRule& bad) {
    return failure(ErrorKind::kInvalid, fmt::format("{}:{}: {}", file, bad.mark.line + 1, bad.what));
  } catch (const YAML::Exception& e) {
    return failure(ErrorKind::kInvalid, fmt::format("{}:{}: {}", file, e.mark.line + 1, e.msg));
  }
}

Result<RuleSet> load_rules(const std::string& folder, RuleSet rules) {
  std::vector<std::filesystem::path> files;
  std::error_code ec;
  for (const auto& entry : std::filesystem::directory_iterator(folder, ec))
    if (entry.path().extension() == ".yaml") files.push_back(entry.path());
  if (ec) return failure(ErrorKind::kInvalid, folder + ": can't be read (" + ec.message() + ")");
  std::sort(files.begin(), files.end());
  for (const auto& path : files) {
    std::ifstream in(path);
    std::ostringstream text;
    text << in.rdbuf();
    if (auto added = add_rule_file(rules, text.str(), path.filename().string()); !added)
      return std::unexpected(added.error());
  }
  return rules;
}

}  // namespace apiops
