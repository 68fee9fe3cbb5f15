#include "engine/masking/decoded_view.h"

#include <array>
#include <cstdint>

namespace apiops::masking {

namespace {

int hex(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

struct Read {
  std::size_t length = 0;  // bytes of the original; 0: nothing to decode here
  int byte = -1;           // what they stand for; -1: nothing visible
};

Read percent(std::string_view s) {
  if (s.size() < 3 || hex(s[1]) < 0 || hex(s[2]) < 0) return {};
  return {3, hex(s[1]) * 16 + hex(s[2])};
}

Read backslash(std::string_view s) {
  if (s.size() >= 2 && s[1] == '/') return {2, '/'};
  if (s.size() < 6 || s[1] != 'u') return {};
  int value = 0;
  for (std::size_t i = 2; i < 6; ++i) {
    if (hex(s[i]) < 0) return {};
    value = value * 16 + hex(s[i]);
  }
  if (value == 0x200b || value == 0x00ad || value == 0xfeff) return {6, -1};
  return value >= 0x20 && value < 0x7f ? Read{6, value} : Read{};
}

Read entity(std::string_view s) {
  static constexpr std::array<std::pair<std::string_view, char>, 15> kNamed{{{"&amp;", '&'},
                                                                             {"&lt;", '<'},
                                                                             {"&gt;", '>'},
                                                                             {"&quot;", '"'},
                                                                             {"&apos;", '\''},
                                                                             {"&lowbar;", '_'},
                                                                             {"&hyphen;", '-'},
                                                                             {"&dash;", '-'},
                                                                             {"&sol;", '/'},
                                                                             {"&colon;", ':'},
                                                                             {"&equals;", '='},
                                                                             {"&plus;", '+'},
                                                                             {"&period;", '.'},
                                                                             {"&commat;", '@'},
                                                                             {"&percnt;", '%'}}};
  for (const auto& [name, c] : kNamed)
    if (s.starts_with(name)) return {name.size(), c};
  if (s.size() < 4 || s[1] != '#') return {};
  const bool hexadecimal = s[2] == 'x' || s[2] == 'X';
  const std::size_t first = hexadecimal ? 3 : 2, longest = first + 6;
  int value = 0;
  std::size_t i = first;
  for (; i < s.size() && i < longest; ++i) {
    const int digit = hex(s[i]);
    if (digit < 0 || (!hexadecimal && digit > 9)) break;
    value = value * (hexadecimal ? 16 : 10) + digit;
  }
  return i > first && i < s.size() && s[i] == ';' && value >= 0x20 && value < 0x7f ? Read{i + 1, value} : Read{};
}

Read invisible(std::string_view s) {
  for (const std::string_view sign :
       {std::string_view("\xe2\x80\x8b"), std::string_view("\xe2\x80\x8c"), std::string_view("\xe2\x80\x8d"),
        std::string_view("\xe2\x81\xa0"), std::string_view("\xef\xbb\xbf"), std::string_view("\xc2\xad")})
    if (s.starts_with(sign)) return {sign.size(), -1};
  if (!s.starts_with("\x1b[")) return {};
  std::size_t i = 2;
  while (i < s.size() && i < 16 && ((s[i] >= '0' && s[i] <= '9') || s[i] == ';')) ++i;
  return i < s.size() && s[i] >= 'A' && s[i] <= 'z' ? Read{i + 1, -1} : Read{};
}

Read read_at(std::string_view s) {
  switch (s.front()) {
    case '%':
      return percent(s);
    case '\\':
      return backslash(s);
    case '&':
      return entity(s);
    case '\xe2':
    case '\xef':
    case '\xc2':
    case '\x1b':
      return invisible(s);
    default:
      return {};
  }
}

constexpr std::string_view kSigns = "%\\&\xe2\xef\xc2\x1b";

DecodedView decode_once(std::string_view raw) {
  DecodedView view;
  view.text.reserve(raw.size());
  for (std::size_t at = 0; at < raw.size();) {
    const Read read = read_at(raw.substr(at));
    view.differs = view.differs || read.length > 0;
    const std::size_t length = read.length > 0 ? read.length : 1;
    if (read.length == 0 || read.byte >= 0) {
      view.text += read.length == 0 ? raw[at] : static_cast<char>(read.byte);
      view.begin.push_back(at);
      view.end.push_back(at + length);
    }
    at += length;
  }
  return view;
}

}  // namespace

// What was escaped twice (%255F) is decoded twice.
DecodedView decode(std::string_view raw) {
  if (raw.find_first_of(kSigns) == std::string_view::npos) return {};  // nobody looks at it
  DecodedView view = decode_once(raw);
  for (int times = 1; times < kMostDecodings && view.differs; ++times) {
    if (view.text.find_first_of(kSigns) == std::string::npos) break;
    DecodedView deeper = decode_once(view.text);
    if (!deeper.differs) break;
    for (std::size_t i = 0; i < deeper.text.size(); ++i) {
      deeper.begin[i] = view.begin[deeper.begin[i]];
      deeper.end[i] = view.end[deeper.end[i] - 1];
    }
    view = std::move(deeper);
  }
  return view;
}

}  // namespace apiops::masking
