#include "connectors/sandbox/twilio/services.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "connectors/sandbox/reply.h"
#include "connectors/sandbox/twilio/paging.h"
#include "connectors/sandbox/twilio/registrations.h"

namespace apiops::sandbox::twilio {

namespace {

constexpr const char* kHost = "messaging.twilio.com";

enum class Kind : std::uint8_t { kText, kUrl, kFlag, kNumber };
struct Setting {
  std::string_view form, field;
  Kind kind;
};
constexpr std::array<Setting, 16> kSettings{
    {{"FriendlyName", "friendly_name", Kind::kText},
     {"InboundRequestUrl", "inbound_request_url", Kind::kUrl},
     {"InboundMethod", "inbound_method", Kind::kText},
     {"FallbackUrl", "fallback_url", Kind::kUrl},
     {"FallbackMethod", "fallback_method", Kind::kText},
     {"StatusCallback", "status_callback", Kind::kUrl},
     {"StickySender", "sticky_sender", Kind::kFlag},
     {"MmsConverter", "mms_converter", Kind::kFlag},
     {"SmartEncoding", "smart_encoding", Kind::kFlag},
     {"ScanMessageContent", "scan_message_content", Kind::kText},
     {"FallbackToLongCode", "fallback_to_long_code", Kind::kFlag},
     {"AreaCodeGeomatch", "area_code_geomatch", Kind::kFlag},
     {"ValidityPeriod", "validity_period", Kind::kNumber},
     {"SynchronousValidation", "synchronous_validation", Kind::kFlag},
     {"Usecase", "usecase", Kind::kText},
     {"UseInboundWebhookOnNumber", "use_inbound_webhook_on_number", Kind::kFlag}}};

Json value_of_kind(Kind kind, const std::string& text) {
  switch (kind) {
    case Kind::kFlag:
      return text == "true";
    case Kind::kNumber:
      return integer_of(text).value_or(0);
    case Kind::kUrl:
      return text.empty() ? Json() : Json(text);
    case Kind::kText:
      return text;
  }
  return text;
}

}  // namespace

Services::Services(const Account& account, const Numbers& numbers) : account_(account), numbers_(numbers) {
  const std::string answers = "https://" + std::string(kVoiceHost);
  Service marketing{.settings = {{"friendly_name", "Marketing"},
                                 {"inbound_request_url", answers + "/inbound"},
                                 {"inbound_method", "POST"},
                                 {"fallback_url", Json()},
                                 {"fallback_method", "POST"},
                                 {"status_callback", answers + "/status"},
                                 {"sticky_sender", true},
                                 {"mms_converter", true},
                                 {"smart_encoding", true},
                                 {"scan_message_content", "inherit"},
                                 {"fallback_to_long_code", true},
                                 {"area_code_geomatch", true},
                                 {"synchronous_validation", false},
                                 {"validity_period", 14400},
                                 {"use_inbound_webhook_on_number", false},
                                 {"usecase", "marketing"}},
                    .pool = {numbers.all()[kMarketing].sid, numbers.all()[kUnregistered].sid},
                    .updated = account.world.anchor() - std::chrono::hours(24 * 400)};
  services_[account.world.id("MG", Stream::kService, 0)] = std::move(marketing);
  for (const Json& effect : account.ledger.effects()) apply(effect);
}

void Services::apply(const Json& effect) {
  if (get_string(effect, "service") != "twilio") return;
  const auto found = services_.find(get_string(effect, "sid"));
  if (found == services_.end()) return;
  const std::string what = get_string(effect, "effect"), number = get_string(effect, "number");
  Service& service = found->second;
  if (what == "service.changed")
    for (const auto& [field, value] : get_object(effect, "settings").items()) service.settings[field] = value;
  if (what == "service.number_added") service.pool.push_back(number);
  if (what == "service.number_removed") std::erase(service.pool, number);
  service.updated = from_millis(get_integer(effect, "at").value_or(0));
}

std::string Services::sender(const std::string& sid) const {
  const auto found = services_.find(sid);
  if (found == services_.end()) return {};
  for (const std::string& number : found->second.pool)
    if (const Number* own = numbers_.by_sid(number)) return own->phone;
  return {};
}

std::string Services::made() const {
  return to_iso8601(from_seconds(to_millis(account_.world.anchor()) / 1000) - std::chrono::hours(24 * 400));
}

Json Services::service_json(const std::string& sid) const {
  const Service& service = services_.at(sid);
  const std::string url = "https://messaging.twilio.com/v1/Services/" + sid;
  Json row{{"sid", sid},
           {"account_sid", account_.sid()},
           {"date_created", made()},
           {"date_updated", to_iso8601(from_seconds(to_millis(service.updated) / 1000))},
           {"us_app_to_person_registered", false},
           {"url", url},
           {"links", {{"phone_numbers", url + "/PhoneNumbers"}, {"us_app_to_person", url + "/Compliance/Usa2p"}}}};
  for (const auto& [field, value] : service.settings) row[field] = value;
  return row;
}

Json Services::member_json(const std::string& sid, const Number& number) const {
  return {{"sid", number.sid},
          {"account_sid", account_.sid()},
          {"service_sid", sid},
          {"date_created", made()},
          {"date_updated", made()},
          {"phone_number", number.phone},
          {"country_code", number.country},
          {"capabilities", Json::array({"SMS", "Voice"})},
          {"url", "https://messaging.twilio.com/v1/Services/" + sid + "/PhoneNumbers/" + number.sid}};
}

net::ServerReply Services::handle(const net::ServerRequest& request, const std::vector<std::string>& path) {
  if (path[1] != "Services") return registered(request, path);
  if (path.size() == 2) {
    std::vector<std::string> sids;
    for (const auto& [sid, service] : services_) sids.push_back(sid);
    const Rows rows{sids.size(), [&](std::size_t i) { return sids[i]; },
                    [&](std::size_t i) { return service_json(sids[i]); }};
    return json_reply(200, page_v1(request, kHost, "services", rows));
  }
  if (!exists(path[2])) return twilio_not_found(request);
  if (path.size() == 3) return one(request, path[2]);
  if (path[3] == "PhoneNumbers") return pool(request, path[2], path.size() > 4 ? path[4] : "");
  if (path[3] == "Compliance") return registered(request, path);
  return twilio_not_found(request);
}

net::ServerReply Services::one(const net::ServerRequest& request, const std::string& sid) {
  if (request.method != "POST") return json_reply(200, service_json(sid));
  Json settings = Json::object();
  for (const auto& [name, value] : request.form()) {
    const auto setting = std::ranges::find(kSettings, name, &Setting::form);
    if (setting == kSettings.end()) continue;
    if (setting->kind == Kind::kUrl && !value.empty() && !value.starts_with("http"))
      return twilio_error(400, 21502, name + " is not a valid URL");
    settings[std::string(setting->field)] = value_of_kind(setting->kind, value);
  }
  apply(account_.note("service.changed", {{"sid", sid}, {"settings", std::move(settings)}}));
  return json_reply(200, service_json(sid));
}

net::ServerReply Services::pool(const net::ServerRequest& request, const std::string& sid, const std::string& number) {
  if (number.empty() && request.method == "POST") return add_to_pool(request, sid);
  std::vector<const Number*> members;
  for (const std::string& member : services_.at(sid).pool)
    if (const Number* own = numbers_.by_sid(member); own && (number.empty() || own->sid == number))
      members.push_back(own);
  if (number.empty()) {
    const Rows rows{members.size(), [&](std::size_t i) { return members[i]->sid; },
                    [&](std::size_t i) { return member_json(sid, *members[i]); }};
    return json_reply(200, page_v1(request, kHost, "phone_numbers", rows));
  }
  if (members.empty()) return twilio_not_found(request);
  if (request.method != "DELETE") return json_reply(200, member_json(sid, *members.front()));
  apply(account_.note("service.number_removed", {{"sid", sid}, {"number", number}}));
  return {204, {}, ""};
}

net::ServerReply Services::add_to_pool(const net::ServerRequest& request, const std::string& sid) {
  const std::string number = value_of(request.form(), "PhoneNumberSid");
  const Number* own = numbers_.by_sid(number);
  if (own == nullptr) return twilio_error(404, 20404, "Phone number " + number + " was not found");
  for (const auto& [other, service] : services_)
    if (std::ranges::find(service.pool, number) != service.pool.end())
      return other == sid ? twilio_error(409, 21710, "Phone Number is already in the Messaging Service")
                          : twilio_error(409, 21712, "Phone Number is associated with another Messaging Service");
  apply(account_.note("service.number_added", {{"sid", sid}, {"number", number}}));
  return json_reply(201, member_json(sid, *own));
}

net::ServerReply Services::registered(const net::ServerRequest& request, const std::vector<std::string>& path) const {
  const World& world = account_.world;
  const Registration about{.account = account_.sid(),
                           .brand = world.id("BN", Stream::kBrand, 0),
                           .campaign = world.id("QE", Stream::kCampaign, 0),
                           .service = path[1] == "Services" ? path[2] : "",
                           .verification = world.id("HH", Stream::kVerification, 0),
                           .bundle = world.id("BU", Stream::kVerification, 1),
                           .number_sid = numbers_.all()[kTollFree].sid,
                           .number = numbers_.all()[kTollFree].phone,
                           .made = made()};
  const auto answer = [&](const std::string& name, const std::string& wanted, const Json& row, bool listed) {
    if (!wanted.empty()) return wanted == get_string(row, "sid") ? json_reply(200, row) : twilio_not_found(request);
    const Rows rows{listed ? 1u : 0u, [&](std::size_t) { return get_string(row, "sid"); },
                    [&](std::size_t) { return row; }};
    return json_reply(200, page_v1(request, kHost, name, rows));
  };
  if (path[1] == "Services" && path.size() >= 5 && path[4] == "Usa2p")
    return answer("compliance", path.size() > 5 ? path[5] : "", campaign_json(about), true);
  if (path[1] == "a2p" && path.size() >= 3 && path[2] == "BrandRegistrations")
    return answer("data", path.size() > 3 ? path[3] : "", brand_json(about), true);
  if (path[1] == "Tollfree" && path.size() >= 3 && path[2] == "Verifications") {
    const Json row = verification_json(about);
    const std::string number = request.parameter("TollfreePhoneNumberSid"), status = request.parameter("Status");
    return answer(
        "verifications", path.size() > 3 ? path[3] : "", row,
        (number.empty() || number == about.number_sid) && (status.empty() || status == get_string(row, "status")));
  }
  return twilio_not_found(request);
}

}  // namespace apiops::sandbox::twilio
