#include "engine/base/text.h"

#include <fmt/format.h>

#include <algorithm>

namespace apiops {

namespace {

struct Decoded {
  char32_t point;
  std::size_t size;  // bytes
  bool valid;
};

// One code point; an invalid byte is one "character" of its own (Unicode's maximal subpart practice, simplified).
Decoded decode(std::string_view s) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(s[i]); };
  const auto trail = [&](std::size_t i) { return i < s.size() && (byte(i) & 0xC0) == 0x80; };
  const unsigned char b = byte(0);
  if (b < 0x80) return {b, 1, true};
  if (b >= 0xC2 && b <= 0xDF && trail(1)) return {static_cast<char32_t>((b & 0x1F) << 6 | (byte(1) & 0x3F)), 2, true};
  if (b >= 0xE0 && b <= 0xEF && trail(1) && trail(2)) {
    const auto p = static_cast<char32_t>((b & 0x0F) << 12 | (byte(1) & 0x3F) << 6 | (byte(2) & 0x3F));
    if (p >= 0x800 && (p < 0xD800 || p > 0xDFFF)) return {p, 3, true};
  }
  if (b >= 0xF0 && b <= 0xF4 && trail(1) && trail(2) && trail(3)) {
    const auto p =
        static_cast<char32_t>((b & 0x07) << 18 | (byte(1) & 0x3F) << 12 | (byte(2) & 0x3F) << 6 | (byte(3) & 0x3F));
    if (p >= 0x10000 && p <= 0x10FFFF) return {p, 4, true};
  }
  return {0xFFFD, 1, false};
}

bool within(char32_t p, char32_t from, char32_t to) { return from <= p && p <= to; }

// Characters that show nothing and change what is shown (facts on hostile text, section 2).
bool is_removed(char32_t p) {
  return (p < 0x20 && p != '\n' && p != '\t') || within(p, 0x7F, 0x9F) || within(p, 0x202A, 0x202E) ||
         within(p, 0x2066, 0x2069) || p == 0x200E || p == 0x200F || p == 0x061C || within(p, 0x200B, 0x200D) ||
         p == 0x2060 || p == 0xFEFF || p == 0x00AD || p == 0x180E || within(p, 0xE0000, 0xE0FFF) ||
         within(p, 0xE000, 0xF8FF) || p >= 0xF0000 || within(p, 0xFDD0, 0xFDEF) || (p & 0xFFFE) == 0xFFFE ||
         p == 0x2028 || p == 0x2029;
}

bool is_combining(char32_t p) {
  return within(p, 0x0300, 0x036F) || within(p, 0x1AB0, 0x1AFF) || within(p, 0x1DC0, 0x1DFF) ||
         within(p, 0x20D0, 0x20FF) || within(p, 0xFE20, 0xFE2F);
}

constexpr int kMaxCombining = 4;

}  // namespace

std::string clean(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  int marks = 0;
  std::size_t line = 0;
  while (!text.empty()) {
    const Decoded d = decode(text);
    const std::string_view bytes = text.substr(0, d.size);
    text.remove_prefix(d.size);
    if (d.valid && is_removed(d.point)) continue;
    marks = is_combining(d.point) ? marks + 1 : 0;
    if (marks > kMaxCombining) continue;
    line = d.point == '\n' ? 0 : line + 1;
    if (line > kMaxLineLength) continue;
    if (d.valid)
      out += bytes;
    else
      out += "\xEF\xBF\xBD";
  }
  return out;
}

std::string clean_line(std::string_view text) {
  std::string out = clean(text);
  for (char& c : out)
    if (c == '\n' || c == '\t') c = ' ';
  return out;
}

std::size_t length_in_characters(std::string_view utf8) {
  return static_cast<std::size_t>(
      std::count_if(utf8.begin(), utf8.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }));
}

std::string clip(std::string_view text, std::size_t characters) {
  if (length_in_characters(text) <= characters) return std::string(text);
  std::size_t seen = 0, end = 0;
  while (end < text.size()) {
    if ((static_cast<unsigned char>(text[end]) & 0xC0) != 0x80 && seen++ == (characters == 0 ? 0 : characters - 1))
      break;
    ++end;
  }
  return std::string(text.substr(0, end)) + "…";
}

std::string lower_ascii(std::string_view text) {
  std::string out(text);
  for (char& c : out)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return out;
}

std::string_view trim(std::string_view text) {
  constexpr std::string_view kBlank = " \t\r\n";
  const auto first = text.find_first_not_of(kBlank);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(kBlank) - first + 1);
}

std::vector<std::string_view> split(std::string_view text, char separator) {
  std::vector<std::string_view> parts;
  for (std::size_t start = 0;;) {
    const auto end = text.find(separator, start);
    parts.push_back(text.substr(start, end == std::string_view::npos ? end : end - start));
    if (end == std::string_view::npos) return parts;
    start = end + 1;
  }
}

std::string join(const std::vector<std::string>& parts, std::string_view separator) {
  std::string out;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    if (i > 0) out += separator;
    out += parts[i];
  }
  return out;
}

std::string with_thousands(long long n) {
  std::string digits = std::to_string(n < 0 ? -n : n);
  for (std::size_t at = digits.size(); at > 3;) digits.insert(at -= 3, ",");
  return (n < 0 ? "-" : "") + digits;
}

std::string count_of(long long n, std::string_view singular, std::string_view plural) {
  const std::string word = n == 1           ? std::string(singular)
                           : plural.empty() ? std::string(singular) + "s"
                                            : std::string(plural);
  return with_thousands(n) + " " + word;
}

std::string spaced_number(std::string_view e164) {
  const bool digits =
      e164.size() > 1 && e164[0] == '+' && e164.find_first_not_of("0123456789", 1) == std::string_view::npos;
  if (!digits) return std::string(e164);
  const auto part = [&](std::size_t from, std::size_t n) { return std::string(e164.substr(from, n)); };
  if (e164.size() == 12 && e164[1] == '1') return "+1 " + part(2, 3) + " " + part(5, 3) + " " + part(8, 4);
  if (e164.size() == 13 && e164.substr(1, 2) == "44") return "+44 " + part(3, 2) + " " + part(5, 4) + " " + part(9, 4);
  return std::string(e164);
}

std::size_t edit_distance(std::string_view a, std::string_view b) {
  // Optimal string alignment: a swap of neighbours counts once, as typing does it.
  std::vector<std::vector<std::size_t>> d(a.size() + 1, std::vector<std::size_t>(b.size() + 1));
  for (std::size_t i = 0; i <= a.size(); ++i) d[i][0] = i;
  for (std::size_t j = 0; j <= b.size(); ++j) d[0][j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i)
    for (std::size_t j = 1; j <= b.size(); ++j) {
      d[i][j] = std::min({d[i - 1][j] + 1, d[i][j - 1] + 1, d[i - 1][j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1)});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
        d[i][j] = std::min(d[i][j], d[i - 2][j - 2] + 1);
    }
  return d[a.size()][b.size()];
}

std::string nearest(std::string_view word, const std::vector<std::string>& choices) {
  std::string best;
  std::size_t best_distance = 2 + word.size() / 4;
  for (const auto& choice : choices) {
    const std::size_t distance = edit_distance(word, choice);
    if (distance < best_distance) best_distance = distance, best = choice;
  }
  return best;
}

}  // namespace apiops
