// Slots from a reduced message, as operations.md says ("Slots, exactly"): only those that the intent takes.
#pragma once

#include "engine/intents/reduce.h"
#include "engine/intents/rule_set.h"

namespace apiops {

Json slots_of(const IntentRule& rule, const Reduced& message);

// The value that answers a question for one slot ("Which number?"); null where the message holds none.
Json answer_for(const std::string& slot, const IntentRule& rule, const Reduced& message);

// The kinds of values (Value::kind, and "plan", "alert") that a slot can hold, for what “it” and “that” mean.
std::vector<std::string> kinds_of(const std::string& slot, const std::string& intent);

}  // namespace apiops
