// Any bytes as a rule file of an operator: refused with file and reason, or taken; never a crash.
#include <cstdint>
#include <string_view>

#include "engine/intents/rule_set.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  apiops::RuleSet rules;
  (void)apiops::add_rule_file(rules, std::string_view(reinterpret_cast<const char*>(data), size), "fuzz.yaml");
  return 0;
}
