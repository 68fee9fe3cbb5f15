#include "connectors/services/twilio/operations/outcomes.h"

namespace apiops::twilio {

Planned refused(std::string what, std::string slot, std::vector<Button> choices) {
  return {.draft = std::nullopt, .refusal = Refusal{std::move(what), std::move(slot), std::move(choices)}};
}

Planned drafted(PlanDraft draft) { return {.draft = std::move(draft), .refusal = std::nullopt}; }

StepDraft new_step(const OperationTools& tools, const Operation& operation, Json parameters) {
  StepDraft step;
  step.service = "twilio";
  step.account = tools.account;
  step.environment = tools.environment;
  step.operation = std::string(operation.name());
  step.risk = operation.risk(parameters);
  step.parameters = std::move(parameters);
  return step;
}

StepResult done(Json result, std::string told) {
  StepResult r;
  r.outcome = Outcome::kDone;
  r.result = std::move(result);
  r.told = std::move(told);
  return r;
}

StepResult not_done(Error error, std::string told) {
  StepResult r;
  r.outcome = Outcome::kNotDone;
  r.result = Json::object();
  r.told = std::move(told);
  r.error = std::move(error);
  return r;
}

StepResult not_known(Error error, std::string told) {
  StepResult r = not_done(std::move(error), std::move(told));
  r.outcome = Outcome::kUnknown;
  return r;
}

}  // namespace apiops::twilio
