// Gives every button and choice of a document its token. A button carries the token only; what it does is stored under
// the token's hash, so that nothing in a click has to be trusted.
#pragma once

#include <string>
#include <vector>

#include "engine/base/random.h"
#include "engine/ports/store_rows.h"

namespace apiops {

struct Minting {
  Time ends_at{};
  std::string fingerprint;  // of the plan that the document shows, or empty
  std::string person;       // whom the buttons are for; empty: anyone in that place
};

// Links get no token. Buttons that already have one keep it.
std::vector<ButtonRow> mint_buttons(Document& document, const Minting& minting, Random& random);

inline constexpr Duration kButtonsLive = std::chrono::hours(24);

}  // namespace apiops
