// The stored and hashed form of a plan's draft and its steps. Lossless; from_json never throws on what it reads.
#pragma once

#include "engine/ports/operation.h"

namespace apiops {

Json to_json(const StepDraft& step);
StepDraft step_draft_from_json(const Json& json);

Json to_json(const PlanDraft& draft);  // with its steps
PlanDraft plan_draft_from_json(const Json& json);

Json to_json(const Error& error);  // kind by number, code, status, what
Error error_from_json(const Json& json);

}  // namespace apiops
