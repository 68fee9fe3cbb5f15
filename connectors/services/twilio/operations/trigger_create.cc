// twilio.trigger.create: Twilio calls a webhook when the cost of a category passes a value. The trigger's own name,
// chosen when it is planned, is what it is found by after a lost reply, and deleted by when it is taken back.
#include <fmt/format.h>

#include <algorithm>

#include "connectors/services/twilio/numbers.h"
#include "connectors/services/twilio/operations/new_url.h"
#include "connectors/services/twilio/operations/operations.h"
#include "connectors/services/twilio/operations/twilio_operation.h"
#include "engine/base/money.h"
#include "engine/base/text.h"

namespace apiops::twilio {

namespace {

constexpr std::size_t kChoices = 4, kLongestName = 64;

std::string every(const std::string& recurring) {
  if (recurring == "daily") return "a day";
  if (recurring == "monthly") return "a month";
  if (recurring == "yearly") return "a year";
  return "in all, since the account began";
}

std::optional<Money> value_of(const Json& slots) {
  const Json& money = get_object(slots, "value");
  if (const auto stated = parse_money(get_decimal(money, "amount"), get_string(money, "currency", "usd")))
    return stated;
  return parse_money(get_decimal(slots, "value"), "usd");
}

// Buttons that ask the same with one more slot filled.
std::vector<Button> choices_of(const Json& slots, const std::string& slot,
                               const std::vector<std::pair<std::string, Json>>& options) {
  std::vector<Button> choices;
  for (const auto& [label, value] : options) {
    if (choices.size() == kChoices) break;
    Json picked = slots;
    picked[slot] = value;
    choices.push_back(ask_button("twilio.trigger.create", std::move(picked), label));
  }
  return choices;
}

// The trigger of this name, or null.
asio::awaitable<Result<Json>> trigger_named(TwilioApi& api, std::string category, std::string name) {
  auto listed = co_await api.list(Host::kApi, api.account_path("Usage/Triggers.json"), "usage_triggers",
                                  {{"UsageCategory", category}, {"PageSize", "1000"}});
  if (!listed) co_return std::unexpected(listed.error());
  for (const Json& row : listed->rows)
    if (get_string(row, "friendly_name") == name) co_return row;
  co_return Json();
}

std::string words_of(const Json& parameters) {
  const auto value = parse_money(get_string(parameters, "value"), get_string(parameters, "currency", "usd"));
  return fmt::format("{} of {} {}", value ? to_text(*value) : get_string(parameters, "value"),
                     get_string(parameters, "category"), every(get_string(parameters, "recurring")));
}

bool removes(const Json& parameters) { return get_bool(parameters, "remove").value_or(false); }

class TriggerCreate final : public TwilioOperation {
 public:
  explicit TriggerCreate(OperationTools tools)
      : TwilioOperation(std::move(tools), "twilio.trigger.create", "Create a usage trigger", Risk::kChange) {}

  asio::awaitable<Result<Planned>> plan(Json slots) override;
  asio::awaitable<Result<Json>> observe(Json parameters) override;
  asio::awaitable<StepResult> execute(Attempt attempt) override;
  asio::awaitable<StepResult> reconcile(Attempt attempt) override;

