// The mark that a title carries where a platform shows no colour.
#pragma once

#include <string_view>

#include "engine/base/document.h"

namespace apiops {

constexpr std::string_view mark_of(Tone tone) {
  switch (tone) {
    case Tone::kGood:
      return "✓ ";
    case Tone::kWarning:
      return "⚠ ";
    case Tone::kBad:
      return "✗ ";
    case Tone::kPlain:
    case Tone::kMuted:
      return "";
  }
  return "";
}

}  // namespace apiops
