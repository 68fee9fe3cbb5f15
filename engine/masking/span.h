// A stretch of a text that must not be shown, in bytes, and how it is told instead.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace apiops::masking {

struct Span {
  std::size_t begin = 0, end = 0;
  std::string told = {};  // empty: first and last four characters
};
using Spans = std::vector<Span>;

}  // namespace apiops::masking
