// The log: standard error, every line through the masking gate.
#pragma once

#include <string>

#include "engine/masking/gate.h"

namespace apiops {

// Before anything is logged. `level`: error, warn, info, debug; false: there is no such level.
void start_log();
bool set_log_level(const std::string& level);
// From now on lines pass this gate, which knows the credentials in use; it outlives the log, or null is set before it
// goes.
void mask_log_with(const MaskingGate* gate);

}  // namespace apiops
