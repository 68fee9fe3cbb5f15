// Approvers choose by the number that a plan buys: it is ours to be, and stays readable wherever the plan is told of,
// also where another process proposed it.
#pragma once

#include <span>

#include "engine/masking/gate.h"
#include "engine/ports/store_rows.h"

namespace apiops {

void let_bought_numbers_through(std::span<const StepRow> steps, const MaskingGate& gate);

}  // namespace apiops
