// twilio.call.place: one short call that says it is a test and hangs up, watched until it ends.
#include <fmt/format.h>

#include "connectors/services/twilio/operations/operations.h"
#include "connectors/services/twilio/operations/outgoing.h"
#include "connectors/services/twilio/operations/test_target.h"
#include "connectors/services/twilio/operations/twilio_operation.h"
#include "connectors/services/twilio/prices.h"
#include "engine/base/text.h"

namespace apiops::twilio {

namespace {

constexpr const char* kSaid = "This is a test call from apiops. Goodbye.";

OutgoingCall call_of(const Json& parameters) {
  return {.to = get_string(parameters, "to"),
          .from = get_string(parameters, "from"),
          .twiml = fmt::format("<Response><Say>{}</Say><Hangup/></Response>", kSaid)};
}

class CallPlace final : public TwilioOperation {
 public:
  explicit CallPlace(OperationTools tools)
      : TwilioOperation(std::move(tools), "twilio.call.place", "Place a test call", Risk::kTest) {}

  asio::awaitable<Result<Planned>> plan(Json slots) override;
  asio::awaitable<Result<Json>> observe(Json parameters) override;
  asio::awaitable<StepResult> execute(Attempt attempt) override;
  asio::awaitable<StepResult> reconcile(Attempt attempt) override;
};

}  // namespace

asio::awaitable<Result<Planned>> CallPlace::plan(Json slots) {
  auto target = co_await test_target(tools_, std::string(name()), "voice", slots);
  if (!target) co_return std::unexpected(target.error());
  if (target->refusal) co_return std::move(*target->refusal);
  std::optional<Money> minute;
  if (!target->country.empty()) {
    auto read = co_await minute_price(tools_.api, target->country, target->to);
    if (!read && read.error().kind != ErrorKind::kNotFound) co_return std::unexpected(read.error());
    if (read) minute = *read;
  }
  StepDraft step = new_step(tools_, *this, Json{{"to", target->to}, {"from", target->from.number}});
  step.expected = expected_target(*target);
  step.summary = fmt::format("Call {} from {}", spaced_number(target->to), spaced_number(target->from.number));
  step.fields = {{.name = "Says", .value = kSaid}};
  step.cost = minute;
  step.effect = "the phone rings for at most 30 s; a call is billed by the minute and ends after one at the latest";
  step.undo = "it can't be taken back";
  PlanDraft draft;
  draft.title = "Place a test call";
  if (!minute) draft.warnings.push_back("Twilio's price list has no price for this number");
  draft.steps.push_back(std::move(step));
  co_return drafted(std::move(draft));
}

asio::awaitable<Result<Json>> CallPlace::observe(Json parameters) {
  return observe_target(tools_, "voice", std::move(parameters));
}

asio::awaitable<StepResult> CallPlace::execute(Attempt attempt) {
  return place_call(tools_, call_of(attempt.parameters));
}

asio::awaitable<StepResult> CallPlace::reconcile(Attempt attempt) {
  return find_call(tools_, call_of(attempt.parameters), attempt.at);
}

std::unique_ptr<Operation> make_call_place(OperationTools tools) {
  return std::make_unique<CallPlace>(std::move(tools));
}

}  // namespace apiops::twilio
