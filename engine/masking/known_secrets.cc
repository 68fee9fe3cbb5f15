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
  std::string lower;
  for (const auto& form : forms_) {
    if (form.any_case && lower.empty()) lower = lower_ascii(text);
    const std::string_view where = form.any_case ? std::string_view(lower) : text;
    for (std::size_t at = 0; (at = where.find(form.text, at)) != std::string_view::npos; at += form.text.size())
      spans.push_back({at, at + form.text.size(), form.told});
  }
}

}  // namespace apiops::masking
