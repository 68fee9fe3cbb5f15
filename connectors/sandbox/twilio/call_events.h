// What Twilio asked of webhooks for a call, and who made the call: Calls/{Sid}/Events.json.
#pragma once

#include <string>
#include <vector>

#include "connectors/sandbox/world.h"
#include "engine/base/json.h"

namespace apiops::sandbox::twilio {

struct AskedForCall {
  std::string sid, from, to;
  Time at;
  bool by_api = false;  // somebody asked Twilio for it; else it came in
  std::string webhook;  // empty: none was asked
};
std::vector<Json> call_events(const std::string& account, const AskedForCall& call);

}  // namespace apiops::sandbox::twilio
