// twilio.service.configure: a messaging service's webhooks and switches, and which numbers are in its sender pool.
// Parameters: {"sid", "set": {"InboundRequestUrl": …}}, or {"sid", "add" or "remove": PN…, "number"}.
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "connectors/services/twilio/numbers.h"
#include "connectors/services/twilio/operations/new_url.h"
#include "connectors/services/twilio/operations/operations.h"
#include "connectors/services/twilio/operations/phone_slots.h"
#include "connectors/services/twilio/operations/slots.h"
#include "connectors/services/twilio/operations/twilio_operation.h"
#include "engine/base/text.h"

namespace apiops::twilio {

namespace {

constexpr std::size_t kChoices = 5, kMostNumbers = 20;

struct Setting {
  std::string_view form, field, title;
};
constexpr std::array<Setting, 10> kSettings{
    {{"InboundRequestUrl", "inbound_request_url", "Inbound webhook"},
     {"FallbackUrl", "fallback_url", "Fallback"},
     {"StatusCallback", "status_callback", "Status callback"},
     {"StickySender", "sticky_sender", "Sticky sender"},
     {"SmartEncoding", "smart_encoding", "Smart encoding"},
     {"AreaCodeGeomatch", "area_code_geomatch", "Area code geomatch"},
     {"FallbackToLongCode", "fallback_to_long_code", "Fallback to long code"},
     {"MmsConverter", "mms_converter", "MMS converter"},
     {"UseInboundWebhookOnNumber", "use_inbound_webhook_on_number", "Webhook of the number instead of its own"},
     {"FriendlyName", "friendly_name", "Name"}}};

const Setting& setting_of(std::string_view form) { return *std::ranges::find(kSettings, form, &Setting::form); }

// A setting as text, whatever type the row has it in.
std::string text_of(const Json& row, std::string_view field) {
  if (const auto flag = get_bool(row, field)) return *flag ? "true" : "false";
  return get_string(row, field);
}

std::string shown(const std::string& value) {
  if (value.empty()) return "(none)";
  if (value == "true" || value == "false") return value == "true" ? "on" : "off";
  return value.find("://") == std::string::npos ? value : shown_url(value);
}

// What the slots want set, by Twilio's names. A URL that was said to be the callback or fallback is not the webhook
// too.
Json wanted_settings(const Json& slots) {
  Json set = Json::object();
  const std::string url = get_string(slots, "url"), callback = get_string(slots, "status_callback"),
                    fallback = get_string(slots, "fallback_url");
  if (!url.empty() && url != callback && url != fallback) set["InboundRequestUrl"] = url;
  if (!callback.empty()) set["StatusCallback"] = callback;
  if (!fallback.empty()) set["FallbackUrl"] = fallback;
  for (const std::string& flag : slot_list(slots, "flags"))
    for (const Setting& setting : kSettings)
      if (setting.field == flag)
        set[std::string(setting.form)] = get_string(slots, "state") == "off" ? "false" : "true";
  return set;
}

Json service_state(const Json& row, const Json& set) {
  Json state = Json::object();
  for (const auto& [form, value] : set.items()) state[form] = text_of(row, setting_of(form).field);
  return state;
}

std::string service_path(const std::string& sid) { return "/v1/Services/" + net::encode_component(sid); }

asio::awaitable<Result<Json>> service_row(TwilioApi& api, std::string sid) {
  auto reply = co_await api.get(Host::kMessaging, service_path(sid));
  if (!reply) co_return std::unexpected(reply.error());
  co_return std::move(reply->body);
}

// The service whose sender pool holds the number; empty where none does.
asio::awaitable<Result<std::string>> pool_of(TwilioApi& api, std::string number) {
  auto services = co_await messaging_services(api);
  if (!services) co_return std::unexpected(services.error());
  for (const MessagingService& service : *services)
    if (std::ranges::find(service.numbers, number) != service.numbers.end()) co_return service.sid;
  co_return std::string();
}

bool is_pool_step(const Json& parameters) { return parameters.contains("add") || parameters.contains("remove"); }

std::string pool_done_words(const Json& p) {
  return fmt::format("{} {} {} (read back)", spaced_number(get_string(p, "number")),
                     p.contains("add") ? "is in the sender pool of" : "is no longer in the sender pool of",
                     get_string(p, "sid"));
}

std::string settings_done_words(const Json& p) {
  std::vector<std::string> parts;
  const Json& set = get_object(p, "set");
  for (const auto& [form, value] : set.items())
    parts.push_back(fmt::format("{} {}", lower_ascii(setting_of(form).title), shown(get_string(set, form))));
  return fmt::format("{}: {} (read back)", get_string(p, "sid"), join(parts, ", "));
}

asio::awaitable<Planned> which_service(TwilioApi& api, Json slots) {
  auto services = co_await messaging_services(api);
  std::vector<Button> choices;
  if (services)
    for (const MessagingService& service : *services) {
      if (choices.size() == kChoices) break;
      Json picked = slots.is_object() ? slots : Json::object();
      picked["service_id"] = service.sid;
      Button button = ask_button("twilio.service.configure", std::move(picked), "configure " + service.sid);
      button.label = clean_line(service.name.empty() ? service.sid : service.name);
      choices.push_back(std::move(button));
    }
  co_return refused("Which messaging service?", "service_id", std::move(choices));
}

class ServiceConfigure final : public TwilioOperation {
 public:
  explicit ServiceConfigure(OperationTools tools)
      : TwilioOperation(std::move(tools), "twilio.service.configure", "Configure a messaging service", Risk::kChange) {}

