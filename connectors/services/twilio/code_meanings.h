// The codes that most failed messages and calls end with, in a clause for a diagnosis. The engine's catalogue knows
// them all; these few are what the adapter says itself.
#pragma once

#include <string_view>

namespace apiops::twilio {

struct CodeMeaning {
  std::string_view code, meaning, next;
};
// Null where the code is not among them.
const CodeMeaning* meaning_of(std::string_view code);

}  // namespace apiops::twilio
