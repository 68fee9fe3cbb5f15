// Compares the ledger of the simulated services with what the agent says, and what people were told with both.
#pragma once

#include "tests/crash/scenario.h"

namespace apiops::crash {

// Is this what a plan's card says at its end?
bool is_last_word(const std::string& aside);

void judge(Verdict& verdict, const Platform& platform, const std::vector<Json>& effects);

}  // namespace apiops::crash
