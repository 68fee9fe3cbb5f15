// twilio.geo.update: switches SMS or calls to a country on or off. Some countries can't be changed over the API, and
// Twilio may accept such a change without carrying it out: only what is read back counts.
#include <fmt/format.h>

#include "connectors/services/twilio/numbers.h"
#include "connectors/services/twilio/operations/operations.h"
#include "connectors/services/twilio/operations/slots.h"
#include "connectors/services/twilio/operations/twilio_operation.h"
#include "connectors/services/twilio/permissions.h"
#include "engine/base/text.h"

namespace apiops::twilio {

namespace {

constexpr std::size_t kMostCountries = 10;

std::string where_to_click(const std::string& channel) {
  return channel == "sms" ? "https://console.twilio.com/us1/develop/sms/settings/geo-permissions"
                          : "the Twilio Console under Voice, Settings, Geo permissions";
}

std::string state_words(const std::string& channel, const std::string& where, bool on) {
  return fmt::format("{} to {} {} {}", channel_words(channel), where, channel == "voice" ? "are" : "is",
                     on ? "on" : "off");
}

Planned ask_channel(const Json& slots) {
  std::vector<Button> choices;
  for (const char* channel : {"sms", "voice"}) {
    Json picked = slots;
    picked["channel"] = channel;
    choices.push_back(ask_button("twilio.geo.update", std::move(picked), std::string(channel_words(channel))));
  }
  return refused("For SMS or for calls?", "channel", std::move(choices));
}

Planned ask_state(const Json& slots, const std::string& channel) {
  std::vector<Button> choices;
  for (const char* state : {"on", "off"}) {
    Json picked = slots;
    picked["state"] = state;
    choices.push_back(
        ask_button("twilio.geo.update", std::move(picked), fmt::format("switch {} {}", channel_words(channel), state)));
  }
  return refused("On or off?", "state", std::move(choices));
}

asio::awaitable<Result<ApiReply>> write_permission(TwilioApi& api, std::string channel, std::string country, bool on) {
  if (channel == "sms") {
    const Json wanted{{"country_code", country}, {"type", "country"}, {"enabled", on}};
    co_return co_await api.patch(Host::kAccounts, "/v1/Messaging/GeoPermissions", {{"Permissions", wanted.dump()}});
  }
  const Json wanted = Json::array({{{"iso_code", country}, {"low_risk_numbers_enabled", on ? "true" : "false"}}});
  co_return co_await api.post(Host::kVoice, "/v1/DialingPermissions/BulkCountryUpdates",
                              {{"UpdateRequest", wanted.dump()}});
}

// What Twilio says in the answer itself: "High risk country permission cannot be updated", or nothing.
std::string objection(const Json& body) {
  for (const Json& row : get_array(body, "permissions"))
    if (get_integer(row, "error_code").value_or(0) != 0) {
      const Json& messages = get_array(row, "error_messages");
      const std::string said = messages.empty() || !messages.front().is_string()
                                   ? std::string("it can't be updated")
                                   : clean_line(messages.front().get<std::string>());
      return fmt::format("“{}” ({})", said, *get_integer(row, "error_code"));
    }
  return {};
}

class GeoUpdate final : public TwilioOperation {
 public:
  explicit GeoUpdate(OperationTools tools)
      : TwilioOperation(std::move(tools), "twilio.geo.update", "Geographic permissions", Risk::kChange) {}

