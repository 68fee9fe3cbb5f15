// Which finder finds which slot.
#pragma once

#include <string>

#include "engine/intents/finders.h"

namespace apiops {

// Of the slot as this intent takes it; null where nothing finds it.
const Finder* finder_of(const std::string& slot, const std::string& intent);

}  // namespace apiops
