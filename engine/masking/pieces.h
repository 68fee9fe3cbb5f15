// Cuts a text into the pieces that are masked one by one, by the text alone, not by how it arrives: lines, private keys
// as a whole, lines that were wrapped at a usual width together with what follows, and overlong lines after
// kLongestPiece bytes. The whole-text gate and the stream use the same cuts, so they agree.
#pragma once

#include <functional>
#include <string>
#include <string_view>

namespace apiops::masking {

inline constexpr std::size_t kLongestPiece = 64u << 10;

bool is_private_key(std::string_view piece);  // of more than one line, from its header on
// A line (with its end) that is full at a width at which tools wrap and ends inside of a word: a secret may go on.
bool is_wrapped(std::string_view line);

class Pieces {
 public:
  using Take = std::function<void(std::string_view)>;
  void feed(std::string_view text, const Take& take);
  void finish(const Take& take);

 private:
  void end_line(const Take& take);
  std::string held_;      // the line so far, or the private key so far
  std::size_t line_ = 0;  // where in held_ the present line begins
  bool in_key_ = false;
};

}  // namespace apiops::masking
