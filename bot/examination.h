// `apiops doctor`: every credential, connection, the store and the rules: pass or fail, and how to mend it.
#pragma once

#include "bot/agent.h"

namespace apiops {

// {"checks": [{"name", "passed", "what", "fix"}]}
asio::awaitable<Json> examine(Agent& agent, const Json& request);

}  // namespace apiops
