// apiops rules match|test|lint: what the rules make of a text, and whether their own examples hold.
#include <fmt/format.h>

#include <iostream>

#include "bot/command_line.h"
#include "engine/base/text.h"
#include "engine/intents/rule_set.h"
#include "engine/intents/understand.h"

namespace apiops {

namespace {

std::vector<std::string> words;
bool thread = false;

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

int match(const Common& common) {
  const Understander understander(compiled_rules());
  Context context;
  const auto tell = [&](const std::string& text) {
    const Json answer = match_line(understander, text, thread ? &context : nullptr);
    if (common.json) {
      std::cout << answer.dump(-1, ' ', false, Json::error_handler_t::replace) << '\n';
      return;
    }
    const std::string intent = get_string(answer, "intent");
    std::cout << (intent.empty() ? std::string("not understood") : intent) << "  "
              << answer.value("slots", Json::object()).dump();
    if (answer.contains("candidates")) std::cout << "  could be " << answer.at("candidates").dump();
    std::cout << '\n';
  };
  if (words.size() == 1 && words.front() == "-") {
    std::string text;
    while (std::getline(std::cin, text)) tell(unescaped(text));
  } else {
    tell(join(words, " "));
  }
  return kDone;
}

int test(const Common& common) {
  const Understander understander(compiled_rules());
  const auto faults = understander.check();
  if (common.json) {
    Json list = Json::array();
    for (const auto& fault : faults) list.push_back({{"file", fault.file}, {"line", fault.line}, {"what", fault.what}});
    std::cout << Json{{"examples", understander.examples()}, {"faults", std::move(list)}}.dump() << '\n';
  } else {
    for (const auto& fault : faults) std::cout << fmt::format("{}:{}: {}\n", fault.file, fault.line, fault.what);
    std::cout << fmt::format("{} of {} examples hold\n", understander.examples() - faults.size(),
                             understander.examples());
  }
  return faults.empty() ? kDone : kBadNews;
}

}  // namespace

void add_rules(CommandLine& line) {
  auto* rules = line.app.add_subcommand("rules", "What the rules make of a text, and whether their examples hold");
  auto* matcher =
      rules->add_subcommand("match", "The intent and slots of a text, or of each line of standard input with -");
  matcher->add_option("TEXT", words, "The text, or -")->required();
  matcher->add_flag("--thread", thread, "The lines are the turns of one conversation");
  line.run[matcher] = [&line] { return match(line.common); };
  auto* tester = rules->add_subcommand("test", "Every example in intents/, and what it matched instead");
  line.run[tester] = [&line] { return test(line.common); };
  auto* linter = rules->add_subcommand("lint", "The same, for editors");
  line.run[linter] = line.run[tester];
}

}  // namespace apiops