  asio::awaitable<Result<Planned>> plan(Json slots) override;
  asio::awaitable<Result<Json>> observe(Json parameters) override;
  asio::awaitable<StepResult> execute(Attempt attempt) override;
  asio::awaitable<StepResult> reconcile(Attempt attempt) override;

 private:
  asio::awaitable<Result<Planned>> plan_pool(Json slots, std::string sid);
  asio::awaitable<Result<Planned>> plan_settings(Json slots, std::string sid);
};

}  // namespace

asio::awaitable<Result<Planned>> ServiceConfigure::plan(Json slots) {
  const std::string sid = get_string(slots, "service_id");
  if (sid.empty()) co_return co_await which_service(tools_.api, slots);
  if (!slot_list(slots, "number").empty()) co_return co_await plan_pool(std::move(slots), sid);
  co_return co_await plan_settings(std::move(slots), sid);
}

asio::awaitable<Result<Planned>> ServiceConfigure::plan_settings(Json slots, std::string sid) {
  auto row = co_await service_row(tools_.api, sid);
  if (!row && row.error().kind == ErrorKind::kNotFound)
    co_return refused(fmt::format("There is no messaging service {} at this account.", clean_line(sid)), "service_id");
  if (!row) co_return std::unexpected(row.error());
  const std::string name_of_it = clean_line(get_string(*row, "friendly_name", sid));
  const Json set = wanted_settings(slots);
  if (set.empty())
    co_return refused(
        fmt::format("What should change in “{}”? Give the URL that incoming messages go to, or a number to "
                    "add to it.",
                    name_of_it),
        "url");
  auto numbers = co_await own_numbers(tools_.api);
  if (!numbers) co_return std::unexpected(numbers.error());
  PlanDraft draft;
  Json differs = Json::object();
  for (const auto& [form, value] : set.items()) {
    if (text_of(*row, setting_of(form).field) == get_string(set, form)) continue;
    differs[form] = value;
    if (get_string(set, form).find("://") == std::string::npos) continue;
    auto judged = co_await judge_new_url(tools_.guard, get_string(set, form), *numbers);
    if (!judged.refused.empty()) co_return refused(judged.refused, "url");
    for (auto& warning : judged.warnings) draft.warnings.push_back(std::move(warning));
  }
  if (differs.empty())
    co_return refused(fmt::format("“{}” is set up like that already. Nothing to change.", name_of_it));
  const Json before = service_state(*row, differs);
  StepDraft step = new_step(tools_, *this, Json{{"sid", sid}, {"set", differs}});
  step.expected = before;
  step.undo_operation = std::string(name());
  step.undo_parameters = Json{{"sid", sid}, {"set", before}};
  step.summary = fmt::format("Change the messaging service “{}”", name_of_it);
  for (const auto& [form, value] : differs.items())
    step.fields.push_back({.name = std::string(setting_of(form).title),
                           .value = shown(get_string(differs, form)),
                           .before = shown(get_string(before, form))});
  step.effect = "every number in its pool follows at once";
  step.undo = "the old settings are kept and can be restored";
  if (differs.contains("InboundRequestUrl") && get_bool(*row, "use_inbound_webhook_on_number").value_or(false))
    draft.warnings.push_back("this service hands incoming messages to each number's own webhook: its URL is not asked");
  draft.title = fmt::format("Configure the messaging service “{}”", name_of_it);
  draft.steps.push_back(std::move(step));
  co_return drafted(std::move(draft));
}

asio::awaitable<Result<Planned>> ServiceConfigure::plan_pool(Json slots, std::string sid) {
  auto row = co_await service_row(tools_.api, sid);
  if (!row && row.error().kind == ErrorKind::kNotFound)
    co_return refused(fmt::format("There is no messaging service {} at this account.", clean_line(sid)), "service_id");
  if (!row) co_return std::unexpected(row.error());
  const bool add = get_string(slots, "state") != "off";
  const auto wanted = slot_list(slots, "number");
  if (wanted.size() > kMostNumbers)
    co_return refused(fmt::format("{} numbers in one plan are too many: at most {}.", wanted.size(), kMostNumbers),
                      "number");
  const std::string name_of_it = clean_line(get_string(*row, "friendly_name", sid));
  PlanDraft draft;
  for (const std::string& one : wanted) {
    auto number = co_await own_number(tools_.api, e164_of(one).value_or(one));
    if (!number && number.error().kind == ErrorKind::kNotFound)
      co_return refused(fmt::format("{} is not one of our numbers at Twilio.", spaced_number(one)), "number");
    if (!number) co_return std::unexpected(number.error());
    auto pool = co_await pool_of(tools_.api, number->number);
    if (!pool) co_return std::unexpected(pool.error());
    const std::string shown_number = spaced_number(number->number);
    if (add && *pool == sid)
      co_return refused(fmt::format("{} is in “{}” already. Nothing to change.", shown_number, name_of_it));
    if (!add && *pool != sid)
      co_return refused(fmt::format("{} is not in “{}”. Nothing to change.", shown_number, name_of_it));
    if (add && !pool->empty()) {
      Button leave =
          ask_button(std::string(name()), Json{{"service_id", *pool}, {"number", number->number}, {"state", "off"}},
                     fmt::format("remove {} from {}", number->number, *pool));
      leave.label = "Take it out there first";
      co_return refused(
          fmt::format("{} is in another messaging service ({}); Twilio allows one (21712).", shown_number, *pool), {},
          {std::move(leave)});
    }
    const char *does = add ? "add" : "remove", *undoes = add ? "remove" : "add";
    StepDraft step = new_step(tools_, *this, Json{{"sid", sid}, {does, number->sid}, {"number", number->number}});
    step.expected = Json{{"pool", *pool}};
    step.undo_operation = std::string(name());
    step.undo_parameters = Json{{"sid", sid}, {undoes, number->sid}, {"number", number->number}};
    step.summary = fmt::format("{} {} {} “{}”", add ? "Add" : "Remove", shown_number, add ? "to" : "from", name_of_it);
    step.fields = {{.name = "Messaging service",
                    .value = add ? name_of_it : "(none)",
                    .before = add ? std::string("(none)") : name_of_it}};
    step.effect = add ? "it may be chosen as sender, and messages to it go to the service's webhook"
                      : "the service no longer sends from it, and messages to it go to its own webhook";
    step.undo = add ? "it can be taken out again" : "it can be added again";
    step.retry = Json{{"service_id", sid}, {"number", Json::array({number->number})}, {"state", add ? "on" : "off"}};
    if (add && !number->sms) draft.warnings.push_back(shown_number + " can't send messages: Twilio will refuse it");
    draft.steps.push_back(std::move(step));
  }
  draft.title = draft.steps.size() == 1 ? draft.steps.front().summary
                                        : fmt::format("{} {} numbers {} “{}”", add ? "Add" : "Remove",
                                                      draft.steps.size(), add ? "to" : "from", name_of_it);
  co_return drafted(std::move(draft));
}

asio::awaitable<Result<Json>> ServiceConfigure::observe(Json parameters) {
  if (is_pool_step(parameters)) {
    auto pool = co_await pool_of(tools_.api, get_string(parameters, "number"));
    if (!pool) co_return std::unexpected(pool.error());
    co_return Json{{"pool", *pool}};
  }
  auto row = co_await service_row(tools_.api, get_string(parameters, "sid"));
  if (!row) co_return std::unexpected(row.error());
  co_return service_state(*row, get_object(parameters, "set"));
}

asio::awaitable<StepResult> ServiceConfigure::execute(Attempt attempt) {
  const Json p = attempt.parameters;
  const std::string sid = get_string(p, "sid"), path = service_path(sid);
  Status sent{};
  if (p.contains("remove")) {
    sent = co_await tools_.api.remove(Host::kMessaging,
                                      path + "/PhoneNumbers/" + net::encode_component(get_string(p, "remove")));
  } else {
    net::Headers form;
    if (p.contains("add"))
      form.emplace_back("PhoneNumberSid", get_string(p, "add"));
    else
      for (const auto& [name, value] : get_object(p, "set").items()) form.emplace_back(name, value.get<std::string>());
    auto reply =
        co_await tools_.api.post(Host::kMessaging, p.contains("add") ? path + "/PhoneNumbers" : path, std::move(form));
    if (!reply) sent = std::unexpected(reply.error());
  }
  const bool settled = !sent && (sent.error().code == "21710" || sent.error().kind == ErrorKind::kNotFound);
  if (!sent && !settled && sent.error().kind != ErrorKind::kUnknown)
    co_return not_done(sent.error(), fmt::format("{} was not changed. {}", sid, sent.error().what));
  co_return co_await reconcile(std::move(attempt));
}

asio::awaitable<StepResult> ServiceConfigure::reconcile(Attempt attempt) {
  const Json& p = attempt.parameters;
  const std::string sid = get_string(p, "sid");
  auto now = co_await observe(p);
  if (!now) co_return not_known(now.error(), fmt::format("{} can't be read just now: {}", sid, now.error().what));
  const bool as_wanted = p.contains("add")      ? get_string(*now, "pool") == sid
                         : p.contains("remove") ? get_string(*now, "pool") != sid
                                                : *now == get_object(p, "set");
  const Json kept{{"sid", sid}};
  if (as_wanted) co_return done(kept, is_pool_step(p) ? pool_done_words(p) : settings_done_words(p));
  if (*now == attempt.expected)
    co_return not_done(Error{.kind = ErrorKind::kTransient, .what = "The change did not take effect at Twilio."},
                       fmt::format("{} is as it was: the change did not take effect.", sid));
  co_return not_known(Error{.kind = ErrorKind::kRejected, .what = "Somebody else changed the service meanwhile."},
                      fmt::format("{} is neither as it was nor as wanted: somebody else changed it meanwhile.", sid));
}

std::unique_ptr<Operation> make_service_configure(OperationTools tools) {
  return std::make_unique<ServiceConfigure>(std::move(tools));
}

}  // namespace apiops::twilio
