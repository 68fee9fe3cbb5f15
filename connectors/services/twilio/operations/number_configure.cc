// twilio.number.configure: webhooks, callbacks and the name of our numbers. Tells where an application or trunk wins,
// and where the new host is not in use yet.
#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "connectors/services/twilio/operations/new_url.h"
#include "connectors/services/twilio/operations/number_settings.h"
#include "connectors/services/twilio/operations/operations.h"
#include "connectors/services/twilio/operations/outcomes.h"
#include "connectors/services/twilio/operations/phone_slots.h"
#include "connectors/services/twilio/operations/slots.h"
#include "engine/base/text.h"

namespace apiops::twilio {

namespace {

constexpr std::size_t kMostNumbersAtOnce = 50;

// The fields to set, by Twilio's names. `method` and `fallback_url` follow the URL they come with; alone they mean the
// voice ones.
Json fields_of(const Json& slots) {
  Json set = Json::object();
  const std::string voice = get_string(slots, "voice_url"), sms = get_string(slots, "sms_url");
  if (!voice.empty()) set["VoiceUrl"] = voice;
  if (!sms.empty()) set["SmsUrl"] = sms;
  const bool only_sms = !sms.empty() && voice.empty();
  if (const auto v = get_string(slots, "fallback_url"); !v.empty())
    set[only_sms ? "SmsFallbackUrl" : "VoiceFallbackUrl"] = v;
  if (const auto v = get_string(slots, "status_callback"); !v.empty()) set["StatusCallback"] = v;
  if (const auto v = get_string(slots, "friendly_name"); !v.empty()) set["FriendlyName"] = clip(v, 64);
  std::string method = get_string(slots, "method");
  std::transform(method.begin(), method.end(), method.begin(),
                 [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c; });
  if (!method.empty()) set[only_sms ? "SmsMethod" : "VoiceMethod"] = method;
  return set;
}

bool is_url(std::string_view form) { return form.ends_with("Url") || form == "StatusCallback"; }

Planned which_number(const std::vector<OwnNumber>& numbers, const Json& slots) {
  auto choices = number_choices(numbers, "twilio.number.configure", slots, "number", "configure");
  return refused(fmt::format("Which number? You have {}{}", numbers.size(),
                             numbers.size() > choices.size() ? "; for example:" : ":"),
                 "number", std::move(choices));
}

// Setting the number's own message webhook would change nothing: the service's is offered instead.
Planned service_wins(const OwnNumber& number, const MessagingService& service, const std::string& url) {
  const std::string name = clean_line(service.name.empty() ? service.sid : service.name);
  Button instead = ask_button("twilio.service.configure", Json{{"service_id", service.sid}, {"url", url}},
                              fmt::format("set messaging service {}'s webhook to {}", service.sid, shown_url(url)));
  instead.label = fmt::format("Set it for “{}”", clip(name, 40));
  return refused(
      fmt::format("Messages to {} go to the messaging service “{}”, not to the number's own webhook: setting "
                  "that would change nothing.",
                  spaced_number(number.number), name),
      {}, {std::move(instead)});
}

std::vector<OwnNumber> chosen(const std::vector<OwnNumber>& all, const std::vector<std::string>& wanted) {
  std::vector<OwnNumber> found;
  const bool everything = wanted.size() == 1 && wanted.front() == "all";
  for (const auto& number : all)
    if (everything || std::find_if(wanted.begin(), wanted.end(), [&](const auto& w) {
                        return w == number.number || w == number.sid;
                      }) != wanted.end())
      found.push_back(number);
  return found;
}

class NumberConfigure final : public NumberSettingsOperation {
 public:
  explicit NumberConfigure(OperationTools tools)
      : NumberSettingsOperation(std::move(tools), "twilio.number.configure", "Configure a phone number",
                                Risk::kChange) {}

  asio::awaitable<Result<Planned>> plan(Json slots) override;
};

}  // namespace

asio::awaitable<Result<Planned>> NumberConfigure::plan(Json slots) {
  const Json set = fields_of(slots);
  const auto wanted = slot_list(slots, "number");
  auto all = co_await own_numbers(tools_.api);
  if (!all) co_return std::unexpected(all.error());
  if (wanted.empty()) co_return which_number(*all, slots);
  const auto numbers = chosen(*all, wanted);
  if (numbers.empty())
    co_return refused(fmt::format("{} is not one of our numbers at Twilio.", spaced_number(wanted.front())), "number");
  if (numbers.size() > kMostNumbersAtOnce)
    co_return refused(
        fmt::format("{} numbers in one plan are too many: at most {}.", numbers.size(), kMostNumbersAtOnce), "number");
  if (set.empty())
    co_return refused(
        fmt::format("To which address should {} point? Give the URL that Twilio asks when a call comes in.",
                    spaced_number(numbers.front().number)),
        "voice_url");
  PlanDraft draft;
  draft.title = numbers.size() == 1 ? "Configure " + spaced_number(numbers.front().number)
                                    : fmt::format("Configure {} phone numbers", numbers.size());
  for (const auto& [form, value] : set.items()) {
    if (!is_url(form)) continue;
    auto judged = co_await judge_new_url(tools_.guard, get_string(set, form), *all);
    if (!judged.refused.empty()) co_return refused(judged.refused, "voice_url");
    for (auto& warning : judged.warnings)
      if (std::find(draft.warnings.begin(), draft.warnings.end(), warning) == draft.warnings.end())
        draft.warnings.push_back(std::move(warning));
  }
  std::vector<MessagingService> services;
  if (set.contains("SmsUrl")) {
    auto read = co_await messaging_services(tools_.api);
    if (!read) co_return std::unexpected(read.error());
    services = std::move(*read);
  }
  for (const auto& number : numbers) {
    if (const std::string wins = what_wins(number, set); !wins.empty()) co_return refused(wins);
    if (const MessagingService* service = taken_by(number, services))
      co_return service_wins(number, *service, get_string(set, "SmsUrl"));
    auto row = co_await number_row(tools_.api, number.sid);
    if (!row) co_return std::unexpected(row.error());
    Json differs = Json::object();
    for (const auto& [form, value] : set.items())
      if (get_string(*row, field_of(form)) != get_string(set, form)) differs[form] = value;
    if (differs.empty()) continue;
    StepDraft step = settings_step(number, *row, differs, std::string(name()));
    step.account = tools_.account;
    step.environment = tools_.environment;
    for (const auto& [slot, value] : slots.items())
      if (slot != "number") step.retry[slot] = value;
    draft.steps.push_back(std::move(step));
  }
  if (draft.steps.empty())
    co_return refused(
        fmt::format("{} is set up like that already. Nothing to change.", spaced_number(numbers.front().number)));
  co_return Planned{.draft = std::move(draft), .refusal = std::nullopt};
}

std::unique_ptr<Operation> make_number_configure(OperationTools tools) {
  return std::make_unique<NumberConfigure>(std::move(tools));
}

}  // namespace apiops::twilio
