// Stretches of base64 (either alphabet) or hexadecimal that hold readable text, with that text: a secret in it gives
// the whole stretch away. Digests and ids decode to noise, which is seen from the first bytes.
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "engine/masking/span.h"

namespace apiops::masking {

inline constexpr std::size_t kShortestBlob = 24;  // characters: shorter ones hold nothing that has a shape
inline constexpr int kDeepestBlob = 3;            // base64 in base64 in base64

using HoldsSecret = std::function<bool(std::string_view decoded)>;
void find_encoded(std::string_view text, const HoldsSecret& holds_secret, Spans& spans, int depth = 1);

}  // namespace apiops::masking
