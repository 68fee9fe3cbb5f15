// Whom the messages of a plan mention, where the policy says that approvers are (hearing: {mention: true}).
#pragma once

#include <optional>

#include "engine/base/document.h"
#include "engine/plans/desk.h"

namespace apiops {

// The groups and people who may approve it now, as the policy names them; nothing where nobody is mentioned.
std::optional<Mentions> approvers_mentioned(const Policy& policy, const PlanView& view);

}  // namespace apiops
