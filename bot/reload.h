// People and policy read anew while the agent runs (SIGHUP, `apiops config reload`).
#pragma once

#include "bot/agent.h"
#include "bot/command_line.h"

namespace apiops {

// What was taken over, in one sentence. An Error: file, line and reason; the policy in force stays.
Result<std::string> reload_policy(Agent& agent, const Common& common);

}  // namespace apiops
