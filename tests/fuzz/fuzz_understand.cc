// Any bytes as a message, alone and as a follow-up: the lines of the input are the turns of one conversation.
#include <cstdint>
#include <cstdlib>
#include <nlohmann/json.hpp>
#include <string_view>

#include "engine/base/json.h"
#include "engine/intents/periods.h"
#include "engine/intents/rule_set.h"
#include "engine/intents/understand.h"

using namespace apiops;

namespace {

constexpr std::size_t kTurns = 6;

const Understander& understander() {
  static const Understander kUnderstander(compiled_rules());
  return kUnderstander;
}

// What a slot holds must be readable by those who act on it.
void use(const Json& slots) {
  const Time now{std::chrono::hours(24 * 20'000)};
  if (slots.contains("period")) resolve_period(slots["period"], now, "America/New_York");
  if (slots.contains("until") && slots["until"].is_string())
    resolve_until(slots["until"].get<std::string>(), now, "Europe/Berlin");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string_view rest(reinterpret_cast<const char*>(data), size);
  understander().understand(rest);
  Context thread;
  for (std::size_t turn = 0; turn < kTurns && !rest.empty(); ++turn) {
    const std::size_t end = rest.find('\n');
    const Json answer = match_line(understander(), rest.substr(0, end), &thread);
    const double sure = answer.at("confidence").get<double>();
    if (!(sure >= 0 && sure <= 1)) std::abort();
    use(answer.at("slots"));
    rest = end == std::string_view::npos ? std::string_view() : rest.substr(end + 1);
  }
  return 0;
}
