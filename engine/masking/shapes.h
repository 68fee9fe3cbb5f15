// Credentials that nobody told us of, by their shape (facts on secrets, sections 1 and 2).
#pragma once

#include <span>
#include <string_view>

#include "engine/masking/span.h"

namespace apiops::masking {

// The patterns (RE2, Latin-1); the first group is what is masked.
std::span<const char* const> shapes();
void find_shapes(std::string_view text, Spans& spans);

}  // namespace apiops::masking
