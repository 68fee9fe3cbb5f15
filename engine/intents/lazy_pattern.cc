#include "engine/intents/lazy_pattern.h"

#include <stdexcept>

namespace apiops {

namespace {

// Of one pattern: its program and the automaton that RE2 builds as it reads. RE2's own bound of 8 MiB is meant for
// programs with a few patterns; it holds for what is too large for this one.
constexpr std::int64_t kMostMemory = 128 << 10;

std::unique_ptr<const RE2> compiled(const std::string& text, RE2::Options options) {
  options.set_log_errors(false);
  return std::make_unique<const RE2>(text, options);
}

}  // namespace

const RE2& LazyPattern::operator*() const {
  std::call_once(once_, [this] {
    RE2::Options small;
    small.set_max_mem(kMostMemory);
    compiled_ = compiled(text_, small);
    if (!compiled_->ok()) compiled_ = compiled(text_, {});
    if (!compiled_->ok()) throw std::logic_error("a rule's pattern does not compile: " + compiled_->error());
  });
  return *compiled_;
}

}  // namespace apiops
