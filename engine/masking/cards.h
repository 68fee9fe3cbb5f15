// Payment card numbers: 13 to 19 digits in the ranges of the issuers, Luhn valid, blanks and dashes allowed.
#pragma once

#include <string_view>

#include "engine/masking/span.h"

namespace apiops::masking {

void find_cards(std::string_view text, Spans& spans);

}  // namespace apiops::masking
