// apiops chat: the same conversation in the terminal. Buttons are numbered; a number clicks.
#include <fmt/format.h>
#include <unistd.h>

#include <iostream>

#include "bot/command_line.h"
#include "engine/base/text.h"

namespace apiops {

namespace {

struct Shown {
  std::string thread;
  std::vector<Button> buttons;
};

Shown show(const Json& reply) {
  Shown shown{.thread = get_string(reply, "thread"), .buttons = {}};
  auto document = document_from_json(reply.at("document"));
  if (!document) return shown;
  for (auto& button : document->buttons)
    if (!button.token.empty()) {
      shown.buttons.push_back(button);
      button.label = fmt::format("{} {}", shown.buttons.size(), button.label);
    }
  std::cout << to_text(*document, terminal_width()) << "\n\n";
  return shown;
}

std::optional<Json> click(const Common& common, const Shown& shown, std::size_t index) {
  const Button& button = shown.buttons[index];
  std::string typed;
  if (!button.asks_for.empty()) {
    std::cout << button.asks_for << ' ' << std::flush;
    std::getline(std::cin, typed);
  }
  return request(common,
                 {{"op", "click"}, {"as", ""}, {"thread", shown.thread}, {"token", button.token}, {"typed", typed}});
}

int converse(const Common& common) {
  Common same = common;
  Shown shown;
  std::string text;
  while (std::cout << (::isatty(STDIN_FILENO) ? "› " : "") << std::flush, std::getline(std::cin, text)) {
    const std::string said(trim(text));
    if (said.empty()) continue;
    if (said == "quit" || said == "exit") break;
    std::optional<Json> reply;
    if (said.size() <= 2 && said.find_first_not_of("0123456789") == std::string::npos && std::stoul(said) >= 1 &&
        std::stoul(said) <= shown.buttons.size())
      reply = click(same, shown, std::stoul(said) - 1);
    else
      reply = request(same, {{"op", "say"}, {"as", ""}, {"text", said}, {"thread", shown.thread}});
    same.fresh = false;  // once is enough
    if (reply) shown = show(*reply);
  }
  return kDone;
}

}  // namespace

void add_chat(CommandLine& line) {
  auto* chat = line.app.add_subcommand(
      "chat", "The same conversation in the terminal; a number clicks a button, “quit” ends it");
  line.run[chat] = [&line] { return converse(line.common); };
}

}  // namespace apiops
