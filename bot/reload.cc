#include "bot/reload.h"

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include "engine/base/text.h"

namespace apiops {

Result<std::string> reload_policy(Agent& agent, const Common& common) {
  if (common.config.empty())
    return failure(ErrorKind::kInvalid,
                   "This agent was started without a configuration file: there is nothing to read anew.");
  auto config = read_config(common.config);
  if (!config) {
    spdlog::error("The configuration was not taken over; the policy in force stays. {}", config.error().what);
    return std::unexpected(config.error());
  }
  agent.take_policy(*config);
  std::string told =
      fmt::format("{} and {} of {} are in force. What else the file says counts at the next start.",
                  count_of(static_cast<long long>(config->people.size()), "person", "people"),
                  count_of(static_cast<long long>(config->book.rules.size()), "rule"), common.config);
  spdlog::warn("{}", told);
  return told;
}

}  // namespace apiops
