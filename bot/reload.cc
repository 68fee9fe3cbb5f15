#include "bot/reload.h"

#include <fmt/format.h>
#include <sys/stat.h>

#include "engine/base/text.h"

namespace apiops {

namespace {

// Changes when one of the files does, by whatever means: edited, replaced, put back.
std::string state_of_file(const std::string& file) {
  struct stat s{};
  if (file.empty() || ::stat(file.c_str(), &s) != 0) return "none";
  return fmt::format("{}.{}.{}.{}.{}", s.st_dev, s.st_ino, s.st_size, s.st_mtim.tv_sec, s.st_mtim.tv_nsec);
}

std::string state_of_files(const Agent& agent, const Common& common) {
  return state_of_file(common.config) + " " + state_of_file(agent.config().policy_file);
}

}  // namespace

Result<std::string> reload_policy(Agent& agent, const Common& common) {
  if (common.config.empty())
    return failure(ErrorKind::kInvalid,
                   "This agent was started without a configuration file: there is nothing to read anew.");
  auto config = read_config(common.config);
  if (!config) {
    agent.tell_policy("The configuration was not taken over; the policy in force stays. " + config.error().what,
                      Tone::kBad);
    return std::unexpected(config.error());
  }
  agent.take_policy(*config);
  std::string told = fmt::format("{} and {} of {} are in force. What else the file says counts at the next start.",
                                 count_of(static_cast<long long>(config->people.size()), "person", "people"),
                                 count_of(static_cast<long long>(config->book.rules.size()), "rule"), common.config);
  agent.tell_policy(told, Tone::kWarning);
  return told;
}

asio::awaitable<void> watch_policy(Agent& agent, Common common, Duration every) {
  if (common.config.empty()) co_return;
  std::string in_force = state_of_files(agent, common), last = in_force;
  for (;;) {
    co_await agent.clock().sleep_for(every);
    const std::string now = state_of_files(agent, common);
    const bool settled = now == last;  // an editor may be in the middle of writing
    last = now;
    if (!settled || now == in_force) continue;
    (void)reload_policy(agent, common);
    in_force = last = state_of_files(agent, common);  // the new one may name another file
  }
}

}  // namespace apiops