  asio::awaitable<Result<Planned>> plan(Json slots) override;
  asio::awaitable<Result<Json>> observe(Json parameters) override;
  asio::awaitable<StepResult> execute(Attempt attempt) override;
  asio::awaitable<StepResult> reconcile(Attempt attempt) override;
};

}  // namespace

asio::awaitable<Result<Planned>> GeoUpdate::plan(Json slots) {
  if (!slots.is_object()) slots = Json::object();
  const auto countries = slot_list(slots, "country");
  const std::string channel = get_string(slots, "channel"), state = get_string(slots, "state");
  if (countries.empty()) co_return refused("For which country?", "country");
  if (channel != "sms" && channel != "voice") co_return ask_channel(slots);
  if (state != "on" && state != "off") co_return ask_state(slots, channel);
  if (countries.size() > kMostCountries)
    co_return refused(
        fmt::format("{} countries in one plan are too many: at most {}.", countries.size(), kMostCountries), "country");
  const bool on = state == "on";
  PlanDraft draft;
  std::string already, first;
  for (const std::string& country : countries) {
    auto now = co_await country_permission(tools_.api, channel, country);
    if (!now) co_return std::unexpected(now.error());
    if (!*now)
      co_return refused(fmt::format("Twilio's list of countries has no {}. Which one is meant?", clean_line(country)),
                        "country");
    const std::string where = co_await country_name(tools_.api, country);
    if ((*now)->on == on) {
      already = state_words(channel, where, on);
      continue;
    }
    const Json parameters{{"country", country}, {"channel", channel}, {"on", on}, {"where", where}};
    StepDraft step = new_step(tools_, *this, parameters);
    step.expected = Json{{"on", !on}};
    step.undo_operation = std::string(name());
    step.undo_parameters = parameters;
    (*step.undo_parameters)["on"] = !on;
    step.summary = fmt::format("Switch {} to {} {}", channel_words(channel), where, state);
    step.fields = {{.name = std::string(channel == "sms" ? "SMS" : "Calls") + " to " + where,
                    .value = state,
                    .before = std::string(on ? "off" : "on")}};
    step.effect = on ? "messages or calls to numbers there are no longer refused, and are billed"
                     : "whatever still sends there is refused from now on";
    step.undo = "it can be switched back";
    step.retry = Json{{"country", Json::array({country})}, {"channel", channel}, {"state", state}};
    if (first.empty()) first = step.summary;
    if (!(*now)->message.empty())
      draft.warnings.push_back(fmt::format("Twilio says of {}: {}. It may refuse the change over its API", where,
                                           clean_line((*now)->message)));
    draft.steps.push_back(std::move(step));
  }
  if (draft.steps.empty()) co_return refused(already + " already. Nothing to change.");
  if (on) draft.warnings.push_back("an open country is a country that fraud can send to: open only what you use");
  draft.title = draft.steps.size() == 1
                    ? first
                    : fmt::format("Switch {} to {} countries {}", channel_words(channel), draft.steps.size(), state);
  co_return drafted(std::move(draft));
}

asio::awaitable<Result<Json>> GeoUpdate::observe(Json parameters) {
  auto now =
      co_await country_permission(tools_.api, get_string(parameters, "channel"), get_string(parameters, "country"));
  if (!now) co_return std::unexpected(now.error());
  co_return Json{{"on", *now && (*now)->on}};
}

asio::awaitable<StepResult> GeoUpdate::execute(Attempt attempt) {
  const std::string channel = get_string(attempt.parameters, "channel"),
                    country = get_string(attempt.parameters, "country"),
                    where = get_string(attempt.parameters, "where", country);
  const bool on = get_bool(attempt.parameters, "on").value_or(false);
  auto reply = co_await write_permission(tools_.api, channel, country, on);
  if (!reply && reply.error().kind != ErrorKind::kUnknown)
    co_return not_done(reply.error(),
                       fmt::format("{} to {} was not switched. {}", channel_words(channel), where, reply.error().what));
  if (reply)
    if (const std::string said = objection(reply->body); !said.empty())
      co_return not_done(Error{.kind = ErrorKind::kRejected, .what = "Twilio refuses it: " + said},
                         fmt::format("{} to {} can't be switched over the API: Twilio says {}. Do it in {}.",
                                     channel_words(channel), where, said, where_to_click(channel)));
  co_return co_await reconcile(std::move(attempt));
}

asio::awaitable<StepResult> GeoUpdate::reconcile(Attempt attempt) {
  const std::string channel = get_string(attempt.parameters, "channel"),
                    country = get_string(attempt.parameters, "country"),
                    where = get_string(attempt.parameters, "where", country);
  const bool on = get_bool(attempt.parameters, "on").value_or(false);
  auto now = co_await country_permission(tools_.api, channel, country);
  if (!now)
    co_return not_known(now.error(), fmt::format("Whether {} to {} was switched can't be read just now: {}",
                                                 channel_words(channel), where, now.error().what));
  if (*now && (*now)->on == on)
    co_return done(Json{{"country", country}, {"channel", channel}}, state_words(channel, where, on) + " (read back)");
  co_return not_done(
      Error{.kind = ErrorKind::kRejected, .what = "Reading it back shows the old state."},
      fmt::format("{} still, as reading it back shows: Twilio took the change and did not carry it out. Some countries "
                  "can only be switched by hand: {}.",
                  state_words(channel, where, !on), where_to_click(channel)));
}

std::unique_ptr<Operation> make_geo_update(OperationTools tools) {
  return std::make_unique<GeoUpdate>(std::move(tools));
}

}  // namespace apiops::twilio
