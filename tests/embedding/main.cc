// The smallest use of the engine in another bot: mask what it says, understand what it hears.
#include <iostream>

#include "engine/intents/rule_set.h"
#include "engine/intents/understand.h"
#include "engine/masking/gate.h"

int main(int argc, char** argv) {
  auto rules = apiops::load_rules(argc > 1 ? argv[1] : "intents");
  if (!rules) {
    std::cerr << rules.error().what << '\n';
    return 1;
  }
  const apiops::Understander understander(std::move(*rules));
  apiops::MaskingGate gate;
  gate.add_secret(apiops::Secret("a-secret-of-this-bot-1234"));
  const std::string heard = "buy a number in 415, my key is a-secret-of-this-bot-1234";
  const auto meaning = understander.understand(heard);
  std::cout << gate.mask(std::string_view(heard)) << " → " << meaning.intent << ' ' << meaning.slots.dump() << '\n';
  return meaning.intent == "twilio.number.buy" ? 0 : 1;
}
