// What a transition takes along: buttons, messages, the inbox row that is done, and, as the last statements, the
// records of the audit trail.
#pragma once

#include <optional>

#include "connectors/store/sqlite/writer.h"
#include "engine/ports/store.h"

namespace apiops::sqlite {

// `number` stands wherever kNumberHere stood.
void take_along(Work& work, Together together, std::optional<long long> number = std::nullopt);

// The next number of that kind ("plan", "alert"), from 1.
long long next_number(Work& work, const std::string& team, const std::string& kind);

}  // namespace apiops::sqlite
