// All chance passes through a source, seeded in tests. Tokens come from the operating system's generator.
#pragma once

#include <cstdint>
#include <random>
#include <string>

#include "engine/base/time.h"

namespace apiops {

class Random {
 public:
  virtual ~Random() = default;
  virtual std::uint64_t next() = 0;
  // 0 <= result < bound; bound > 0.
  std::uint64_t below(std::uint64_t bound) { return next() % bound; }
};

// From the operating system; for tokens, ids and jitter.
class SystemRandom final : public Random {
 public:
  std::uint64_t next() override;
};

// The same sequence for the same seed; for tests and the sandbox's story.
class SeededRandom final : public Random {
 public:
  explicit SeededRandom(std::uint64_t seed) : engine_(seed) {}
  std::uint64_t next() override { return engine_(); }

 private:
  std::mt19937_64 engine_;
};

// 26 characters, ordered by time (ULID form): the ids of every row.
std::string make_id(Time now, Random& random);

// 128 bits as 22 characters of base64url: what a button carries, and the console's token.
std::string make_token(Random& random);

}  // namespace apiops
