// Where a request may begin: a message in its sentences and parts, polite words at their heads taken away.
// "would you mind canceling …", "can … be canceled?" and "… is done with, delete it" are put as "cancel …", "delete …".
//   "the customer is fine with it, so could you please refund _pi_" → "the customer is fine with it", "refund _pi_"
#pragma once

#include "engine/intents/reduce.h"

namespace apiops {

inline constexpr std::size_t kMostClauses = 24;  // looked at; a longer message is a document

void split_clauses(Reduced& message, const Lexicon& lexicon);

}  // namespace apiops
