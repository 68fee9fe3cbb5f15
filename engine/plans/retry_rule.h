// Whether a step that was certainly not done is tried again, and after what pause. Pure, but for the jitter.
#pragma once

#include <optional>

#include "engine/base/random.h"
#include "engine/base/time.h"
#include "engine/ports/operation.h"

namespace apiops {

inline constexpr int kTriesGrave = 2;     // a purchase: one further attempt, no more
inline constexpr int kTriesOthers = 4;    // of anything else
inline constexpr int kTriesRefused = 12;  // where the service said "too many requests": it had not begun
inline constexpr Duration kFirstPause = std::chrono::seconds(2);     // doubling, half of it by chance …
inline constexpr Duration kLongestPause = std::chrono::minutes(15);  // … to this, whatever the service asks for

// `tries`: how often this step was tried so far. Nothing: it is not tried again. Only an error says that trying again
// may help: no error, no retry.
std::optional<Duration> pause_before_retry(const StepResult& result, int tries, Risk risk, Random& random);
// The same for a reading that failed before anything was sent.
std::optional<Duration> pause_before_retry(const Error& error, int tries, Random& random);

}  // namespace apiops
