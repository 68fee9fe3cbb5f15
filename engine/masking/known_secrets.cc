#include "engine/masking/known_secrets.h"

#include <algorithm>

#include "engine/base/digest.h"
#include "engine/base/text.h"
#include "engine/masking/gate.h"

namespace apiops::masking {

namespace {

std::string hex_of(const std::string& text) {
  static constexpr char kDigits[] = "0123456789abcdef";
  std::string out;
  for (const unsigned char c : text) out += kDigits[c >> 4], out += kDigits[c & 15];
  return out;
}

// The middle of the base64 of `shift` unknown bytes, the secret, and whatever follows: what does not depend on the
// neighbours.
std::string base64_inside(const std::string& secret, std::size_t shift) {
  const std::string whole = base64(std::string(shift, 'x') + secret);
  const std::size_t from = shift == 0 ? 0 : shift == 1 ? 2 : 3;
  const std::size_t bits = (shift + secret.size()) * 8;
  const std::size_t to = bits / 6;
  return to > from ? whole.substr(from, to - from) : "";
}

std::uint16_t start_of(char first, char second) {
  return static_cast<std::uint16_t>(static_cast<unsigned char>(first) << 8 | static_cast<unsigned char>(second));
}

std::string both_cases(char c, bool any_case) {
  return any_case && c >= 'a' && c <= 'z' ? std::string{c, static_cast<char>(c - 32)} : std::string{c};
}

std::string url_safe(std::string text) {
  std::replace(text.begin(), text.end(), '+', '-');
  std::replace(text.begin(), text.end(), '/', '_');
  return text;
}

}  // namespace

void KnownSecrets::add_form(std::string text, const std::string& told, bool any_case) {
  if (text.size() < kShortestSecret) return;
  for (const auto& form : forms_)
    if (form.text == text) return;
  for (const char first : both_cases(text[0], any_case))
    for (const char second : both_cases(text[1], any_case)) {
      auto& here = by_start_[start_of(first, second)];
      if (here.empty() || here.back() != forms_.size()) here.push_back(forms_.size());
      starts_.set(start_of(first, second));
    }
  forms_.push_back({std::move(text), any_case, told});
}

void KnownSecrets::add(const std::string& secret) {
  if (secret.size() < kShortestSecret) return;
  const std::string told = MaskingGate::shorten(secret);
  add_form(secret, told);
  add_form(hex_of(secret), told, true);
  for (const std::size_t shift : {0u, 1u, 2u}) {
    const std::string inside = base64_inside(secret, shift);
    if (inside.size() < 8) continue;
    add_form(inside, told);
    add_form(url_safe(inside), told);
  }
  std::string escaped;
  for (const char c : secret) {
    if (c == '"' || c == '\\') escaped += '\\';
    escaped += c;
  }
  add_form(escaped, told);
}

void KnownSecrets::find(std::string_view text, Spans& spans) const {
  if (forms_.empty()) return;
  for (std::size_t at = 0; at + 1 < text.size(); ++at) {
    const std::uint16_t start = start_of(text[at], text[at + 1]);
    if (!starts_[start]) continue;
    for (const std::size_t index : by_start_.at(start)) {
      const Form& form = forms_[index];
      const std::string_view here = text.substr(at, form.text.size());
      if (here == form.text || (form.any_case && lower_ascii(here) == form.text))
        spans.push_back({at, at + form.text.size(), form.told});
    }
  }
}

}  // namespace apiops::masking
