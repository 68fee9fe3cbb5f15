// The rows of the list of faults that a kill makes: for each, a few runs that die exactly there.
#pragma once

#include "tests/crash/scenario.h"

namespace apiops::crash {

// The n-th run of that row; its ask is empty where there are no more.
Script script_of_row(int row, std::size_t n);

}  // namespace apiops::crash
