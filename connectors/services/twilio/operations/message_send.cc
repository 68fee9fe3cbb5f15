// twilio.message.send: one short message, announced with its price, watched until it arrives or not.
#include <fmt/format.h>

#include "connectors/services/twilio/operations/operations.h"
#include "connectors/services/twilio/operations/outgoing.h"
#include "connectors/services/twilio/operations/test_target.h"
#include "connectors/services/twilio/operations/twilio_operation.h"
#include "connectors/services/twilio/prices.h"
#include "engine/base/text.h"

namespace apiops::twilio {

namespace {

constexpr std::size_t kLongestBody = 1600;
constexpr std::size_t kOtherSenders = 3;
constexpr const char* kTestBody = "Test message from apiops.";

OutgoingMessage message_of(const Json& parameters) {
  return {.to = get_string(parameters, "to"),
          .from = get_string(parameters, "from"),
          .service = {},
          .body = get_string(parameters, "body")};
}

class MessageSend final : public TwilioOperation {
 public:
  explicit MessageSend(OperationTools tools)
      : TwilioOperation(std::move(tools), "twilio.message.send", "Send a test message", Risk::kTest) {}

  asio::awaitable<Result<Planned>> plan(Json slots) override;
  asio::awaitable<Result<Json>> observe(Json parameters) override;
  asio::awaitable<StepResult> execute(Attempt attempt) override;
  asio::awaitable<StepResult> reconcile(Attempt attempt) override;
};

}  // namespace

asio::awaitable<Result<Planned>> MessageSend::plan(Json slots) {
  std::string body = std::string(trim(get_string(slots, "body", kTestBody)));
  if (body.empty()) body = kTestBody;
  if (body.size() > kLongestBody)
    co_return refused(fmt::format("The text has more than {} characters, which Twilio refuses (21617). Which shorter "
                                  "one?",
                                  kLongestBody),
                      "body");
  auto target = co_await test_target(tools_, std::string(name()), "sms", slots);
  if (!target) co_return std::unexpected(target.error());
  if (target->refusal) co_return std::move(*target->refusal);
  std::optional<Money> price;
  if (!target->country.empty()) {
    auto read = co_await message_price(tools_.api, target->country);
    if (!read && read.error().kind != ErrorKind::kNotFound) co_return std::unexpected(read.error());
    if (read) price = *read;
  }
  const std::size_t parts = message_parts(body);
  StepDraft step = new_step(tools_, *this, Json{{"to", target->to}, {"from", target->from.number}, {"body", body}});
  step.expected = expected_target(*target);
  step.summary =
      fmt::format("Send a message from {} to {}", spaced_number(target->from.number), spaced_number(target->to));
  step.fields = {{.name = "Text", .value = body}};
  if (parts > 1) step.fields.push_back({.name = "Parts", .value = std::to_string(parts)});
  if (price) step.cost = times(*price, parts);
  step.effect = "one message is sent; I wait a few seconds to see whether it arrives";
  step.undo = "it can't be taken back";
  PlanDraft draft;
  draft.title = "Send a test message";
  if (!price) draft.warnings.push_back("Twilio's price list has no price for this country");
  draft.alternatives = number_choices(
      {target->others.begin(),
       target->others.begin() + static_cast<std::ptrdiff_t>(std::min(kOtherSenders, target->others.size()))},
      std::string(name()), slots, "from", "send a test message to " + target->to + " from");
  for (Button& other : draft.alternatives) other.label = "From " + other.label;
  draft.steps.push_back(std::move(step));
  co_return drafted(std::move(draft));
}

asio::awaitable<Result<Json>> MessageSend::observe(Json parameters) {
  return observe_target(tools_, "sms", std::move(parameters));
}

asio::awaitable<StepResult> MessageSend::execute(Attempt attempt) {
  return send_message(tools_, message_of(attempt.parameters), kLooksAtTest);
}

asio::awaitable<StepResult> MessageSend::reconcile(Attempt attempt) {
  return find_message(tools_, message_of(attempt.parameters), attempt.at);
}

std::unique_ptr<Operation> make_message_send(OperationTools tools) {
  return std::make_unique<MessageSend>(std::move(tools));
}

}  // namespace apiops::twilio
