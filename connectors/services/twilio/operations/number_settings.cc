#include "connectors/services/twilio/operations/number_settings.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>

#include "engine/base/text.h"

namespace apiops::twilio {

namespace {

struct Setting {
  std::string_view form, field, title;
};
constexpr std::array<Setting, 9> kSettings{
    {{"VoiceUrl", "voice_url", "Voice webhook"},
     {"VoiceMethod", "voice_method", "Voice method"},
     {"VoiceFallbackUrl", "voice_fallback_url", "Voice fallback"},
     {"SmsUrl", "sms_url", "Message webhook"},
     {"SmsMethod", "sms_method", "Message method"},
     {"SmsFallbackUrl", "sms_fallback_url", "Message fallback"},
     {"StatusCallback", "status_callback", "Status callback"},
     {"StatusCallbackMethod", "status_callback_method", "Status callback method"},
     {"FriendlyName", "friendly_name", "Name"}}};

const Setting* setting_of(std::string_view form) {
  for (const auto& setting : kSettings)
    if (setting.form == form) return &setting;
  return nullptr;
}

bool touches(const Json& set, std::string_view prefix) {
  if (!set.is_object()) return false;
  for (const auto& [form, value] : set.items())
    if (form.starts_with(prefix)) return true;
  return false;
}

bool is_as_wanted(const Json& row, const Json& set) {
  for (const auto& [form, value] : set.items())
    if (get_string(row, field_of(form)) != get_string(set, form)) return false;
  return true;
}

// "voice webhook https://…": what a person reads of a value; a URL without what may be secret in it.
std::string shown(const std::string& value) {
  if (value.empty()) return "(none)";
  return value.find("://") == std::string::npos ? value : shown_url(value);
}

StepResult result_of(Outcome outcome, std::string told, const std::string& sid,
                     std::optional<Error> error = std::nullopt) {
  return {.outcome = outcome,
          .result = Json{{"sid", sid}},
          .told = std::move(told),
          .error = std::move(error),
          .follow_ups = {}};
}

std::string done_words(const Json& parameters) {
  std::vector<std::string> parts;
  const Json& set = get_object(parameters, "set");
  for (const auto& [form, value] : set.items())
    parts.push_back(fmt::format("{} {}", lower_ascii(title_of(form)), shown(get_string(set, form))));
  return fmt::format("{}: {} (read back)", spaced_number(get_string(parameters, "number")), join(parts, ", "));
}

}  // namespace

std::string_view field_of(std::string_view form_name) {
  const Setting* s = setting_of(form_name);
  return s ? s->field : std::string_view();
}

std::string_view title_of(std::string_view form_name) {
  const Setting* s = setting_of(form_name);
  return s ? s->title : form_name;
}

Json settings_state(const Json& row, const Json& set) {
  Json state = Json::object();
  if (set.is_object())
    for (const auto& [form, value] : set.items()) state[form] = get_string(row, field_of(form));
  if (touches(set, "Voice"))
    state["answered_by"] = get_string(row, "voice_application_sid") + get_string(row, "trunk_sid");
  if (touches(set, "Sms")) state["messages_by"] = get_string(row, "sms_application_sid");
  return state;
}

std::string what_wins(const OwnNumber& number, const Json& set) {
  const std::string shown = spaced_number(number.number);
  if (touches(set, "Voice") && !number.trunk.empty())
    return fmt::format(
        "{}'s calls go to the trunk {}: setting its voice webhook would change nothing. Change the trunk in the Twilio "
        "Console.",
        shown, number.trunk);
  if (touches(set, "Voice") && !number.voice_application.empty())
    return fmt::format(
        "{}'s calls are answered by the application {}: setting its voice webhook would change nothing. Change the "
        "application's URL instead.",
        shown, number.voice_application);
  if (touches(set, "Sms") && !number.sms_application.empty())
    return fmt::format(
        "{}'s messages go to the application {}: setting its message webhook would change nothing. Change the "
        "application's URL instead.",
        shown, number.sms_application);
  return {};
}

const MessagingService* taken_by(const OwnNumber& number, const std::vector<MessagingService>& services) {
  for (const MessagingService& service : services)
    if (std::ranges::find(service.numbers, number.number) != service.numbers.end())
      return service.uses_number_webhook.value_or(false) ? nullptr : &service;
  return nullptr;
}

StepDraft settings_step(const OwnNumber& number, const Json& row, const Json& set, std::string operation) {
  StepDraft s;
  s.service = "twilio";
  s.operation = std::move(operation);
  s.risk = Risk::kChange;
  s.parameters = Json{{"sid", number.sid}, {"number", number.number}, {"set", set}};
  s.expected = settings_state(row, set);
  Json before = Json::object();
  std::vector<std::string> what;
  for (const auto& [form, value] : set.items()) {
    const std::string old = get_string(row, field_of(form)), wanted = get_string(set, form);
    before[form] = old;
    s.fields.push_back({.name = std::string(title_of(form)), .value = shown(wanted), .before = shown(old)});
    what.push_back(lower_ascii(title_of(form)));
  }
  s.retry = Json{{"number", Json::array({number.number})}};
  s.undo_operation = "twilio.number.configure";
  s.undo_parameters = Json{{"sid", number.sid}, {"number", number.number}, {"set", before}};
  const std::string url = get_string(set, "VoiceUrl", get_string(set, "SmsUrl"));
  s.summary = url.empty() ? fmt::format("Set the {} of {}", join(what, " and the "), spaced_number(number.number))
                          : fmt::format("Point {} to {}", spaced_number(number.number), shown_url(url));
  s.effect = "the next call or message to it uses the new settings at once";
  s.undo = "the old settings are kept and can be restored";
  return s;
}

asio::awaitable<Result<Json>> number_row(TwilioApi& api, std::string sid) {
  auto reply =
      co_await api.get(Host::kApi, api.account_path("IncomingPhoneNumbers/" + net::encode_component(sid) + ".json"));
  if (!reply) co_return std::unexpected(reply.error());
  co_return std::move(reply->body);
}

asio::awaitable<Result<Json>> observe_settings(TwilioApi& api, Json parameters) {
  auto row = co_await number_row(api, get_string(parameters, "sid"));
  if (!row) co_return std::unexpected(row.error());
  co_return settings_state(*row, get_object(parameters, "set"));
}

asio::awaitable<StepResult> execute_settings(TwilioApi& api, Attempt attempt) {
  const std::string sid = get_string(attempt.parameters, "sid"),
                    number = spaced_number(get_string(attempt.parameters, "number"));
  const Json& set = get_object(attempt.parameters, "set");
  net::Headers form;
  for (const auto& [name, value] : set.items())
    form.emplace_back(name, get_string(set, name));  // an empty text clears the field
  auto reply = co_await api.post(
      Host::kApi, api.account_path("IncomingPhoneNumbers/" + net::encode_component(sid) + ".json"), std::move(form));
  if (!reply && reply.error().kind != ErrorKind::kUnknown)
    co_return result_of(Outcome::kNotDone, fmt::format("{} was not changed. {}", number, reply.error().what), sid,
                        reply.error());
  auto row = co_await number_row(api, sid);
  if (row && is_as_wanted(*row, set)) co_return result_of(Outcome::kDone, done_words(attempt.parameters), sid);
  if (!reply || !row)
    co_return result_of(Outcome::kUnknown,
                        fmt::format("The change of {} was sent; whether it took effect is not known yet.", number), sid,
                        reply ? row.error() : reply.error());
  co_return result_of(Outcome::kNotDone,
                      fmt::format("Twilio accepted the change of {}, but reading it back shows other values.", number),
                      sid,
                      Error{.kind = ErrorKind::kRejected, .what = "Reading back shows other values than were sent."});
}

asio::awaitable<StepResult> reconcile_settings(TwilioApi& api, Attempt attempt) {
  const std::string sid = get_string(attempt.parameters, "sid"),
                    number = spaced_number(get_string(attempt.parameters, "number"));
  const Json& set = get_object(attempt.parameters, "set");
  auto row = co_await number_row(api, sid);
  if (!row)
    co_return result_of(Outcome::kUnknown, fmt::format("{} can't be read just now: {}", number, row.error().what), sid,
                        row.error());
  if (is_as_wanted(*row, set)) co_return result_of(Outcome::kDone, done_words(attempt.parameters), sid);
  if (settings_state(*row, set) == attempt.expected)
    co_return result_of(Outcome::kNotDone,
                        fmt::format("{} still has its old settings: the change did not reach Twilio.", number), sid,
                        Error{.kind = ErrorKind::kTransient, .what = "The change did not reach Twilio."});
  co_return result_of(
      Outcome::kUnknown,
      fmt::format("{} has neither the old nor the new settings: somebody else changed it meanwhile.", number), sid,
      Error{.kind = ErrorKind::kRejected, .what = "Somebody else changed the number meanwhile."});
}

}  // namespace apiops::twilio
