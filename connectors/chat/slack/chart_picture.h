// A trend as a picture: bars on a white ground, the largest value and the first and last time written beside them.
// Pure; takes some milliseconds, so it is called in the pool.
#pragma once

#include <string>

#include "engine/base/document.h"

namespace apiops::slack {

// A PNG; empty where it can't be drawn.
std::string chart_png(const Chart& chart);

}  // namespace apiops::slack
