#include "engine/intents/reduce.h"

#include "engine/base/text.h"
#include "engine/intents/clauses.h"
#include "engine/intents/desk.h"
#include "engine/intents/plain_text.h"

namespace apiops {

namespace {

constexpr std::size_t kMostMended = 60;  // unknown words whose neighbours are looked for: a longer list is a log

bool in_word(char c) {
  return (c >= 'a' && c <= 'z') || c == '\'' || (c >= '0' && c <= '9') || c == '_' || c == '-' ||
         static_cast<unsigned char>(c) >= 0x80;
}

std::string with_mended_words(const std::string& text, const Lexicon& lexicon) {
  std::string out;
  out.reserve(text.size());
  std::size_t mended = 0;
  for (std::size_t i = 0; i < text.size();) {
    if (ReadingDesk::is_place(text, i)) {
      const std::size_t end = text.find(ReadingDesk::kPlaceEnd, i);
      out.append(text, i, end - i + 1);
      i = end + 1;
      continue;
    }
    std::size_t end = i;
    while (end < text.size() && in_word(text[end])) ++end;
    if (end == i) {
      out += text[i++];
      continue;
    }
    const std::string_view word(text.data() + i, end - i);
    if (!lexicon.knows(word)) ++mended;
    out += mended <= kMostMended ? lexicon.mended(word) : std::string(word);
    i = end;
  }
  return out;
}

}  // namespace

Reduced reduce(std::string_view message, const Lexicon& lexicon, std::string_view country) {
  std::string original = plain_text(message);
  ReadingDesk desk(original);
  put_aside_values(desk, country);
  std::string lower = lower_ascii(desk.text());
  lexicon.put_in_phrases(lower);
  desk.text() = with_mended_words(lower, lexicon);
  put_aside_phrases(desk);
  Reduced reduced = desk.finish();
  reduced.original = std::move(original);
  split_clauses(reduced, lexicon);
  return reduced;
}

}  // namespace apiops
