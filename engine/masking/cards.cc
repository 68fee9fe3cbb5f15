#include "engine/masking/cards.h"

#include <string>

namespace apiops::masking {

namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_word(char c) { return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }

bool luhn(const std::string& digits) {
  int sum = 0;
  for (std::size_t i = 0; i < digits.size(); ++i) {
    int d = digits[digits.size() - 1 - i] - '0';
    if (i % 2 == 1) d = d * 2 > 9 ? d * 2 - 9 : d * 2;
    sum += d;
  }
  return sum % 10 == 0;
}

bool in_range(const std::string& d) {
  const int four = std::stoi(d.substr(0, 4)), two = four / 100, three = four / 10;
  const std::size_t n = d.size();
  if (d[0] == '4') return n == 13 || n == 16 || n == 19;
  if ((two >= 51 && two <= 55) || (four >= 2221 && four <= 2720)) return n == 16;
  if (two == 34 || two == 37) return n == 15;
  if (four == 6011 || (three >= 644 && three <= 649) || two == 65 || (four >= 3528 && four <= 3589)) return n == 16;
  return n == 14 && ((three >= 300 && three <= 305) || two == 36 || two == 38);
}

}  // namespace

void find_cards(std::string_view text, Spans& spans) {
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (!is_digit(text[at]) ||
        (at > 0 && (is_word(text[at - 1]) || text[at - 1] == '+' || text[at - 1] == '.' || text[at - 1] == '-')))
      continue;
    std::string digits;
    std::size_t end = at, i = at;
    while (i < text.size() && digits.size() < 20) {
      if (is_digit(text[i]))
        digits += text[i], end = ++i;
      else if ((text[i] == ' ' || text[i] == '-') && i + 1 < text.size() && is_digit(text[i + 1]))
        ++i;
      else
        break;
    }
    const bool alone = end >= text.size() || (!is_word(text[end]) && text[end] != '.') ||
                       (text[end] == '.' && (end + 1 >= text.size() || !is_digit(text[end + 1])));
    // Groups of a card have four to six digits: a row of status codes is none.
    std::size_t group = 0, shortest = 20;
    for (std::size_t k = at; k <= end; ++k) {
      if (k < end && is_digit(text[k]))
        ++group;
      else
        shortest = std::min(shortest, group), group = 0;
    }
    if (alone && digits.size() >= 13 && digits.size() <= 19 && shortest >= 3 && in_range(digits) && luhn(digits))
      spans.push_back({at, end});
    at = end > at ? end - 1 : at;
  }
}

}  // namespace apiops::masking
