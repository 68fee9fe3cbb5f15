// The YAML form of the rules.
#include <fmt/format.h>
#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "engine/intents/rule_set.h"

namespace apiops {

namespace {

struct BadRule {
  YAML::Mark mark;
  std::string what;
};

using Macros = std::map<std::string, std::string>;

// "{service}" becomes the macro's text; what is no macro (a count such as {2,3}) stays.
std::string with_macros(std::string pattern, const Macros& macros) {
  for (int depth = 0; depth < 4; ++depth)
    for (const auto& [name, text] : macros)
      for (std::size_t at = 0; (at = pattern.find("{" + name + "}", at)) != std::string::npos; at += text.size())
        pattern.replace(at, name.size() + 2, text);
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

IntentRule read_intent(const std::string& name, const YAML::Node& node, const Macros& macros, const std::string& file) {
  IntentRule rule;
  rule.name = name;
  rule.file = file;
  for (const auto& entry : node) {
    const std::string key = entry.first.Scalar();
    const YAML::Node& value = entry.second;
    if (key == "title")
      rule.title = value.Scalar();
    else if (key == "change")
      rule.change = value.as<bool>();
    else if (key == "service")
      rule.service = value.Scalar();
    else if (key == "slots")
      rule.slots = value.as<std::vector<std::string>>();
    else if (key == "patterns")
      rule.patterns = lines_of(value);
    else if (key == "examples")
      rule.examples = lines_of(value);
    else if (key == "counter_examples")
      rule.counter_examples = lines_of(value);
    else
      throw BadRule{entry.first.Mark(), "unknown key “" + key + "” in " + name};
  }
  for (auto& pattern : rule.patterns) pattern.text = with_macros(pattern.text, macros);
  if (rule.title.empty() || rule.patterns.empty() || rule.examples.empty())
    throw BadRule{node.Mark(), name + " needs title, patterns and examples"};
  rule.example = rule.examples.front().text;
  return rule;
}

void read_console(RuleSet& rules, const YAML::Node& node, const Macros& macros) {
  for (const auto& item : node)
    rules.console.push_back({item["service"].as<std::string>(), item["setting"].as<std::string>(),
                             with_macros(item["pattern"].as<std::string>(), macros), item["url"].as<std::string>()});
}

void read_root(RuleSet& rules, const YAML::Node& root, const std::string& file) {
  Macros macros;
  if (root["macros"]) macros = root["macros"].as<Macros>();
  for (const auto& entry : root) {
    const std::string key = entry.first.Scalar();
    if (key == "macros") continue;
    if (key == "aliases")
      for (const auto& alias : entry.second) rules.aliases[alias.first.Scalar()] = alias.second.Scalar();
    else if (key == "vocabulary")
      for (const auto& word : entry.second) rules.vocabulary.push_back(word.Scalar());
    else if (key == "console")
      read_console(rules, entry.second, macros);
    else if (key == "intents")
      for (const auto& intent : entry.second)
        rules.intents.push_back(read_intent(intent.first.Scalar(), intent.second, macros, file));
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

Result<RuleSet> load_rules(const std::string& folder) {
  std::vector<std::filesystem::path> files;
  std::error_code ec;
  for (const auto& entry : std::filesystem::directory_iterator(folder, ec))
    if (entry.path().extension() == ".yaml") files.push_back(entry.path());
  if (ec) return failure(ErrorKind::kInvalid, folder + ": can't be read (" + ec.message() + ")");
  std::sort(files.begin(), files.end());
  RuleSet rules;
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
