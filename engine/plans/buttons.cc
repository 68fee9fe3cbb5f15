#include "engine/plans/buttons.h"

#include "engine/base/digest.h"

namespace apiops {

namespace {

void mint(const Action& action, std::string& token, const Minting& minting, Random& random,
          std::vector<ButtonRow>& rows) {
  if (action.kind == "link" || !token.empty()) return;
  token = make_token(random);
  rows.push_back({.token_hash = sha256_hex(token),
                  .action = action,
                  .fingerprint = minting.fingerprint,
                  .person = minting.person,
                  .ends_at = minting.ends_at});
}

}  // namespace

std::vector<ButtonRow> mint_buttons(Document& document, const Minting& minting, Random& random) {
  std::vector<ButtonRow> rows;
  for (auto& button : document.buttons) mint(button.action, button.token, minting, random, rows);
  for (auto& block : document.blocks) {
    if (auto* table = std::get_if<Table>(&block))
      for (auto& button : table->buttons) mint(button.action, button.token, minting, random, rows);
    if (auto* menu = std::get_if<Menu>(&block))
      for (auto& choice : menu->choices) mint(choice.action, choice.token, minting, random, rows);
  }
  return rows;
}

}  // namespace apiops
