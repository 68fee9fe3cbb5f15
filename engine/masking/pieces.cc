#include "engine/masking/pieces.h"

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
  line_ = held_.size();
  if (in_key_) return;
  take(held_);
  held_.clear();
  line_ = 0;
}

void Pieces::finish(const Take& take) {
  if (!held_.empty()) take(held_);
  *this = Pieces();
}

}  // namespace apiops::masking
