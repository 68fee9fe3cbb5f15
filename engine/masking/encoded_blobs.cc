#include "engine/masking/encoded_blobs.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>

namespace apiops::masking {

namespace {

constexpr std::size_t kLooked = 12;  // decoded bytes that must be readable before the rest is decoded

constexpr std::array<std::int8_t, 256> make_values() {
  std::array<std::int8_t, 256> values{};
  values.fill(-1);
  constexpr std::string_view kAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  for (std::size_t i = 0; i < kAlphabet.size(); ++i)
    values[static_cast<unsigned char>(kAlphabet[i])] = static_cast<std::int8_t>(i);
  values[static_cast<unsigned char>('-')] = 62;
  values[static_cast<unsigned char>('_')] = 63;
  return values;
}
constexpr std::array<std::int8_t, 256> kValues = make_values();

int value_of(char c) { return kValues[static_cast<unsigned char>(c)]; }

int hex_of(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

bool readable(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](unsigned char c) {
    return (c >= 0x20 && c < 0x7f) || c == '\n' || c == '\r' || c == '\t' || c >= 0xc2;
  });
}

// At most `most` bytes, all readable; nothing where one is not.
std::optional<std::string> from_base64(std::string_view blob, std::size_t most) {
  std::string out;
  std::uint32_t bits = 0;
  int held = 0;
  for (const char c : blob) {
    bits = (bits << 6) | static_cast<std::uint32_t>(value_of(c));
    held += 6;
    if (held < 8) continue;
    held -= 8;
    out += static_cast<char>((bits >> held) & 0xff);
    if (out.size() == most) break;
  }
  return readable(out) ? std::optional(std::move(out)) : std::nullopt;
}

std::optional<std::string> from_hex(std::string_view blob) {
  std::string out;
  for (std::size_t i = 0; i + 1 < blob.size(); i += 2) {
    const int high = hex_of(blob[i]), low = hex_of(blob[i + 1]);
    if (high < 0 || low < 0) return std::nullopt;
    out += static_cast<char>(high * 16 + low);
  }
  return readable(out) ? std::optional(std::move(out)) : std::nullopt;
}

// Where a stretch was cut out of a longer one, its beginning may be in the middle of four characters.
std::optional<std::string> decoded(std::string_view blob) {
  if (hex_of(blob[0]) >= 0 && hex_of(blob[1]) >= 0 && hex_of(blob[blob.size() - 1]) >= 0)
    if (auto text = from_hex(blob)) return text;
  for (std::size_t shift = 0; shift < 4; ++shift) {
    const std::string_view from = blob.substr(shift);
    if (!from_base64(from, kLooked)) continue;
    if (auto text = from_base64(from, from.size())) return text;
  }
  return std::nullopt;
}

}  // namespace

void find_encoded(std::string_view text, const HoldsSecret& holds_secret, Spans& spans, int depth) {
  for (std::size_t at = 0; at < text.size();) {
    if (value_of(text[at]) < 0) {
      ++at;
      continue;
    }
    std::size_t end = at;
    while (end < text.size() && value_of(text[end]) >= 0) ++end;
    if (end - at >= kShortestBlob) {
      if (const auto inside = decoded(text.substr(at, end - at))) {
        Spans deeper;
        const bool here = holds_secret(*inside);
        if (!here && depth < kDeepestBlob) find_encoded(*inside, holds_secret, deeper, depth + 1);
        if (here || !deeper.empty()) spans.push_back({at, end});
      }
    }
    at = end;
  }
}

}  // namespace apiops::masking
