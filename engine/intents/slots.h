// Slots from a reduced message, as operations.md says ("Slots, exactly"): only those that the intent takes.
#pragma once

#include "engine/intents/reduce.h"

namespace apiops {

Json slots_of(const IntentRule& rule, const Reduced& message, std::string_view original);

// The value that answers a question for one slot ("Which number?"); null where the message holds none.
Json answer_for(const std::string& slot, const IntentRule& rule, const Reduced& message, std::string_view original);

}  // namespace apiops
