#include "engine/plans/retry_rule.h"

#include <algorithm>

#include "engine/plans/policy.h"

namespace apiops {

namespace {

Duration pause_after(const Error& error, int tries, Random& random) {
  const Duration whole = std::min<Duration>(kLongestPause, kFirstPause * (1 << std::clamp(tries - 1, 0, 9)));
  const Duration half = whole / 2;
  const Duration own =
      half + Duration(static_cast<long long>(random.below(static_cast<std::uint64_t>(half.count()) + 1)));
  if (!error.retry_after) return own;
  return std::clamp<Duration>(*error.retry_after, own, kLongestPause);
}

bool may_help(ErrorKind kind) { return kind == ErrorKind::kTransient || kind == ErrorKind::kUnavailable; }

std::optional<Duration> pause_after_error(const Error& error, int tries, int most, Random& random) {
  const bool refused = error.kind == ErrorKind::kRateLimited;
  if (!refused && !may_help(error.kind)) return std::nullopt;
  if (tries >= (refused ? kTriesRefused : most)) return std::nullopt;
  return pause_after(error, tries, random);
}

}  // namespace

std::optional<Duration> pause_before_retry(const StepResult& result, int tries, Risk risk, Random& random) {
  if (result.outcome != Outcome::kNotDone || !result.error) return std::nullopt;
  return pause_after_error(*result.error, tries, is_grave(risk) ? kTriesGrave : kTriesOthers, random);
}

std::optional<Duration> pause_before_retry(const Error& error, int tries, Random& random) {
  return pause_after_error(error, tries, kTriesOthers, random);
}

}  // namespace apiops
