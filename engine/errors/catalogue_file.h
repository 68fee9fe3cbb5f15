// The YAML form of a catalogue (intents/errors/*.yaml and a team's own): what the build compiles and what overrides at
// start.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "engine/errors/catalogue.h"

namespace apiops {

// `service:` and `link:` (with {code}) at the top, then `codes:`, a list of mappings. An error names file, line and
// key.
Result<std::vector<ErrorFacts>> parse_catalogue(std::string_view yaml, std::string_view file_name);

}  // namespace apiops
