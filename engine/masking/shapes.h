// Credentials that nobody told us of, by their shape (facts on secrets, sections 1 and 2).
#pragma once

#include <string_view>

#include "engine/masking/span.h"

namespace apiops::masking {

void find_shapes(std::string_view text, Spans& spans);

}  // namespace apiops::masking
