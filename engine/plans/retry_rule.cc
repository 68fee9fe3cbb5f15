#include "engine/plans/retry_rule.h"

#include <algorithm>

#include "engine/plans/policy.h"

namespace apiops {

namespace {

Duration pause_after(const Error* error, int tries, Random& random) {
  const Duration whole = std::min<Duration>(kLongestPause, kFirstPause * (1 << std::clamp(tries - 1, 0, 9)));
  const Duration half = whole / 2;
  const Duration own =
      half + Duration(static_cast<long long>(random.below(static_cast<std::uint64_t>(half.count()) + 1)));
  if (!error || !error->retry_after) return own;
  return std::clamp<Duration>(*error->retry_after, own, kLongestPause);
}

bool may_help(ErrorKind kind) { return kind == ErrorKind::kTransient || kind == ErrorKind::kUnavailable; }

}  // namespace

std::optional<Duration> pause_before_retry(const StepResult& result, int tries, Risk risk, Random& random) {
  if (result.outcome != Outcome::kNotDone) return std::nullopt;
  const Error* error = result.error ? &*result.error : nullptr;
  int most = is_grave(risk) ? kTriesGrave : kTriesOthers;
  if (error && error->kind == ErrorKind::kRateLimited)
    most = kTriesRefused;
  else if (error && !may_help(error->kind))
    return std::nullopt;
  if (tries >= most) return std::nullopt;
  return pause_after(error, tries, random);
}

std::optional<Duration> pause_before_retry(const Error& error, int tries, Random& random) {
  if (error.kind != ErrorKind::kRateLimited && !may_help(error.kind)) return std::nullopt;
  if (tries >= (error.kind == ErrorKind::kRateLimited ? kTriesRefused : kTriesOthers)) return std::nullopt;
  return pause_after(&error, tries, random);
}

}  // namespace apiops
