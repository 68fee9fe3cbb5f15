// API keys that nobody has replaced for long. Twilio does not tell when a key was last used.
#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "connectors/services/twilio/checks/check.h"
#include "engine/base/text.h"

namespace apiops::twilio {

namespace {
constexpr std::chrono::hours kOldKey{365 * 24};
}

std::vector<Finding> check_old_key(const ConfigurationView& view) {
  std::vector<Finding> found;
  for (const auto& key : view.keys)
    if (key.created && view.now - *key.created > kOldKey)
      found.push_back(finding(
          "old_key", "warning", key.sid,
          fmt::format("the API key “{}” is {} old", key.name, human_duration(view.now - *key.created)),
          "a key that leaked at some time still works", "make a new key, move its users over, then revoke this one"));
  return found;
}

}  // namespace apiops::twilio