 private:
  asio::awaitable<Result<std::vector<std::string>>> callbacks_in_use();
};

}  // namespace

asio::awaitable<Result<std::vector<std::string>>> TriggerCreate::callbacks_in_use() {
  auto numbers = co_await own_numbers(tools_.api);
  if (!numbers) co_return std::unexpected(numbers.error());
  std::vector<std::string> urls;
  for (const OwnNumber& number : *numbers)
    if (number.status_callback.starts_with("https://") && std::ranges::find(urls, number.status_callback) == urls.end())
      urls.push_back(number.status_callback);
  co_return urls;
}

asio::awaitable<Result<Planned>> TriggerCreate::plan(Json slots) {
  if (!slots.is_object()) slots = Json::object();
  const std::string category = get_string(slots, "usage_category"), callback = get_string(slots, "callback"),
                    recurring = get_string(slots, "recurring", "monthly");
  const auto value = value_of(slots);
  if (category.empty())
    co_return refused(
        "The cost of what should it watch?", "usage_category",
        choices_of(slots, "usage_category",
                   {{"SMS", "sms"}, {"calls", "calls"}, {"numbers", "phonenumbers"}, {"everything", "totalprice"}}));
  if (!value || value->micros <= 0)
    co_return refused("At which amount should Twilio warn?", "value",
                      choices_of(slots, "value",
                                 {{"$20", Json{{"amount", "20"}, {"currency", "usd"}}},
                                  {"$100", Json{{"amount", "100"}, {"currency", "usd"}}},
                                  {"$500", Json{{"amount", "500"}, {"currency", "usd"}}}}));
  auto in_use = co_await callbacks_in_use();
  if (!in_use) co_return std::unexpected(in_use.error());
  if (callback.empty()) {
    std::vector<std::pair<std::string, Json>> options;
    for (const std::string& url : *in_use) options.emplace_back(shown_url(url), url);
    co_return refused("Which address of yours should Twilio call then? It needs one; it sends no mail.", "callback",
                      choices_of(slots, "callback", options));
  }
  auto numbers = co_await own_numbers(tools_.api);
  if (!numbers) co_return std::unexpected(numbers.error());
  auto judged = co_await judge_new_url(tools_.guard, callback, *numbers);
  if (!judged.refused.empty()) co_return refused(judged.refused, "callback");
  const std::string amount = to_decimal(*value);
  const std::string friendly =
      clip(fmt::format("apiops {} {} {} {}", category, amount, recurring, to_iso8601(tools_.clock.now()).substr(0, 19)),
           kLongestName);
  const Json parameters{{"category", category},   {"value", amount},      {"currency", value->currency},
                        {"recurring", recurring}, {"callback", callback}, {"name", friendly}};
  StepDraft step = new_step(tools_, *this, parameters);
  step.expected = Json{{"exists", false}};
  step.undo_operation = std::string(name());
  step.undo_parameters = parameters;
  (*step.undo_parameters)["remove"] = true;
  step.summary = fmt::format("Warn at {}", words_of(parameters));
  step.fields = {{.name = "When", .value = words_of(parameters)},
                 {.name = "Calls", .value = shown_url(callback)},
                 {.name = "Name", .value = friendly}};
  step.effect = "Twilio calls that address once each time the amount is passed; nothing is stopped by it";
  step.undo = "the trigger can be deleted";
  PlanDraft draft;
  draft.title = "Create a usage trigger";
  draft.warnings = std::move(judged.warnings);
  if (!slots.contains("recurring"))
    draft.alternatives =
        choices_of(slots, "recurring", {{"Each day instead", "daily"}, {"Each year instead", "yearly"}});
  draft.steps.push_back(std::move(step));
  co_return drafted(std::move(draft));
}

asio::awaitable<Result<Json>> TriggerCreate::observe(Json parameters) {
  auto row = co_await trigger_named(tools_.api, get_string(parameters, "category"), get_string(parameters, "name"));
  if (!row) co_return std::unexpected(row.error());
  co_return Json{{"exists", row->is_object()}};
}

asio::awaitable<StepResult> TriggerCreate::execute(Attempt attempt) {
  const Json& p = attempt.parameters;
  if (removes(p)) {
    auto row = co_await trigger_named(tools_.api, get_string(p, "category"), get_string(p, "name"));
    if (!row) co_return not_done(row.error(), "The trigger could not be looked up. " + row.error().what);
    if (row->is_object()) {
      auto gone = co_await tools_.api.remove(
          Host::kApi,
          tools_.api.account_path("Usage/Triggers/" + net::encode_component(get_string(*row, "sid")) + ".json"));
      if (!gone && gone.error().kind != ErrorKind::kUnknown && gone.error().kind != ErrorKind::kNotFound)
        co_return not_done(gone.error(), "The trigger was not deleted. " + gone.error().what);
    }
    co_return co_await reconcile(std::move(attempt));
  }
  auto reply = co_await tools_.api.post(Host::kApi, tools_.api.account_path("Usage/Triggers.json"),
                                        {{"UsageCategory", get_string(p, "category")},
                                         {"TriggerValue", get_string(p, "value")},
                                         {"TriggerBy", "price"},
                                         {"Recurring", get_string(p, "recurring")},
                                         {"CallbackUrl", get_string(p, "callback")},
                                         {"CallbackMethod", "POST"},
                                         {"FriendlyName", get_string(p, "name")}});
  if (!reply && reply.error().kind != ErrorKind::kUnknown)
    co_return not_done(reply.error(), "No trigger was created. " + reply.error().what);
  co_return co_await reconcile(std::move(attempt));
}

asio::awaitable<StepResult> TriggerCreate::reconcile(Attempt attempt) {
  const Json& p = attempt.parameters;
  auto row = co_await trigger_named(tools_.api, get_string(p, "category"), get_string(p, "name"));
  if (!row) co_return not_known(row.error(), "Twilio's triggers can't be read just now: " + row.error().what);
  if (removes(p) && !row->is_object())
    co_return done(Json::object(), fmt::format("The trigger at {} is deleted", words_of(p)));
  if (!removes(p) && row->is_object())
    co_return done(Json{{"sid", get_string(*row, "sid")}},
                   fmt::format("Twilio warns at {}: {} (read back)", words_of(p), get_string(*row, "sid")));
  co_return not_done(Error{.kind = ErrorKind::kTransient, .what = "The order did not reach Twilio."},
                     removes(p) ? "The trigger is still there." : "There is no such trigger: nothing was created.");
}

std::unique_ptr<Operation> make_trigger_create(OperationTools tools) {
  return std::make_unique<TriggerCreate>(std::move(tools));
}

}  // namespace apiops::twilio
