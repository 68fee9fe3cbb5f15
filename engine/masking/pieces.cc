#include "engine/masking/pieces.h"

#include <algorithm>
#include <cctype>
#include <iterator>

namespace apiops::masking {

namespace {

constexpr std::string_view kBegin = "-----BEGIN ", kEnd = "-----END ", kPrivate = "PRIVATE KEY";

// A header of a private key on this line whose footer does not follow on it.
bool opens_key(std::string_view line) {
  const auto begin = line.rfind(kBegin);
  if (begin == std::string_view::npos || line.find(kPrivate, begin) == std::string_view::npos) return false;
  return line.find(kEnd, begin) == std::string_view::npos;
}

}  // namespace

bool is_private_key(std::string_view piece) {
  const auto begin = piece.find(kBegin);
  return begin != std::string_view::npos && piece.find(kPrivate, begin) != std::string_view::npos;
}

bool is_wrapped(std::string_view line) {
  if (line.ends_with('\n')) line.remove_suffix(1);
  if (line.ends_with('\r')) line.remove_suffix(1);
  constexpr std::size_t kWidths[] = {64, 72, 76};
  if (std::find(std::begin(kWidths), std::end(kWidths), line.size()) == std::end(kWidths)) return false;
  const auto last = static_cast<unsigned char>(line.back());
  return std::isalnum(last) || std::string_view("-_+/=.%~:").find(line.back()) != std::string_view::npos;
}

void Pieces::feed(std::string_view text, const Take& take) {
  while (!text.empty()) {
    const auto newline = text.find('\n');
    std::size_t n = newline == std::string_view::npos ? text.size() : newline + 1;
    n = std::min(n, kLongestPiece - held_.size());
    held_ += text.substr(0, n);
    text.remove_prefix(n);
    if (held_.back() == '\n') end_line(take);
    if (held_.size() >= kLongestPiece) {
      take(held_);  // over the bound: what follows of a key is still one
      held_ = in_key_ ? std::string(kBegin) + std::string(kPrivate) : std::string();
      line_ = held_.size();
    }
  }
}

void Pieces::end_line(const Take& take) {
  const std::string_view line = std::string_view(held_).substr(line_);
  if (in_key_)
    in_key_ = line.find(kEnd) == std::string_view::npos;
  else
    in_key_ = opens_key(line);
  const bool goes_on = in_key_ || is_wrapped(line);
  line_ = held_.size();
  if (goes_on) return;
  take(held_);
  held_.clear();
  line_ = 0;
}

void Pieces::finish(const Take& take) {
  if (!held_.empty()) take(held_);
  *this = Pieces();
}

}  // namespace apiops::masking
