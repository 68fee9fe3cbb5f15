#include "connectors/services/twilio/operations/number_release.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "connectors/services/twilio/operations/slots.h"
#include "engine/base/text.h"

namespace apiops::twilio {

namespace {

constexpr std::size_t kChoices = 5;

Planned refused(std::string what, std::string slot = {}, std::vector<Button> choices = {}) {
  return {.draft = std::nullopt, .refusal = Refusal{std::move(what), std::move(slot), std::move(choices)}};
}

asio::awaitable<Result<Planned>> ask_which(TwilioApi& api) {
  auto numbers = co_await own_numbers(api);
  if (!numbers) co_return std::unexpected(numbers.error());
  std::vector<Button> choices;
  for (const auto& number : *numbers) {
    if (choices.size() == kChoices) break;
    Button button = ask_button("twilio.number.release", Json{{"number", number.number}}, "release " + number.number);
    button.label = spaced_number(number.number);
    choices.push_back(std::move(button));
  }
  co_return refused(fmt::format("Which number? You have {}. A released number is gone.", numbers->size()), "number",
                    std::move(choices));
}

StepResult released(const Json& parameters) {
  return {.outcome = Outcome::kDone,
          .result = Json{{"number", get_string(parameters, "number")}},
          .told = fmt::format("{} is released: it is not among our numbers any more",
                              spaced_number(get_string(parameters, "number"))),
          .error = std::nullopt,
          .follow_ups = {}};
}

StepResult failed(Outcome outcome, std::string told, Error error) {
  return {.outcome = outcome,
          .result = Json::object(),
          .told = std::move(told),
          .error = std::move(error),
          .follow_ups = {}};
}

}  // namespace

asio::awaitable<Result<Planned>> NumberRelease::plan(Json slots) {
  const auto wanted = slot_list(slots, "number");
  if (wanted.empty() || wanted.front() == "all") co_return co_await ask_which(api_);
  PlanDraft draft;
  draft.title = wanted.size() == 1 ? "Release a phone number" : fmt::format("Release {} phone numbers", wanted.size());
  for (const auto& one : wanted) {
    auto number = co_await own_number(api_, one);
    if (!number && number.error().kind == ErrorKind::kNotFound)
      co_return refused(fmt::format("{} is not one of our numbers at Twilio.", spaced_number(one)), "number");
    if (!number) co_return std::unexpected(number.error());
    StepDraft s;
    s.service = "twilio";
    s.account = account_;
    s.operation = std::string(name());
    s.risk = Risk::kDelete;
    s.parameters = Json{{"number", number->number}};
    s.expected = Json{{"sid", number->sid}, {"friendly_name", number->friendly_name}};
    s.summary = "Release " + spaced_number(number->number);
    s.fields = {{.name = "Number", .value = spaced_number(number->number)},
                {.name = "Name", .value = number->friendly_name},
                {.name = "Id", .value = number->sid}};
    s.effect = "calls and messages to it end at once, and somebody else can buy it; the month is not refunded";
    s.undo = "it can't be taken back";
    s.environment = environment_;
    draft.steps.push_back(std::move(s));
  }
  co_return Planned{.draft = std::move(draft), .refusal = std::nullopt};
}

asio::awaitable<Result<Json>> NumberRelease::observe(Json parameters) {
  auto number = co_await own_number(api_, get_string(parameters, "number"));
  if (!number) co_return std::unexpected(number.error());
  co_return Json{{"sid", number->sid}, {"friendly_name", number->friendly_name}};
}

asio::awaitable<StepResult> NumberRelease::execute(Attempt attempt) {
  const std::string shown = spaced_number(get_string(attempt.parameters, "number"));
  const std::string sid = get_string(attempt.expected, "sid");
  if (sid.empty())
    co_return failed(Outcome::kNotDone, "Which number is meant could not be told. Nothing was released.",
                     Error{.kind = ErrorKind::kInvalid, .what = "The plan names no number's id."});
  auto done = co_await api_.remove(Host::kApi,
                                   api_.account_path("IncomingPhoneNumbers/" + net::encode_component(sid) + ".json"));
  if (done || done.error().kind == ErrorKind::kNotFound) co_return released(attempt.parameters);
  if (done.error().kind == ErrorKind::kUnknown) co_return co_await reconcile(attempt);
  co_return failed(Outcome::kNotDone, fmt::format("{} was not released. {}", shown, done.error().what), done.error());
}

asio::awaitable<StepResult> NumberRelease::reconcile(Attempt attempt) {
  const std::string shown = spaced_number(get_string(attempt.parameters, "number"));
  auto number = co_await own_number(api_, get_string(attempt.expected, "sid"));
  if (!number && number.error().kind == ErrorKind::kNotFound) co_return released(attempt.parameters);
  if (!number)
    co_return failed(Outcome::kUnknown,
                     fmt::format("Whether {} was released can't be read just now: {}", shown, number.error().what),
                     number.error());
  co_return failed(Outcome::kNotDone, fmt::format("{} is still ours: it was not released.", shown),
                   Error{.kind = ErrorKind::kTransient, .what = "The release did not reach Twilio."});
}

}  // namespace apiops::twilio
