// Any bytes through the masking gate as a stream: what comes out does not depend on how the input was cut, and a known
// secret never comes out. The first byte says where to cut.
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "engine/masking/gate.h"

using namespace apiops;

namespace {

constexpr std::string_view kKnown = "fuzz-known-secret-2026";

const MaskingGate& gate() {
  static const MaskingGate kGate = [] {
    MaskingGate made;
    made.add_secret(Secret(std::string(kKnown)));
    return made;
  }();
  return kGate;
}

std::string masked(std::string_view text, std::size_t piece) {
  StreamMasker stream(gate());
  std::string out;
  for (std::size_t at = 0; at < text.size(); at += piece) out += stream.feed(text.substr(at, piece));
  return out + stream.finish();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string_view text(reinterpret_cast<const char*>(data) + 1, size - 1);
  const std::string whole = masked(text, text.size() + 1);
  if (whole != masked(text, std::size_t{data[0]} % 31 + 1)) std::abort();
  if (whole.find(kKnown) != std::string::npos) std::abort();
  return 0;
}
