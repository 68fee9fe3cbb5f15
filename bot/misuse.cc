#include "bot/misuse.h"

#include <fmt/format.h>

#include <charconv>

#include "bot/command_line.h"
#include "engine/base/text.h"

namespace apiops {

namespace {

// "apiops plans approve"
std::string full_name(const CLI::App& command) {
  return command.get_parent() ? full_name(*command.get_parent()) + " " + command.get_name() : "apiops";
}

std::vector<std::string> options_of(const CLI::App* command) {
  std::vector<std::string> names;
  for (; command; command = command->get_parent())
    for (const auto* option : command->get_options())
      for (const auto& name : option->get_lnames()) names.push_back("--" + name);
  return names;
}

// Every option of every command: written before its command, it is not known yet.
void options_below(const CLI::App& command, std::vector<std::string>& names) {
  for (const auto* sub : command.get_subcommands([](const CLI::App*) { return true; })) {
    for (const auto& name : options_of(sub)) names.push_back(name);
    options_below(*sub, names);
  }
}

std::vector<std::string> commands_of(const CLI::App& command) {
  std::vector<std::string> names;
  for (const auto* sub : command.get_subcommands([](const CLI::App*) { return true; }))
    names.push_back(sub->get_name());
  return names;
}

std::string see_help(const CLI::App& command) {
  return fmt::format("`{} --help` lists what there is.", full_name(command));
}

}  // namespace

CLI::Validator whole_number(long long least, long long most) {
  return {[least, most](std::string& text) {
            long long value = 0;
            const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), value);
            const bool whole = fault == std::errc() && end == text.data() + text.size();
            if (whole && value >= least && value <= most) return std::string();
            return fmt::format("a whole number from {} to {} is expected, not “{}”", least, most, clean_line(text));
          },
          fmt::format("{}-{}", least, most)};
}

int unknown_word(const CLI::App& root, const CLI::App& chosen, const std::string& word) {
  const bool option = word.starts_with("-");
  std::vector<std::string> names = option ? options_of(&chosen) : commands_of(chosen);
  if (option && &chosen == &root) options_below(root, names);
  const std::string what = option ? "option" : names.empty() ? "argument" : "command";
  const std::string bare = word.substr(0, word.find('=')), near = nearest(bare, names);
  std::string sentence = fmt::format("unknown {} “{}”", what, clean_line(bare));
  sentence += near.empty() ? ". " + see_help(chosen) : " (did you mean “" + near + "”?)";
  return fail(kMisuse, sentence);
}

int unknown_choice(const std::string& what, const std::string& word, const std::vector<std::string>& choices) {
  const std::string near = nearest(word, choices);
  return fail(kMisuse,
              fmt::format("unknown {} “{}”", what, clean_line(word)) +
                  (near.empty() ? "; there are " + join(choices, ", ") + "." : " (did you mean “" + near + "”?)"));
}

int malformed(const CLI::App& chosen, const CLI::ParseError& error) {
  std::string sentence = error.what();
  if (sentence.empty() || sentence.back() != '.') sentence += ".";
  return fail(kMisuse, sentence + " " + see_help(chosen));
}

}  // namespace apiops
