// People and policy read anew while the agent runs: where a file changed, on SIGHUP, on `apiops config reload`.
#pragma once

#include "bot/agent.h"
#include "bot/command_line.h"

namespace apiops {

inline constexpr Duration kConfigLook = std::chrono::seconds(2);

// What was taken over, in one sentence. An Error: file, line and reason; the policy in force stays. Either is told in
// the home channel and in the audit trail: who changes the policy changes who decides.
Result<std::string> reload_policy(Agent& agent, const Common& common);
// Looks at the configuration, and at the policy's own file, again and again; what changed and then kept still for one
// look is read anew. Ends with the loop.
asio::awaitable<void> watch_policy(Agent& agent, Common common, Duration every = kConfigLook);

}  // namespace apiops
