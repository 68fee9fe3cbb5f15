// apiops rules match|test|lint: what the rules make of a text, and whether their own examples hold.
#include <fmt/format.h>

#include <algorithm>
#include <iostream>
#include <map>

#include "bot/command_line.h"
#include "engine/base/json.h"
#include "engine/base/text.h"
#include "engine/intents/rule_set.h"
#include "engine/intents/understand.h"

namespace apiops {

namespace {

std::vector<std::string> words;
bool thread = false, explain = false;
std::string folder;  // of a team's own rules

// The rules that would be in force: the compiled ones, and those of the folder on top.
RuleSet rules_in_force() {
  if (folder.empty()) return compiled_rules();
  auto all = load_rules(folder, compiled_rules());
  if (!all) throw std::runtime_error(all.error().what);
  return std::move(*all);
}

// A line break inside of a message is written \n, a backslash two backslashes.
std::string unescaped(const std::string& line) {
  std::string text;
  for (std::size_t i = 0; i < line.size(); ++i) {
    if (line[i] != '\\' || i + 1 == line.size())
      text += line[i];
    else if (line[++i] == 'n')
      text += '\n';
    else if (line[i] == '\\')
      text += '\\';
    else
      text += '\\', text += line[i];
  }
  return text;
}

// What was read, which rules matched, what spoke against each, and what came second.
void tell_why(const Understander& understander, const std::string& text) {
  const Json why = understander.explain(text);
  std::cout << "  read as   " << get_string(why, "read") << '\n';
  for (const auto& reading : get_array(why, "readings")) {
    std::cout << fmt::format("  {:.2f} of {:.2f}  {}  {}  “{}”\n", reading["score"].get<double>(),
                             reading["needed"].get<double>(), get_string(reading, "intent"),
                             get_string(reading, "rule"), trim(get_string(reading, "matched")));
    for (const auto& against : get_array(reading, "against"))
      std::cout << "                against: " << against.get<std::string>() << '\n';
  }
}

int match(const Common& common) {
  const Understander understander(rules_in_force());
  Context context;
  const auto tell = [&](const std::string& text) {
    const Json answer = match_line(understander, text, thread ? &context : nullptr);
    if (common.json && explain) {
      std::cout << understander.explain(text).dump(-1, ' ', false, Json::error_handler_t::replace) << '\n';
      return;
    }
    if (common.json) {
      std::cout << answer.dump(-1, ' ', false, Json::error_handler_t::replace) << '\n';
      return;
    }
    const std::string intent = get_string(answer, "intent");
    std::cout << (intent.empty() ? std::string("not understood") : intent) << "  "
              << answer.value("slots", Json::object()).dump();
    if (answer.contains("candidates")) std::cout << "  could be " << answer.at("candidates").dump();
    std::cout << '\n';
    if (explain) tell_why(understander, text);
  };
  if (words.size() == 1 && words.front() == "-") {
    std::string text;
    while (std::getline(std::cin, text)) tell(unescaped(text));
  } else {
    tell(join(words, " "));
  }
  return kDone;
}

int tell_faults(const Common& common, const std::vector<RuleFault>& faults, std::size_t examples) {
  if (common.json) {
    Json list = Json::array();
    for (const auto& fault : faults) list.push_back({{"file", fault.file}, {"line", fault.line}, {"what", fault.what}});
    std::cout << Json{{"examples", examples}, {"faults", std::move(list)}}.dump() << '\n';
  } else {
    for (const auto& fault : faults) std::cout << fmt::format("{}:{}: {}\n", fault.file, fault.line, fault.what);
    std::cout << fmt::format("{} examples, {} faults\n", examples, faults.size());
  }
  return faults.empty() ? kDone : kBadNews;
}

int test(const Common& common) {
  const Understander understander(rules_in_force());
  return tell_faults(common, understander.check(), understander.examples());
}

int lint(const Common& common) {
  const Understander understander(rules_in_force());
  return tell_faults(common, understander.lint(), understander.examples());
}

// Asks that nothing matched, as the audit trail keeps them (masked): the commonest first.
int unmatched(const Common& common) {
  const auto reply = request(common, {{"op", "audit"}, {"text", "not understood"}});
  if (!reply) return kBadNews;
  std::map<std::string, int> asks;
  for (const auto& line : reply->at("lines"))
    if (const auto record = parse_json(line.get<std::string>());
        record && get_string(*record, "action_taken") == "not understood")
      ++asks[get_string(*record, "context")];
  std::vector<std::pair<int, std::string>> ordered;
  for (const auto& [text, count] : asks) ordered.emplace_back(count, text);
  std::sort(ordered.rbegin(), ordered.rend());
  for (const auto& [count, text] : ordered)
    std::cout << (common.json ? Json{{"count", count}, {"text", text}}.dump() : fmt::format("{:>4}  {}", count, text))
              << '\n';
  if (ordered.empty() && !common.json) std::cout << "Every ask that is on record was understood.\n";
  return kDone;
}

}  // namespace

void add_rules(CommandLine& line) {
  auto* rules = line.app.add_subcommand("rules", "What the rules make of a text, and whether their examples hold");
  rules->add_option("--folder", folder, "A folder of your own rules, on top of the built-in ones");
  auto* matcher =
      rules->add_subcommand("match", "The intent and slots of a text, or of each line of standard input with -");
  matcher->add_option("TEXT", words, "The text, or -")->required();
  matcher->add_flag("--thread", thread, "The lines are the turns of one conversation");
  matcher->add_flag("--explain", explain, "Which rules matched, and what spoke for and against them");
  line.run[matcher] = [&line] { return match(line.common); };
  auto* tester = rules->add_subcommand("test", "Every example in intents/, and what it matched instead");
  line.run[tester] = [&line] { return test(line.common); };
  auto* linter =
      rules->add_subcommand("lint", "Patterns that never match, shadow each other or catch others' examples");
  line.run[linter] = [&line] { return lint(line.common); };
  auto* schema = rules->add_subcommand("schema", "The JSON Schema of rule files, for editors");
  line.run[schema] = [] {
    std::cout << rules_schema();
    return kDone;
  };
  auto* lost = rules->add_subcommand("unmatched", "What people asked that nothing matched, the commonest first");
  line.run[lost] = [&line] { return unmatched(line.common); };
}

}  // namespace apiops
