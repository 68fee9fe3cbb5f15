// The simulated account itself: what every resource of it is computed and kept with. Loop thread only; owned by
// TwilioSide, outlives the resources.
#pragma once

#include <string>

#include "connectors/sandbox/ledger.h"
#include "connectors/sandbox/world.h"

namespace apiops::sandbox::twilio {

struct Account {
  World& world;
  Ledger& ledger;

  std::string sid() const { return world.id("AC", Stream::kAccount, 0); }
  std::string auth_token() const { return world.hex(Stream::kAccount, 0, 32); }
  // Writes an effect down; replayed by each resource's apply() at the next start.
  const Json& note(const std::string& effect, Json details) const {
    ledger.add("twilio", effect, world.now(), std::move(details));
    return ledger.effects().back();
  }
};

}  // namespace apiops::sandbox::twilio
