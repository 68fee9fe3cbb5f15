#include "engine/intents/lazy_pattern.h"

#include <cassert>

namespace apiops {

namespace {
// Of one pattern: its program and the automaton that RE2 builds as it reads. RE2's own bound of 8 MiB is meant for
// programs with a few patterns.
constexpr std::int64_t kMostMemory = 1 << 20;
}  // namespace

const RE2& LazyPattern::operator*() const {
  std::call_once(once_, [this] {
    RE2::Options options;
    options.set_log_errors(false);
    options.set_max_mem(kMostMemory);
    compiled_ = std::make_unique<const RE2>(text_, options);
    assert(compiled_->ok());
  });
  return *compiled_;
}

}  // namespace apiops
