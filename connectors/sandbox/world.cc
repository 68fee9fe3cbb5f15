#include "connectors/sandbox/world.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <tuple>

#include "engine/base/text.h"

namespace apiops::sandbox {

namespace {

constexpr std::uint64_t mix(std::uint64_t x) {
  x += 0x9e3779b97f4a7c15ULL;
  x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9ULL;
  x = (x ^ (x >> 27)) * 0x94d049bb133111ebULL;
  return x ^ (x >> 31);
}

void append_hex(std::string& text, std::uint64_t value) {
  static constexpr std::string_view kDigits = "0123456789abcdef";
  for (int shift = 60; shift >= 0; shift -= 4) text += kDigits[(value >> shift) & 15];
}

std::optional<std::uint64_t> number_of_hex(std::string_view text) {
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value, 16);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

}  // namespace

std::uint64_t World::chance(Stream stream, long long n, std::uint64_t salt) const {
  return mix(mix(mix(seed_ ^ (static_cast<std::uint64_t>(stream) << 48)) ^ static_cast<std::uint64_t>(n)) + salt);
}

std::string World::id(std::string_view prefix, Stream stream, long long n) const {
  std::string text;
  text.reserve(prefix.size() + 32);
  text += prefix;
  append_hex(text, chance(stream, n, 1));
  append_hex(text, static_cast<std::uint64_t>(n) ^ mask(stream));
  return text;
}

std::optional<long long> World::place_of(std::string_view prefix, Stream stream, std::string_view text) const {
  if (!text.starts_with(prefix) || text.size() != prefix.size() + 32) return std::nullopt;
  const auto tail = number_of_hex(text.substr(prefix.size() + 16));
  if (!tail) return std::nullopt;
  const auto n = static_cast<long long>(*tail ^ mask(stream));
  return id(prefix, stream, n) == text ? std::optional(n) : std::nullopt;
}

std::string World::letters(Stream stream, long long n, std::size_t count) const {
  static constexpr std::string_view kAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
  std::string text;
  for (std::size_t i = 0; i < count; ++i) text += kAlphabet[chance(stream, n, 100 + i) % kAlphabet.size()];
  return text;
}

std::string World::hex(Stream stream, long long n, std::size_t count) const {
  std::string text;
  for (std::uint64_t i = 0; text.size() < count; ++i) append_hex(text, chance(stream, n, 200 + i));
  text.resize(count);
  return text;
}

Time Beat::at(const World& world, long long n) const {
  const auto spread = static_cast<std::uint64_t>(every.count() * 3 / 4);
  return world.anchor() + every * n + Duration(static_cast<long long>(world.chance(stream, n, 2) % spread));
}

std::vector<long long> Beat::within(const World& world, Time from, Time to) const {
  std::vector<long long> places;
  const Time end = std::min(to, world.now());
  if (end <= from) return places;
  const long long first = (from - world.anchor()) / every - 2, last = (end - world.anchor()) / every + 1;
  for (long long n = last; n >= first; --n)
    if (const Time t = at(world, n); from <= t && t < end) places.push_back(n);
  return places;
}

void newest_first(std::vector<Ref>& refs) {
  std::sort(refs.begin(), refs.end(),
            [](const Ref& a, const Ref& b) { return std::tie(a.at, a.stream, a.n) > std::tie(b.at, b.stream, b.n); });
}

std::string host_of_url(std::string_view url) {
  if (const auto scheme = url.find("://"); scheme != std::string_view::npos) url.remove_prefix(scheme + 3);
  url = url.substr(0, url.find_first_of("/?#"));
  if (const auto at = url.rfind('@'); at != std::string_view::npos) url.remove_prefix(at + 1);
  return lower_ascii(url.substr(0, url.find(':')));
}

bool host_answers(std::string_view host) { return host == kVoiceHost || host == kHooksHost; }

}  // namespace apiops::sandbox
