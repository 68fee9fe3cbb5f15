#include "engine/plans/tidy.h"

#include <fmt/format.h>

#include <array>
#include <nlohmann/json.hpp>

#include "engine/base/text.h"

namespace apiops {

namespace {

constexpr std::size_t kLeastDigits = 8, kMostDigits = 15;  // E.164
constexpr std::array<std::string_view, 4> kPhones{"to", "from", "number", "numbers"};
// Free text: its blanks and quotes may be meant.
constexpr std::array<std::string_view, 4> kVerbatim{"body", "reason", "friendly_name", "description"};

template <typename Names>
bool among(const Names& names, std::string_view name) {
  for (const auto known : names)
    if (known == name) return true;
  return false;
}

std::string without_wrapping(std::string_view text) {
  constexpr std::string_view kOpening = "\"'`<([", kClosing = "\"'`>)]";
  text = trim(text);
  while (text.size() >= 2) {
    const auto kind = kOpening.find(text.front());
    if (kind == std::string_view::npos || text.back() != kClosing[kind]) break;
    text = trim(text.substr(1, text.size() - 2));
  }
  return std::string(text);
}

// "+1 (415) 555-0134" and "0041 44 668 18 00"; anything that is not surely a number with its country code stays.
std::string as_e164(const std::string& text) {
  std::string digits;
  for (const char c : text) {
    if (c >= '0' && c <= '9')
      digits += c;
    else if (std::string_view(" -.()/+").find(c) == std::string_view::npos)
      return text;
  }
  const bool international = text.starts_with('+') && text.rfind('+') == 0;
  if (!international && !(text.starts_with("00") && text.find('+') == std::string::npos)) return text;
  if (!international) digits.erase(0, 2);
  if (digits.size() < kLeastDigits || digits.size() > kMostDigits || digits.front() == '0') return text;
  return "+" + digits;
}

void tidy(const std::string& name, Json& value, std::vector<std::string>& told) {
  if (value.is_array()) {
    for (auto& item : value) tidy(name, item, told);
    return;
  }
  if (!value.is_string()) return;
  const std::string before = value.get<std::string>();
  std::string after = without_wrapping(before);
  if (among(kPhones, name)) after = as_e164(after);
  if (after == before || after.empty()) return;
  told.push_back(
      fmt::format("{}: “{}” was read as {}", name, clip(clean_line(before), 60), clip(clean_line(after), 60)));
  value = after;
}

}  // namespace

std::vector<std::string> tidy_slots(Json& slots) {
  std::vector<std::string> told;
  if (!slots.is_object()) return told;
  for (auto& [name, value] : slots.items())
    if (!among(kVerbatim, name)) tidy(name, value, told);
  return told;
}

}  // namespace apiops
