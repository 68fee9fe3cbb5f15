#include "engine/intents/plain_text.h"

#include <re2/re2.h>

#include <array>

#include "engine/base/text.h"

namespace apiops {

namespace {

struct Rewrite {
  RE2 pattern;
  const char* with;
};

void without_notation(std::string& text) {
  static const std::array<Rewrite, 8> kRewrites{{
      {RE2(R"(<tel:([^|>]+)(?:\|[^>]*)?>)"), R"(\1)"},
      {RE2(R"(<mailto:([^|>]+)(?:\|[^>]*)?>)"), R"(\1)"},
      {RE2(R"(<(https?://[^|>\s]+)(?:\|[^>]*)?>)"), R"(\1)"},
      {RE2(R"(<#[A-Z0-9]+\|([^>]+)>)"), R"(#\1)"},
      {RE2(R"(\b((?i:did|by|has|from|was|person|user)) <@[!&]?(\w+)(?:\|[^>]*)?>)"), R"(\1 @\2)"},
      {RE2(R"(<(?:[@!#][^>]*|a?:\w+:\d+|t:\d+(?::\w)?)>)"), " "},
      {RE2(R"((^|\s):[a-z0-9_+-]+:)"), R"(\1)"},
      {RE2(R"(:[a-z_+-][a-z0-9_+-]*:(\s|$))"), R"(\1)"},
  }};
  for (const auto& rewrite : kRewrites) RE2::GlobalReplace(&text, rewrite.pattern, rewrite.with);
}

void without_names(std::string& text) {
  static const RE2 kSubject(R"(\b((?i:did|by|has|from|was|person|user)) @([\w.-]+))"),
      kAddressed(R"((^|\s)@[\w.-]+[,:]?)"), kBack("\x01");
  RE2::GlobalReplace(&text, kSubject, "\\1 \x01\\2");
  RE2::GlobalReplace(&text, kAddressed, R"(\1)");
  RE2::GlobalReplace(&text, kBack, "@");
}

// Quotes and dashes as a keyboard types them; the marks of bold, code and strike taken away.
void without_typography(std::string& text) {
  static const RE2 kQuote("[\u2018\u2019\u02BC\u00B4]"), kDouble("[\u201C\u201D\u201E]"),
      kDash("\\s?[\u2013\u2014]\\s?"), kEllipsis("(^|[^0-9a-fA-F])\u2026"), kHyphen("[\u2010\u2011]"),
      kSpace("[\u00A0\u2000-\u200A\u202F\u3000]");
  RE2::GlobalReplace(&text, kQuote, "'");
  RE2::GlobalReplace(&text, kDouble, "\"");
  RE2::GlobalReplace(&text, kDash, " - ");
  RE2::GlobalReplace(&text, kEllipsis, R"(\1... )");
  RE2::GlobalReplace(&text, kHyphen, "-");
  RE2::GlobalReplace(&text, kSpace, " ");
}

void without_marks(std::string& text) {
  static const RE2 kFence("```(?:[a-z]+\\n)?|`"),
      kBold(R"((^|[\s(])(?:\*{1,2}|~{1,2}|__?)(\S[^*~_\n]*?)(?:\*{1,2}|~{1,2}|__?)($|[\s).,!?:;]))");
  RE2::GlobalReplace(&text, kFence, "");
  RE2::GlobalReplace(&text, kBold, R"(\1\2\3)");
}

void unescape(std::string& text) {
  RE2::GlobalReplace(&text, "&lt;", "<");
  RE2::GlobalReplace(&text, "&gt;", ">");
  RE2::GlobalReplace(&text, "&amp;", "&");
}

// The plain letter that a character looks like, or 0.
char plain_letter(char32_t p) {
  if (p >= 0xFF01 && p <= 0xFF5E) return static_cast<char>(p - 0xFF01 + '!');
  if (p >= 0x1D400 && p <= 0x1D6A3) return static_cast<char>((p - 0x1D400) % 52 % 26 + 'a');
  static constexpr std::u32string_view kFrom =
      U"аеорсхуіѕјһԁԛԝкмтвнАЕОРСХУІЅЈНКМТВοαενικρτυχΑΒΕΖΗΙΚΜΝΟΡΤΥΧàáâãäåèéêëìíîïòóôõöùúûüñçýÿÀÁÂÄÈÉÊËÌÍÎÒÓÔÖÙÚÛÜÑÇı";
  static constexpr std::string_view kTo =
      "aeopcxyisjhdqwkmtbhaeopcxyisjhkmtboaevikptuxabezhikmnoptyxaaaaaaeeeeiiiiooooouuuuncyyaaaaeeeeiiioooouuuunci";
  const auto at = kFrom.find(p);
  return at == std::u32string_view::npos ? '\0' : kTo[at];
}

// The last `most` bytes, from the beginning of a character.
std::string end_of(const std::string& text, std::size_t most) {
  std::size_t begin = text.size() > most ? text.size() - most : 0;
  while (begin < text.size() && (static_cast<unsigned char>(text[begin]) & 0xC0u) == 0x80u) ++begin;
  return text.substr(begin);
}

// A longer message is a log with an ask before or after it: what stands in the middle is left out.
std::string both_ends(std::string_view message) {
  constexpr std::size_t kRaw = 2 * kLookedAt;  // of each end: cleaning takes characters away
  if (message.size() <= 2 * kRaw) {
    std::string text = clean(message);
    if (text.size() <= kLookedAt) return text;
    return clip(text, kLookedAt / 2) + "\n" + end_of(text, kLookedAt / 2);
  }
  return clip(clean(message.substr(0, kRaw)), kLookedAt / 2) + "\n" +
         end_of(clean(message.substr(message.size() - kRaw)), kLookedAt / 2);
}

}  // namespace

std::string plain_text(std::string_view message) {
  std::string text = both_ends(message);
  if (text.find_first_of("<:") != std::string::npos) without_notation(text);
  if (text.find('@') != std::string::npos) without_names(text);
  if (text.find('&') != std::string::npos) unescape(text);
  if (text.find_first_of("\xC2\xCA\xE2\xE3") != std::string::npos) without_typography(text);
  if (text.find_first_of("`*_~") != std::string::npos) without_marks(text);
  return text;
}

std::string folded(std::string_view word) {
  std::string out;
  for (std::size_t i = 0; i < word.size();) {
    const auto b = static_cast<unsigned char>(word[i]);
    const std::size_t size = b < 0x80 ? 1 : b < 0xE0 ? 2 : b < 0xF0 ? 3 : 4;
    if (size == 1 || i + size > word.size()) {
      out += word[i++];
      continue;
    }
    char32_t p = size == 2 ? b & 0x1Fu : size == 3 ? b & 0x0Fu : b & 0x07u;
    for (std::size_t k = 1; k < size; ++k) p = p << 6 | (static_cast<unsigned char>(word[i + k]) & 0x3Fu);
    if (const char plain = plain_letter(p))
      out += plain;
    else
      out.append(word, i, size);
    i += size;
  }
  return lower_ascii(out);
}

}  // namespace apiops
