#include "engine/base/random.h"

#include <openssl/rand.h>

#include <stdexcept>

#include "engine/base/digest.h"

namespace apiops {

std::uint64_t SystemRandom::next() {
  std::uint64_t value = 0;
  if (RAND_bytes(reinterpret_cast<unsigned char*>(&value), sizeof value) != 1)
    throw std::runtime_error("the system's random source failed");
  return value;
}

std::string make_id(Time now, Random& random) {
  static constexpr char kAlphabet[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";  // Crockford's base 32
  std::string id(26, '0');
  auto ms = static_cast<std::uint64_t>(to_millis(now));
  for (std::size_t i = 10; i-- > 0; ms >>= 5) id[i] = kAlphabet[ms & 31];
  for (std::size_t half = 0; half < 2; ++half) {
    std::uint64_t bits = random.next();
    for (std::size_t i = 0; i < 8; ++i, bits >>= 5) id[10 + half * 8 + i] = kAlphabet[bits & 31];
  }
  return id;
}

std::string make_token(Random& random) {
  std::string bytes;
  for (int half = 0; half < 2; ++half) {
    std::uint64_t bits = random.next();
    for (int i = 0; i < 8; ++i, bits >>= 8) bytes += static_cast<char>(bits & 0xff);
  }
  return base64url(bytes);
}

}  // namespace apiops
