// API keys that nobody has replaced for long. Twilio does not tell when a key was last used.
#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "connectors/services/twilio/checks/check.h"
#include "engine/base/text.h"

namespace apiops::twilio {

namespace {

constexpr std::chrono::hours kOldKey{365 * 24};

}  // namespace

std::vector<Finding> check_old_key(const ConfigurationView& view) {
  std::vector<Finding> found;
  for (const auto& key : view.keys.value_or(std::vector<ApiKey>{})) {
    if (!key.created || view.now - *key.created <= kOldKey) continue;
    Finding f = finding("old_key", "warning", key.sid,
                        fmt::format("the API key “{}” is {} old", key.name, human_duration(view.now - *key.created)),
                        "a key that leaked at some time still works",
                        "make a new key, move its users over, then revoke this one");
    f.remedy = ask("twilio.key.revoke", Json{{"key", key.sid}}, "Revoke " + key.name);
    found.push_back(std::move(f));
  }
  return found;
}

}  // namespace apiops::twilio
