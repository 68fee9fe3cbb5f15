// twilio.number.release: gives one of our numbers back. It can't be restored: somebody else can buy it.
#include <fmt/format.h>

#include <algorithm>

#include "connectors/services/twilio/numbers.h"
#include "connectors/services/twilio/operations/operations.h"
#include "connectors/services/twilio/operations/phone_slots.h"
#include "connectors/services/twilio/operations/slots.h"
#include "connectors/services/twilio/operations/twilio_operation.h"
#include "engine/base/text.h"

namespace apiops::twilio {

namespace {

constexpr std::size_t kMostNumbersAtOnce = 10;

asio::awaitable<Result<Planned>> ask_which(TwilioApi& api) {
  auto numbers = co_await own_numbers(api);
  if (!numbers) co_return std::unexpected(numbers.error());
  co_return refused(fmt::format("Which number? You have {}. A released number is gone.", numbers->size()), "number",
                    number_choices(*numbers, "twilio.number.release", Json::object(), "number", "release"));
}

StepResult released(const Json& parameters) {
  const std::string number = get_string(parameters, "number");
  return done(Json{{"number", number}},
              fmt::format("{} is released: it is not among our numbers any more", spaced_number(number)));
}

Json state_of(const OwnNumber& number) { return Json{{"sid", number.sid}, {"friendly_name", number.friendly_name}}; }

// The newest call or message to or from the number; nothing where it has none.
asio::awaitable<Result<std::optional<Time>>> last_used(TwilioApi& api, std::string number) {
  std::optional<Time> last;
  for (const auto& [list, at] : {std::pair{"Calls", "start_time"}, {"Messages", "date_created"}})
    for (const char* side : {"To", "From"}) {
      std::string rows = list;
      auto page = co_await api.page(Host::kApi, api.account_path(rows + ".json"), lower_ascii(rows),
                                    {{side, number}, {"PageSize", "1"}});
      if (!page) co_return std::unexpected(page.error());
      for (const Json& row : page->rows())
        if (const auto time = parse_rfc2822(get_string(row, at)); time && (!last || *time > *last)) last = time;
    }
  co_return last;
}

class NumberRelease final : public TwilioOperation {
 public:
  explicit NumberRelease(OperationTools tools)
      : TwilioOperation(std::move(tools), "twilio.number.release", "Release a phone number", Risk::kDelete) {}

  asio::awaitable<Result<Planned>> plan(Json slots) override;
  asio::awaitable<Result<Json>> observe(Json parameters) override;
  asio::awaitable<StepResult> execute(Attempt attempt) override;
  asio::awaitable<StepResult> reconcile(Attempt attempt) override;

 private:
  asio::awaitable<Result<StepDraft>> step(OwnNumber number);
};

}  // namespace

asio::awaitable<Result<StepDraft>> NumberRelease::step(OwnNumber number) {
  auto prices = co_await prices_for(tools_.api, {number});
  auto used = co_await last_used(tools_.api, number.number);
  if (!used) co_return std::unexpected(used.error());
  auto services = co_await messaging_services(tools_.api);
  if (!services) co_return std::unexpected(services.error());
  StepDraft s = new_step(tools_, *this, Json{{"number", number.number}});
  s.expected = state_of(number);
  s.summary = "Release " + spaced_number(number.number);
  s.fields = {{.name = "Number", .value = spaced_number(number.number)},
              {.name = "Name", .value = number.friendly_name},
              {.name = "Id", .value = number.sid},
              {.name = "Last used", .value = *used ? utc(**used, tools_.clock.now()) : "no call or message found"}};
  for (const MessagingService& service : *services)
    if (std::ranges::find(service.numbers, number.number) != service.numbers.end())
      s.fields.push_back({.name = "Sends for", .value = clean_line(service.name)});
  if (const auto price = price_of(prices, number.number))
    s.fields.push_back({.name = "Saves", .value = to_text(*price) + " a month"});
  s.effect = "calls and messages to it end at once, and somebody else can buy it; the month is not refunded";
  s.undo = "it can't be taken back";
  s.retry = Json{{"number", Json::array({number.number})}};
  co_return s;
}

asio::awaitable<Result<Planned>> NumberRelease::plan(Json slots) {
  const auto wanted = slot_list(slots, "number");
  if (wanted.empty() || wanted.front() == "all") co_return co_await ask_which(tools_.api);
  if (wanted.size() > kMostNumbersAtOnce)
    co_return refused(
        fmt::format("{} numbers in one plan are too many: at most {}. Name fewer.", wanted.size(), kMostNumbersAtOnce),
        "number");
  PlanDraft draft;
  draft.title = wanted.size() == 1 ? "Release a phone number" : fmt::format("Release {} phone numbers", wanted.size());
  for (const auto& one : wanted) {
    auto number = co_await own_number(tools_.api, e164_of(one).value_or(one));
    if (!number && number.error().kind == ErrorKind::kNotFound)
      co_return refused(fmt::format("{} is not one of our numbers at Twilio.", spaced_number(one)), "number");
    if (!number) co_return std::unexpected(number.error());
    auto made = co_await step(std::move(*number));
    if (!made) co_return std::unexpected(made.error());
    draft.steps.push_back(std::move(*made));
  }
  co_return drafted(std::move(draft));
}

asio::awaitable<Result<Json>> NumberRelease::observe(Json parameters) {
  auto number = co_await own_number(tools_.api, get_string(parameters, "number"));
  if (!number) co_return std::unexpected(number.error());
  co_return state_of(*number);
}

asio::awaitable<StepResult> NumberRelease::execute(Attempt attempt) {
  const std::string shown = spaced_number(get_string(attempt.parameters, "number"));
  const std::string sid = get_string(attempt.expected, "sid");
  if (sid.empty())
    co_return not_done(Error{.kind = ErrorKind::kInvalid, .what = "The plan names no number's id."},
                       "Which number is meant could not be told. Nothing was released.");
  auto gone = co_await tools_.api.remove(
      Host::kApi, tools_.api.account_path("IncomingPhoneNumbers/" + net::encode_component(sid) + ".json"));
  if (!gone && gone.error().kind != ErrorKind::kNotFound && gone.error().kind != ErrorKind::kUnknown)
    co_return not_done(gone.error(), fmt::format("{} was not released. {}", shown, gone.error().what));
  co_return co_await reconcile(std::move(attempt));
}

asio::awaitable<StepResult> NumberRelease::reconcile(Attempt attempt) {
  const std::string shown = spaced_number(get_string(attempt.parameters, "number"));
  auto number = co_await own_number(tools_.api, get_string(attempt.expected, "sid"));
  if (!number && number.error().kind == ErrorKind::kNotFound) co_return released(attempt.parameters);
  if (!number)
    co_return not_known(number.error(),
                        fmt::format("Whether {} was released can't be read just now: {}", shown, number.error().what));
  co_return not_done(Error{.kind = ErrorKind::kTransient, .what = "The release did not reach Twilio."},
                     fmt::format("{} is still ours: it was not released.", shown));
}

std::unique_ptr<Operation> make_number_release(OperationTools tools) {
  return std::make_unique<NumberRelease>(std::move(tools));
}

}  // namespace apiops::twilio
