// The closed lists of the ports, by name.
#include <array>

#include "engine/ports/store_rows.h"

namespace apiops {

namespace {

constexpr std::array<std::string_view, 6> kRisks{"read", "test", "change", "spend", "delete", "auth"};
constexpr std::array<std::string_view, 3> kOutcomes{"done", "not_done", "unknown"};
constexpr std::array<std::string_view, 13> kPlanStates{"proposed", "waiting",     "approved", "executing", "succeeded",
                                                       "failed",   "partly_done", "unknown",  "rejected",  "expired",
                                                       "drifted",  "cancelled",   "undone"};
constexpr std::array<std::string_view, 6> kStepStates{"waiting", "running", "done", "failed", "skipped", "unknown"};

template <typename Enum, std::size_t N>
std::optional<Enum> find(const std::array<std::string_view, N>& names, std::string_view name) {
  for (std::size_t i = 0; i < N; ++i)
    if (names[i] == name) return static_cast<Enum>(i);
  return std::nullopt;
}

}  // namespace

std::string_view to_string(Risk risk) { return kRisks.at(static_cast<std::size_t>(risk)); }
std::optional<Risk> risk_from_string(std::string_view name) { return find<Risk>(kRisks, name); }
std::string_view to_string(Outcome outcome) { return kOutcomes.at(static_cast<std::size_t>(outcome)); }
std::string_view to_string(PlanState state) { return kPlanStates.at(static_cast<std::size_t>(state)); }
std::optional<PlanState> plan_state_from_string(std::string_view name) { return find<PlanState>(kPlanStates, name); }
std::string_view to_string(StepState state) { return kStepStates.at(static_cast<std::size_t>(state)); }
std::optional<StepState> step_state_from_string(std::string_view name) { return find<StepState>(kStepStates, name); }

}  // namespace apiops
