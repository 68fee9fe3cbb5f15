#include "engine/masking/field_names.h"

#include <re2/re2.h>

#include <algorithm>
#include <array>

#include "engine/base/text.h"

namespace apiops::masking {

namespace {

constexpr std::size_t kShortestValue = 6;
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

void find_fields(std::string_view text, Spans& spans) {
  static const RE2 kField(
      R"re(([A-Za-z][A-Za-z0-9_.-]{2,63})\\?["']?\s*(?::|=>|=)\s*(?:\\?"([^"\\]{6,}(?:\\[^"][^"\\]*)*)|'([^']{6,})'|([^\s"',;&<>}\])|\\]{6,})))re",
      RE2::Latin1),
      kCookie(R"re((?i)\b(?:set-)?cookie["']?\s*:\s*["']?([^"'\r\n]{6,}))re", RE2::Latin1);
  const re2::StringPiece whole(text.data(), text.size());
  re2::StringPiece groups[5];
  for (std::size_t at = 0; at < text.size() && kField.Match(whole, at, whole.size(), RE2::UNANCHORED, groups, 5);) {
    const re2::StringPiece& value = groups[2].data() ? groups[2] : groups[3].data() ? groups[3] : groups[4];
    const std::string_view name(groups[1].data(), groups[1].size()), told(value.data(), value.size());
    const auto begin = static_cast<std::size_t>(value.data() - text.data());
    if (is_secret_field(name) && told.size() >= kShortestValue && !is_placeholder(told) && !is_plain_word(name, told)) {
      const std::string scheme = lower_ascii(told);
      if (scheme != "bearer" && scheme != "basic" && scheme != "digest") spans.push_back({begin, begin + told.size()});
      at = begin + told.size();
    } else {
      at = static_cast<std::size_t>(groups[1].data() - text.data()) +
           groups[1].size();  // the value may hold a field itself
    }
  }
  re2::StringPiece cookie[2];
  if (kCookie.Match(whole, 0, whole.size(), RE2::UNANCHORED, cookie, 2)) {
    const auto begin = static_cast<std::size_t>(cookie[1].data() - text.data());
    if (!is_placeholder({cookie[1].data(), cookie[1].size()})) spans.push_back({begin, begin + cookie[1].size()});
  }
}

}  // namespace apiops::masking
