// The plain drawing of a table: columns side by side within a width. Long cells go on in the next line; a word is never
// broken, so an id can be copied whole, even where that makes a line wider than asked for.
#pragma once

#include <string>
#include <string_view>

#include "engine/base/document.h"

namespace apiops {

std::string table_text(const Table& table, std::size_t width);

// `text` and blanks to `width` characters, at its left or, for numbers, its right side.
std::string padded(std::string_view text, std::size_t width, bool right = false);

}  // namespace apiops
