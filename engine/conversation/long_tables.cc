#include "engine/conversation/long_tables.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "engine/base/json.h"
#include "engine/base/text.h"

namespace apiops {

namespace {

bool is_long(const Table& table) { return table.rows.size() > kRowsAtOnce + kRowsToSpare; }

// The rows [from, to) with the buttons that they use.
Table rows_of(const Table& all, std::size_t from, std::size_t to) {
  Table piece{.columns = all.columns};
  for (std::size_t i = from; i < to; ++i) {
    piece.rows.push_back(all.rows[i]);
    for (Cell& cell : piece.rows.back()) {
      if (!cell.button) continue;
      if (*cell.button >= all.buttons.size()) {
        cell.button.reset();
        continue;
      }
      piece.buttons.push_back(all.buttons[*cell.button]);
      cell.button = piece.buttons.size() - 1;
    }
  }
  piece.total_rows = piece.rows.size();
  return piece;
}

std::string counted(std::size_t n) { return with_thousands(static_cast<long long>(n)); }

std::string which_rows(const Table& all, std::size_t from, std::size_t to) {
  const std::size_t total = std::max(all.total_rows, all.rows.size());
  std::string words = fmt::format("Rows {}–{} of {}", counted(from + 1), counted(to), counted(total));
  if (total > all.rows.size())
    words += fmt::format("; the first {} are kept: ask for less, say a shorter period, to see the rest",
                         counted(all.rows.size()));
  return words;
}

bool is_more(const Button& button) { return get_string(button.action.subject, "intent") == kShowMore; }

Button more_button(const std::string& ask, std::size_t table, std::size_t from, const std::string& what) {
  return {.label = what.empty() ? "Show more" : "Show more: " + what,
          .action = {"ask", Json{{"intent", kShowMore},
                                 {"slots", Json{{"ask", ask}, {"table", table}, {"from", from}}},
                                 {"text", "show more"}}}};
}

}  // namespace

Json cut_long_tables(Document& document, const std::string& ask) {
  Document kept{.title = document.title};
  std::vector<Block> blocks;
  const auto long_ones = std::count_if(document.blocks.begin(), document.blocks.end(), [](const Block& b) {
    return std::holds_alternative<Table>(b) && is_long(std::get<Table>(b));
  });
  if (long_ones == 0) return Json();
  for (Block& block : document.blocks) {
    auto* table = std::get_if<Table>(&block);
    if (!table || !is_long(*table)) {
      blocks.push_back(std::move(block));
      continue;
    }
    blocks.emplace_back(rows_of(*table, 0, kRowsAtOnce));
    blocks.emplace_back(Paragraph{which_rows(*table, 0, kRowsAtOnce) + ".", Tone::kMuted});
    if (!ask.empty())
      document.buttons.push_back(more_button(ask, kept.blocks.size(), kRowsAtOnce,
                                             long_ones > 1 && !table->columns.empty() ? table->columns[0].name : ""));
    kept.blocks.push_back(std::move(block));
  }
  document.blocks = std::move(blocks);
  return ask.empty() ? Json() : to_json(kept);
}

std::optional<Document> next_piece(const Json& kept, const Json& slots) {
  const auto whole = document_from_json(kept);
  const auto index = get_integer(slots, "table").value_or(-1), from = get_integer(slots, "from").value_or(-1);
  if (!whole || index < 0 || from < 0 || static_cast<std::size_t>(index) >= whole->blocks.size()) return std::nullopt;
  const auto* table = std::get_if<Table>(&whole->blocks[static_cast<std::size_t>(index)]);
  const auto first = static_cast<std::size_t>(from);
  if (!table || first >= table->rows.size()) return std::nullopt;
  std::size_t end = std::min(first + kRowsAtOnce, table->rows.size());
  if (table->rows.size() - end <= kRowsToSpare) end = table->rows.size();
  Document piece{.title = which_rows(*table, first, end)};
  piece.blocks.emplace_back(rows_of(*table, first, end));
  piece.footer = "Of: " + whole->title;
  if (end < table->rows.size())
    piece.buttons.push_back(more_button(get_string(slots, "ask"), static_cast<std::size_t>(index), end, ""));
  return piece;
}

void put_back(Document& document, const Json& kept) {
  auto whole = document_from_json(kept);
  if (!whole) return;
  std::vector<Block> blocks;
  auto next = whole->blocks.begin();
  for (std::size_t i = 0; i < document.blocks.size(); ++i) {
    const auto* shown = std::get_if<Table>(&document.blocks[i]);
    auto* all = next == whole->blocks.end() ? nullptr : std::get_if<Table>(&*next);
    if (!shown || !all || shown->rows.size() != kRowsAtOnce || shown->columns.size() != all->columns.size()) {
      blocks.push_back(std::move(document.blocks[i]));
      continue;
    }
    blocks.push_back(std::move(*next++));
    ++i;  // what stood under it said how many rows were left out
  }
  document.blocks = std::move(blocks);
  std::erase_if(document.buttons, is_more);
}

Json more_of(const Document& document) {
  const auto more = std::find_if(document.buttons.begin(), document.buttons.end(), is_more);
  return more == document.buttons.end() ? Json() : get_object(more->action.subject, "slots");
}

}  // namespace apiops
