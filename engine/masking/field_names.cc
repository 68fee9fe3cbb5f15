#include "engine/masking/field_names.h"

#include <re2/re2.h>

#include <algorithm>
#include <array>

#include "engine/base/text.h"

namespace apiops::masking {

namespace {

constexpr std::size_t kShortestName = 3;
// Lower case, without separators.
constexpr std::array<std::string_view, 22> kNames{
    "authtoken",    "secret",    "clientsecret",    "signingsecret", "webhooksecret", "apisecret",
    "password",     "passwd",    "sipauthpassword", "calltoken",     "apikey",        "accesstoken",
    "refreshtoken", "idtoken",   "bottoken",        "apptoken",      "privatekey",    "credential",
    "credentials",  "secretkey", "secretaccesskey", "sessiontoken"};
// Short or common words: only whole, or after a separator or a capital.
constexpr std::array<std::string_view, 6> kWholeNames{"pwd", "pass", "authorization", "cookie", "session", "adminkey"};

std::string squeezed(std::string_view name) {
  std::string out;
  for (const char c : name)
    if (c != '-' && c != '_' && c != '.') out += c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
  return out;
}

bool after_separator(std::string_view name, std::size_t length) {
  if (name.size() <= length) return true;
  const char before = name[name.size() - length - 1], first = name[name.size() - length];
  return before == '-' || before == '_' || before == '.' || (first >= 'A' && first <= 'Z');
}

// A plain word under a name that is also an ordinary word: "session: expired".
bool is_plain_word(std::string_view name, std::string_view value) {
  const std::string bare = squeezed(name);
  const bool common = bare == "session" || bare == "credential" || bare == "credentials" || bare == "authorization" ||
                      bare == "cookie" || bare == "pass" || bare == "secret";
  return common && value.size() <= 12 &&
         std::all_of(value.begin(), value.end(), [](char c) { return c >= 'a' && c <= 'z'; });
}

}  // namespace

bool is_secret_field(std::string_view name) {
  const std::string bare = squeezed(name);
  for (const auto known : kNames)
    if (bare.ends_with(known)) return true;
  for (const auto known : kWholeNames)
    if (bare.ends_with(known) && after_separator(name, std::min(name.size(), known.size()))) return true;
  return false;
}

bool is_placeholder(std::string_view value) {
  if (value.starts_with("$") || value.starts_with("<") || value.starts_with("[") || value.starts_with("{{") ||
      value.starts_with("%{"))
    return true;
  if (value.find("…") != std::string_view::npos || value.find("...") != std::string_view::npos ||
      value.find("•") != std::string_view::npos)
    return true;
  const std::string lower = lower_ascii(value);
  if (lower.starts_with("your") || lower == "null" || lower == "undefined" || lower == "redacted" ||
      lower == "changeme" || lower == "example")
    return true;
  return value.find_first_not_of("xX*") == std::string_view::npos;
}

namespace {

bool is_name_sign(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '.' || c == '-';
}

// The name before a separator: `"auth_token" :`, `password=`, `\"secret\":`. Its place in the text.
std::string_view name_before(std::string_view text, std::size_t separator) {
  constexpr std::size_t kLongestName = 64;
  std::size_t end = separator;
  while (end > 0 && (text[end - 1] == ' ' || text[end - 1] == '\t')) --end;
  if (end > 0 && (text[end - 1] == '"' || text[end - 1] == '\'')) --end;
  if (end > 0 && text[end - 1] == '\\') --end;
  std::size_t begin = end;
  while (begin > 0 && end - begin < kLongestName && is_name_sign(text[begin - 1])) --begin;
  while (begin < end && !((text[begin] | 0x20) >= 'a' && (text[begin] | 0x20) <= 'z')) ++begin;
  return text.substr(begin, end - begin);
}

}  // namespace

void find_fields(std::string_view text, Spans& spans) {
  // From the separator on: its value, quoted or bare.
  static const RE2 kValue(
      R"re((?::|=>|=)\s*(?:\\?"([^"\\]{6,}(?:\\[^"][^"\\]*)*)|'([^']{6,})'|([^\s"',;&<>}\])|\\]{6,})))re", RE2::Latin1),
      kCookie(R"re((?i)\b(?:set-)?cookie["']?\s*:\s*["']?([^"'\r\n]{6,}))re", RE2::Latin1);
  const re2::StringPiece whole(text.data(), text.size());
  re2::StringPiece groups[4];
  for (std::size_t at = 0; (at = text.find_first_of(":=", at)) != std::string_view::npos; ++at) {
    const std::string_view name = name_before(text, at);
    if (name.size() < kShortestName || !is_secret_field(name)) continue;
    if (!kValue.Match(whole, at, whole.size(), RE2::ANCHOR_START, groups, 4)) continue;
    const re2::StringPiece& value = groups[1].data() ? groups[1] : groups[2].data() ? groups[2] : groups[3];
    const std::string_view told(value.data(), value.size());
    if (is_placeholder(told) || is_plain_word(name, told)) continue;
    const auto begin = static_cast<std::size_t>(told.data() - text.data());
    const std::string scheme = lower_ascii(told.substr(0, 8));
    if (scheme != "bearer" && scheme != "basic" && scheme != "digest") spans.push_back({begin, begin + told.size()});
    at = begin + told.size() - 1;  // the sign after it may be a separator
  }
  if (text.find("ookie") == std::string_view::npos && text.find("OOKIE") == std::string_view::npos) return;
  re2::StringPiece cookie[2];
  if (kCookie.Match(whole, 0, whole.size(), RE2::UNANCHORED, cookie, 2)) {
    const auto begin = static_cast<std::size_t>(cookie[1].data() - text.data());
    if (!is_placeholder({cookie[1].data(), cookie[1].size()})) spans.push_back({begin, begin + cookie[1].size()});
  }
}

}  // namespace apiops::masking
