// Hosts that look like others: a plan that sends something to such an address is not made.
#pragma once

#include <string>

#include "engine/ports/operation.h"

namespace apiops {

// The first host in the steps' addresses that is not plain ASCII, with every other character shown as �; empty where
// all are plain. A name of another script is written in punycode (xn--…), which nobody takes for another.
std::string deceptive_host(const PlanDraft& draft);

}  // namespace apiops
