// apiops chat: the same conversation in the terminal. Buttons are numbered; a number clicks.
#include <fmt/format.h>
#include <unistd.h>

#include <iostream>

#include "bot/command_line.h"
#include "engine/base/text.h"

namespace apiops {

namespace {

struct Click {
  std::string token, asks_for;
};

struct Shown {
  std::string thread;
  std::vector<Click> clicks;
};

// Everything that can be clicked gets a number before its label: rows' own buttons, choices of a menu, buttons.
Shown show(const Json& reply) {
  Shown shown{.thread = get_string(reply, "thread"), .clicks = {}};
  auto document = document_from_json(reply.at("document"));
  if (!document) return shown;
  const auto number = [&shown](std::string& label, const std::string& token, const std::string& asks_for) {
    if (token.empty()) return;
    shown.clicks.push_back({token, asks_for});
    label = fmt::format("{} {}", shown.clicks.size(), label);
  };
  for (auto& block : document->blocks) {
    if (auto* table = std::get_if<Table>(&block))
      for (auto& row : table->rows)
        for (auto& cell : row)
          if (cell.button && *cell.button < table->buttons.size())
            number(cell.text, table->buttons[*cell.button].token, table->buttons[*cell.button].asks_for);
    if (auto* menu = std::get_if<Menu>(&block))
      for (auto& choice : menu->choices) number(choice.label, choice.token, "");
  }
  for (auto& button : document->buttons) number(button.label, button.token, button.asks_for);
  std::cout << to_text(*document, terminal_width()) << "\n\n";
  return shown;
}

std::optional<Json> click(const Common& common, const Shown& shown, std::size_t index) {
  const Click& clicked = shown.clicks[index];
  std::string typed;
  if (!clicked.asks_for.empty()) {
    std::cout << clicked.asks_for << ' ' << std::flush;
    std::getline(std::cin, typed);
  }
  return request(common,
                 {{"op", "click"}, {"as", ""}, {"thread", shown.thread}, {"token", clicked.token}, {"typed", typed}});
}

// The number of a click, counted from 0.
std::optional<std::size_t> number_of_click(const std::string& said, const Shown& shown) {
  constexpr std::size_t kDigits = 3;
  if (said.size() > kDigits || said.find_first_not_of("0123456789") != std::string::npos) return std::nullopt;
  const std::size_t number = std::stoul(said);
  return number >= 1 && number <= shown.clicks.size() ? std::optional(number - 1) : std::nullopt;
}

int converse(const Common& common) {
  Common same = common;
  Shown shown;
  std::string text;
  while (std::cout << (::isatty(STDIN_FILENO) ? "› " : "") << std::flush, std::getline(std::cin, text)) {
    const std::string said(trim(text));
    if (said.empty()) continue;
    if (said == "quit" || said == "exit") break;
    const auto clicked = number_of_click(said, shown);
    const auto reply = clicked ? click(same, shown, *clicked)
                               : request(same, {{"op", "say"}, {"as", ""}, {"text", said}, {"thread", shown.thread}});
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
