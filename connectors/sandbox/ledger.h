// The effects of the sandbox's callers (numbers bought, endpoints enabled, refunds made), one JSON object a line, on
// disk and flushed before the call is answered. The first line holds seed and anchor. Replayed over the story at the
// start, so that the agent can be killed beside the sandbox, and the sandbox too. Loop thread only; owned by Sandbox.
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "engine/base/json.h"
#include "engine/base/time.h"

namespace apiops::sandbox {

inline constexpr std::chrono::hours kStoryKept{6};  // an older story is told anew
inline constexpr std::size_t kMaxEffects = 100'000;

class Ledger {
 public:
  // Opens or makes the file (0600); with an empty path everything stays in memory. Throws std::runtime_error where the
  // file can't be had.
  Ledger(const std::string& path, std::uint64_t seed, Time now);
  ~Ledger();
  Ledger(const Ledger&) = delete;
  Ledger& operator=(const Ledger&) = delete;

  Time anchor() const { return anchor_; }
  std::uint64_t seed() const { return seed_; }
  const std::vector<Json>& effects() const { return effects_; }
  // "service", "effect" and "at" (milliseconds) beside what the effect needs.
  void add(const std::string& service, const std::string& effect, Time at, Json details);

 private:
  bool read(const std::string& path, std::uint64_t seed, Time now);
  void write_line(const Json& line);

  int file_ = -1;
  Time anchor_;
  std::uint64_t seed_;
  std::vector<Json> effects_;
};

}  // namespace apiops::sandbox
