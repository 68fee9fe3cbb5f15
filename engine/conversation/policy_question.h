// "who can approve a refund of 200 dollars asked by ana?": from such a sentence to the policy's answer.
#pragma once

#include <span>

#include "engine/plans/operation_index.h"
#include "engine/plans/policy.h"

namespace apiops {

// `asker`: who is meant where nobody is named.
Document answer_policy_question(std::string_view text, const Person& asker, const Policy& policy,
                                const OperationIndex& operations, Place place, Time now);

}  // namespace apiops
