// A text with its escapes taken away (%2F, \u002d, \/, &amp;, &#95;) and what is invisible left out (zero-width
// characters, soft hyphens, colour codes), with the place that every byte came from: shapes are looked for here as well
// as in the raw text.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace apiops::masking {

struct DecodedView {
  std::string text;
  std::vector<std::size_t> begin, end;  // of each byte of `text`: where it stood in the original
  bool differs = false;
};
inline constexpr int kMostDecodings = 3;
DecodedView decode(std::string_view raw);

}  // namespace apiops::masking
