// The plain drawing of a document: for terminals, fallback texts and `apiops ask`.
#include <algorithm>

#include "engine/base/document.h"
#include "engine/base/table_text.h"
#include "engine/base/text.h"
#include "engine/base/tone_mark.h"

namespace apiops {

namespace {

constexpr std::size_t kWidestHead = 100;  // its aside stands no further to the right

std::string buttons_text(const std::vector<Button>& buttons) {
  std::string out;
  for (const auto& b : buttons) {
    out += (out.empty() ? "[" : "  [") + b.label + "]";
    if (b.action.kind == "link") out += " " + get_string(b.action.subject, "url");
  }
  return out;
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
      if (widest > 0) out += padded(line.label, widest) + "   ";
      out = out + line.text + "\n";
    }
    return out;
  }

  std::string operator()(const Fields& f) const {
    std::size_t widest = 0;
    for (const auto& field : f.fields) widest = std::max(widest, length_in_characters(field.name));
    std::string out;
    for (const auto& field : f.fields)
      out += padded(field.name, widest) + "  " +
             (field.before ? (field.before->empty() ? "(nothing)" : *field.before) + " → " : "") +
             (field.before && field.value.empty() ? "(nothing)" : field.value) + "\n";
    return out;
  }

  std::string operator()(const Table& t) const { return table_text(t, width); }

  std::string operator()(const Chart& c) const {
    std::string out = spark_line(c.values);
    if (!c.title.empty()) out = c.title + "  " + out;
    if (!c.labels.empty() && !c.labels.front().empty())
      out += "  from " + c.labels.front() + ", the last bar from " + c.labels.back();
    return out + (c.note.empty() ? "" : "\n" + c.note) + "\n";
  }

  std::string operator()(const Code& c) const { return c.text + "\n"; }

  std::string operator()(const Menu& m) const {
    std::string out = m.label + ":";
    for (const auto& choice : m.choices) out += " [" + choice.label + "]";
    return out + "\n";
  }

  std::string operator()(const Mentions& m) const {
    std::string out;
    for (const auto& mention : m.who) out += (out.empty() ? "@" : " @") + mention.name;
    return out + (m.text.empty() ? "" : " " + m.text) + "\n";
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
    const std::size_t place = std::min(width, kWidestHead);
    head += std::string(used + 3 < place ? place - used : 3, ' ') + d.aside;
  }
  std::string out = head + "\n";
  for (const auto& block : d.blocks) out += std::visit(BlockText{width}, block);
  if (!d.footer.empty()) out += d.footer + "\n";
  const std::string buttons = buttons_text(d.buttons);
  if (!buttons.empty() || !d.code.empty()) out += rtrim(buttons + (d.code.empty() ? "" : "   code " + d.code)) + "\n";
  return out;
}

}  // namespace apiops
