#include "engine/intents/desk.h"

#include "engine/base/text.h"

namespace apiops {

void ReadingDesk::put_aside(const RE2& pattern, const Make& make) {
  const auto groups = static_cast<std::size_t>(pattern.NumberOfCapturingGroups()) + 1;
  std::vector<re2::StringPiece> found(groups);
  std::string out;
  std::size_t at = 0, copied = 0;
  while (at <= text_.size() &&
         pattern.Match(text_, at, text_.size(), RE2::UNANCHORED, found.data(), static_cast<int>(groups))) {
    const auto start = static_cast<std::size_t>(found[0].data() - text_.data());
    const std::size_t end = start + found[0].size();
    Groups texts;
    for (const auto& group : found) texts.emplace_back(group.data() ? group.as_string() : std::string());
    if (auto value = make(texts)) {
      out.append(text_, copied, start - copied);
      out.append(" ").append(1, kPlace).append(std::to_string(values_.size())).append(1, kPlaceEnd).append(" ");
      values_.push_back(std::move(*value));
      copied = end;
    }
    at = end == start ? end + 1 : end;
  }
  if (copied == 0 && out.empty()) return;
  out.append(text_, copied, std::string::npos);
  text_ = std::move(out);
}

// One space between words, none before a comma or a full stop, and none at the ends.
static void tidy(std::string& text) {
  std::string out;
  out.reserve(text.size());
  for (const char c : text) {
    const bool blank = c == ' ' || c == '\t' || c == '\r';
    if (blank && (out.empty() || out.back() == ' ' || out.back() == '\n')) continue;
    if ((c == ',' || c == ';' || c == ':' || c == '?' || c == '!' || c == '.' || c == ')' || c == '\n') &&
        !out.empty() && out.back() == ' ')
      out.pop_back();
    out += blank ? ' ' : c;
  }
  text = std::string(trim(out));
}

Reduced ReadingDesk::finish() {
  Reduced reduced;
  tidy(text_);
  std::string& out = reduced.text;
  for (std::size_t i = 0; i < text_.size();) {
    if (!is_place(text_, i)) {
      out += text_[i++];
      continue;
    }
    const std::size_t end = text_.find(kPlaceEnd, i);
    Value value = values_[std::stoul(text_.substr(i + 1, end - i - 1))];
    const std::string_view head = trim(out);
    const auto space = head.find_last_of(" \n(,");
    value.before = head.substr(space == std::string_view::npos ? 0 : space + 1);
    value.at = out.size();
    out += "_" + value.kind + "_";
    reduced.values.push_back(std::move(value));
    i = end + 1;
  }
  return reduced;
}

}  // namespace apiops
