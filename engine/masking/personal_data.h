// Phone numbers (E.164) and e-mail addresses of people. Our own inventory stays readable.
#pragma once

#include <set>
#include <string>
#include <string_view>

#include "engine/masking/span.h"

namespace apiops::masking {

// Of a number its digits with "+"; of an address its lower case.
std::string normal_contact(std::string_view text);
void find_personal_data(std::string_view text, const std::set<std::string>& own, Spans& spans);

}  // namespace apiops::masking
