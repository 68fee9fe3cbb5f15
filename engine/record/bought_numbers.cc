#include "engine/record/bought_numbers.h"

#include <nlohmann/json.hpp>

namespace apiops {

void let_bought_numbers_through(std::span<const StepRow> steps, const MaskingGate& gate) {
  for (const auto& step : steps)
    if (step.draft.operation == "twilio.number.buy") gate.add_own(get_string(step.draft.parameters, "number"));
}

}  // namespace apiops
