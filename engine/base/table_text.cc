#include "engine/base/table_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>

#include "engine/base/text.h"

namespace apiops {

namespace {

constexpr std::size_t kGap = 2;         // blanks between two columns
constexpr std::size_t kNarrowest = 12;  // characters of a column whose cells go on in the next line

struct Width {
  std::size_t natural = 0;  // of its longest cell
  std::size_t least = 0;    // of its longest word; a number's column is never narrower than natural
};

std::size_t longest_word(std::string_view text) {
  std::size_t longest = 0;
  for (const auto word : split(text, ' ')) longest = std::max(longest, length_in_characters(word));
  return longest;
}

std::vector<Width> widths_of(const Table& table) {
  std::vector<Width> widths(table.columns.size());
  const auto take = [&](std::size_t c, std::string_view text) {
    Width& w = widths[c];
    w.natural = std::max(w.natural, length_in_characters(text));
    w.least = std::max(w.least, table.columns[c].number ? w.natural : longest_word(text));
  };
  for (std::size_t c = 0; c < widths.size(); ++c) take(c, table.columns[c].name);
  for (const auto& row : table.rows)
    for (std::size_t c = 0; c < row.size() && c < widths.size(); ++c) take(c, row[c].text);
  return widths;
}

// The widest columns give way first, all to the same measure.
std::vector<std::size_t> fitted(const std::vector<Width>& widths, std::size_t width) {
  const auto at_most = [&](std::size_t measure) {
    std::vector<std::size_t> fits;
    for (const Width& w : widths) fits.push_back(std::max(w.least, std::min(w.natural, measure)));
    return fits;
  };
  std::size_t measure = kNarrowest;
  for (const Width& w : widths) measure = std::max(measure, w.natural);
  const std::size_t gaps = widths.empty() ? 0 : kGap * (widths.size() - 1);
  const auto total = [&] {
    const auto fits = at_most(measure);
    return std::accumulate(fits.begin(), fits.end(), gaps);
  };
  while (measure > kNarrowest && total() > width) --measure;
  return at_most(measure);
}

std::vector<std::string> wrapped(std::string_view text, std::size_t width) {
  std::vector<std::string> lines(1);
  for (const auto word : split(text, ' ')) {
    std::string& line = lines.back();
    if (line.empty())
      line = word;
    else if (length_in_characters(line) + 1 + length_in_characters(word) <= width)
      line.append(" ").append(word);
    else
      lines.emplace_back(word);
  }
  return lines;
}

std::string row_text(const std::vector<std::vector<std::string>>& cells, const std::vector<std::size_t>& widths,
                     const std::vector<Column>& columns) {
  std::size_t height = 1;
  for (const auto& cell : cells) height = std::max(height, cell.size());
  std::string out;
  for (std::size_t n = 0; n < height; ++n) {
    std::string line;
    for (std::size_t c = 0; c < cells.size(); ++c) {
      if (c > 0) line.append(kGap, ' ');
      line += padded(n < cells[c].size() ? cells[c][n] : std::string(), widths[c], columns[c].number);
    }
    line.erase(line.find_last_not_of(' ') + 1);
    out += line + "\n";
  }
  return out;
}

}  // namespace

std::string padded(std::string_view text, std::size_t width, bool right) {
  const std::size_t length = length_in_characters(text);
  const std::string blanks(width > length ? width - length : 0, ' ');
  return right ? blanks + std::string(text) : std::string(text) + blanks;
}

std::string table_text(const Table& table, std::size_t width) {
  const std::vector<std::size_t> widths = fitted(widths_of(table), width);
  std::vector<std::vector<std::string>> cells;
  for (std::size_t c = 0; c < table.columns.size(); ++c) cells.push_back(wrapped(table.columns[c].name, widths[c]));
  std::string out = row_text(cells, widths, table.columns);
  for (const auto& row : table.rows) {
    cells.clear();
    for (std::size_t c = 0; c < row.size() && c < widths.size(); ++c) cells.push_back(wrapped(row[c].text, widths[c]));
    out += row_text(cells, widths, table.columns);
  }
  if (table.total_rows > table.rows.size())
    out += fmt::format("… {} more\n", with_thousands(static_cast<long long>(table.total_rows - table.rows.size())));
  return out;
}

}  // namespace apiops
