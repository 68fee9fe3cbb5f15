// Runs an agent until it is told to stop (SIGINT, SIGTERM): what `demo` and `run` have in common.
#pragma once

#include "bot/world.h"

namespace apiops {

// `greeting` is printed once everything answers. Returns the exit code.
int serve(const Common& common, const Config& config, WorldOptions options, const std::string& greeting);

}  // namespace apiops
