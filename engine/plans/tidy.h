// Auto-fix for bad_params: obvious formatting is put right before anything is planned or sent. Nothing is guessed: a
// value is only freed of what can't belong to it.
#pragma once

#include <string>
#include <vector>

#include "engine/base/json.h"

namespace apiops {

// Trims blanks, quotes and brackets around every text slot, and writes phone numbers with a country code as E.164. One
// sentence for each value that was changed: the plan shows them.
std::vector<std::string> tidy_slots(Json& slots);

}  // namespace apiops
