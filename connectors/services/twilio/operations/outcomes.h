// What every operation answers with: a refusal to plan, or what became of a step.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "connectors/net/url_guard.h"
#include "connectors/services/twilio/twilio_api.h"
#include "engine/base/clock.h"
#include "engine/ports/operation.h"

namespace apiops::twilio {

// What an operation works with; owned by the adapter, outlives it.
struct OperationTools {
  TwilioApi& api;
  net::UrlGuard& guard;
  Clock& clock;
  std::string account, environment;
};

Planned refused(std::string what, std::string slot = {}, std::vector<Button> choices = {});
Planned drafted(PlanDraft draft);
// A step of this operation at this account, with nothing in it yet.
StepDraft new_step(const OperationTools& tools, const Operation& operation, Json parameters);

StepResult done(Json result, std::string told);
StepResult not_done(Error error, std::string told);
StepResult not_known(Error error, std::string told);

// An order that did not show in so many looks over this time was not carried out.
inline constexpr int kReconcileLooks = 3;
inline constexpr Duration kReconcileSpan{60'000};

}  // namespace apiops::twilio
