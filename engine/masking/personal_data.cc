#include "engine/masking/personal_data.h"

#include <re2/re2.h>

#include "engine/base/text.h"

namespace apiops::masking {

namespace {

// The country's code is kept, and the last four digits. Codes of one digit: 1 and 7; of two: most of Europe; else
// three.
std::string masked_number(const std::string& e164) {
  const std::size_t code =
      e164[1] == '1' || e164[1] == '7' ? 2
      : std::string_view("35 37 38 42 50 59 67 68 69 80 85 87 88 96 97 99").find(e164.substr(1, 2)) ==
              std::string_view::npos
          ? 3
          : 4;
  return e164.substr(0, code) + " ••• ••• " + e164.substr(e164.size() - 4);
}

// A number goes on over blanks and brackets, and what follows it may be a count: "+1 415 555 0134 (23)". A beginning
// that is one of ours is the number then; else, in the North American plan, the first eleven digits are. The length of
// the number, in bytes of `found`.
std::size_t length_of_number(std::string_view found, const std::set<std::string>& own) {
  std::size_t digits = 0, north_american = 0;
  for (std::size_t i = 1; i < found.size(); ++i) {
    if (found[i] < '0' || found[i] > '9') continue;
    ++digits;
    const bool ends = i + 1 == found.size() || found[i + 1] < '0' || found[i + 1] > '9';
    if (!ends) continue;
    if (digits >= 8 && own.contains(normal_contact(found.substr(0, i + 1)))) return i + 1;
    if (digits == 11 && found[1] == '1') north_american = i + 1;
  }
  return north_american > 0 ? north_american : found.size();
}

// "https://user:p4ss@host": what stands before the host of a URL is no address.
bool is_user_info(std::string_view text, std::size_t at) {
  const auto start = text.substr(0, at).find_last_of(" \t\r\n\"'<>(),;");
  const std::string_view token = text.substr(start == std::string_view::npos ? 0 : start + 1,
                                             at - (start == std::string_view::npos ? 0 : start + 1));
  const auto scheme = token.find("://");
  return scheme != std::string_view::npos && token.find('/', scheme + 3) == std::string_view::npos;
}

}  // namespace

std::string normal_contact(std::string_view text) {
  if (text.find('@') != std::string_view::npos) return lower_ascii(trim(text));
  std::string digits = "+";
  for (const char c : text)
    if (c >= '0' && c <= '9') digits += c;
  return digits;
}

void find_personal_data(std::string_view text, const std::set<std::string>& own, Spans& spans) {
  static const RE2 kPhone(R"((?:^|[^\w+])(\+[1-9](?:[ ().-]{0,2}\d){7,14})(?:$|\D))", RE2::Latin1),
      kMail(R"(([A-Za-z0-9][A-Za-z0-9._%+-]{0,63}@[A-Za-z0-9][A-Za-z0-9.-]{0,251}\.[A-Za-z]{2,}))", RE2::Latin1);
  const re2::StringPiece whole(text.data(), text.size());
  re2::StringPiece groups[2];
  if (text.find('+') != std::string_view::npos)
    for (std::size_t at = 0; at < text.size() && kPhone.Match(whole, at, whole.size(), RE2::UNANCHORED, groups, 2);) {
      const auto begin = static_cast<std::size_t>(groups[1].data() - text.data());
      const std::string_view found = text.substr(begin, length_of_number({groups[1].data(), groups[1].size()}, own));
      at = begin + found.size();
      if (const std::string number = normal_contact(found); !own.contains(number))
        spans.push_back({begin, at, masked_number(number)});
    }
  if (text.find('@') != std::string_view::npos)
    for (std::size_t at = 0; at < text.size() && kMail.Match(whole, at, whole.size(), RE2::UNANCHORED, groups, 2);) {
      const auto begin = static_cast<std::size_t>(groups[1].data() - text.data());
      at = begin + groups[1].size();
      const std::string_view mail(groups[1].data(), groups[1].size());
      if (is_user_info(text, begin)) continue;
      if (!own.contains(lower_ascii(mail)))
        spans.push_back({begin, at, "•••" + std::string(mail.substr(mail.find('@')))});
    }
}

}  // namespace apiops::masking
