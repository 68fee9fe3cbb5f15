// The plain drawing of a document: for terminals, fallback texts and `apiops ask`.
#include <fmt/format.h>

#include <algorithm>

#include "engine/base/document.h"
#include "engine/base/text.h"

namespace apiops {

namespace {

constexpr std::size_t kWidestCell = 60;

std::string padded(std::string_view text, std::size_t width, bool right) {
  const std::size_t length = length_in_characters(text);
  const std::string gap(width > length ? width - length : 0, ' ');
  return right ? gap + std::string(text) : std::string(text) + gap;
}

std::string buttons_text(const std::vector<Button>& buttons) {
  std::string out;
  for (const auto& b : buttons) {
    out += (out.empty() ? "[" : "  [") + b.label + "]";
    if (b.action.kind == "link") out += " " + get_string(b.action.subject, "url");
  }
  return out;
}

std::string_view mark_of(Tone tone) {
  switch (tone) {
    case Tone::kGood:
      return "✓ ";
    case Tone::kWarning:
      return "⚠ ";
    case Tone::kBad:
      return "✗ ";
    case Tone::kPlain:
    case Tone::kMuted:
      return "";
  }
  return "";
}

std::string rtrim(std::string text) {
  while (!text.empty() && text.back() == ' ') text.pop_back();
  return text;
}

struct BlockText {
  std::size_t width;

  std::string operator()(const Paragraph& p) const { return p.text + "\n"; }

  std::string operator()(const Lines& l) const {
    std::size_t widest = 0;
    for (const auto& line : l.lines) widest = std::max(widest, length_in_characters(line.label));
    std::string out;
    for (const auto& line : l.lines) {
      out += line.mark.empty() ? "" : line.mark + " ";
      if (widest > 0) out += padded(line.label, widest, false) + "   ";
      out = out + line.text + "\n";
    }
    return out;
  }

  std::string operator()(const Fields& f) const {
    std::size_t widest = 0;
    for (const auto& field : f.fields) widest = std::max(widest, length_in_characters(field.name));
    std::string out;
    for (const auto& field : f.fields)
      out += padded(field.name, widest, false) + "  " +
             (field.before ? (field.before->empty() ? "(nothing)" : *field.before) + " → " : "") +
             (field.before && field.value.empty() ? "(nothing)" : field.value) + "\n";
    return out;
  }

  std::string operator()(const Table& t) const {
    std::vector<std::size_t> widths;
    for (std::size_t c = 0; c < t.columns.size(); ++c) {
      std::size_t w = length_in_characters(t.columns[c].name);
      for (const auto& row : t.rows)
        if (c < row.size()) w = std::max(w, std::min(kWidestCell, length_in_characters(row[c].text)));
      widths.push_back(w);
    }
    std::string out, line;
    for (std::size_t c = 0; c < t.columns.size(); ++c)
      line += (c ? "  " : "") + padded(t.columns[c].name, widths[c], t.columns[c].number);
    out += rtrim(line) + "\n";
    for (const auto& row : t.rows) {
      line.clear();
      for (std::size_t c = 0; c < row.size() && c < widths.size(); ++c) {
        // The last column may run on: nothing stands to its right.
        const std::string text = c + 1 == widths.size() ? row[c].text : clip(row[c].text, kWidestCell);
        line += (c ? "  " : "") + padded(text, widths[c], t.columns[c].number);
      }
      out += rtrim(line) + "\n";
    }
    if (t.total_rows > t.rows.size())
      out += fmt::format("… {} more\n", with_thousands(static_cast<long long>(t.total_rows - t.rows.size())));
    return out;
  }

  std::string operator()(const Chart& c) const {
    std::string out = spark_line(c.values);
    if (!c.title.empty()) out = c.title + "  " + out;
    if (!c.labels.empty()) out += "  " + c.labels.front() + " – " + c.labels.back();
    return out + (c.note.empty() ? "" : "\n" + c.note) + "\n";
  }

  std::string operator()(const Code& c) const { return c.text + "\n"; }

  std::string operator()(const Menu& m) const {
    std::string out = m.label + ":";
    for (const auto& choice : m.choices) out += " [" + choice.label + "]";
    return out + "\n";
  }
};

}  // namespace

std::string spark_line(const std::vector<double>& values) {
  static constexpr std::string_view kBars[] = {"▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"};
  const double top = values.empty() ? 0 : *std::max_element(values.begin(), values.end());
  std::string out;
  for (double v : values) {
    const double share = top > 0 ? v / top : 0;
    out += kBars[static_cast<std::size_t>(std::clamp(share * 7.0 + 0.5, 0.0, 7.0))];
  }
  return out;
}

std::string to_text(const Document& d, std::size_t width) {
  std::string head = std::string(mark_of(d.tone)) + d.title;
  if (!d.aside.empty()) {
    const std::size_t used = length_in_characters(head) + length_in_characters(d.aside);
    head += std::string(used + 3 < width ? width - used : 3, ' ') + d.aside;
  }
  std::string out = head + "\n";
  for (const auto& block : d.blocks) out += std::visit(BlockText{width}, block);
  if (!d.footer.empty()) out += d.footer + "\n";
  const std::string buttons = buttons_text(d.buttons);
  if (!buttons.empty() || !d.code.empty()) out += rtrim(buttons + (d.code.empty() ? "" : "   code " + d.code)) + "\n";
  return out;
}

}  // namespace apiops
