#include "connectors/services/twilio/numbers.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>

#include "engine/base/text.h"

namespace apiops::twilio {

namespace {

struct Prefix {
  std::string_view digits, country;
};
// Longest first among those that share a beginning.
constexpr std::array<Prefix, 24> kPrefixes{
    {{"+353", "IE"}, {"+358", "FI"}, {"+351", "PT"}, {"+420", "CZ"}, {"+852", "HK"}, {"+972", "IL"},
     {"+31", "NL"},  {"+32", "BE"},  {"+33", "FR"},  {"+34", "ES"},  {"+39", "IT"},  {"+41", "CH"},
     {"+43", "AT"},  {"+44", "GB"},  {"+45", "DK"},  {"+46", "SE"},  {"+47", "NO"},  {"+48", "PL"},
     {"+49", "DE"},  {"+52", "MX"},  {"+55", "BR"},  {"+61", "AU"},  {"+81", "JP"},  {"+1", "US"}}};
constexpr std::array<std::string_view, 7> kTollFree{"+1800", "+1833", "+1844", "+1855", "+1866", "+1877", "+1888"};
constexpr std::array<std::string_view, 4> kMobile{"+447", "+4915", "+4916", "+4917"};

template <std::size_t N>
bool starts_with_any(std::string_view text, const std::array<std::string_view, N>& heads) {
  return std::any_of(heads.begin(), heads.end(), [&](std::string_view head) { return text.starts_with(head); });
}

std::string our_type(const std::string& twilios) {
  const std::string type = lower_ascii(twilios);
  return type == "toll free" || type == "tollfree" ? "tollfree" : type;
}

MessagingService service_of(const Json& row) {
  MessagingService s;
  s.sid = get_string(row, "sid");
  s.name = get_string(row, "friendly_name");
  s.inbound_url = get_string(row, "inbound_request_url");
  s.inbound_method = get_string(row, "inbound_method");
  s.status_callback = get_string(row, "status_callback");
  s.fallback_url = get_string(row, "fallback_url");
  s.uses_number_webhook = get_bool(row, "use_inbound_webhook_on_number");
  s.registered = get_bool(row, "us_app_to_person_registered");
  return s;
}

}  // namespace

OwnNumber number_of(const Json& row) {
  OwnNumber n;
  n.sid = get_string(row, "sid");
  n.number = get_string(row, "phone_number");
  n.friendly_name = get_string(row, "friendly_name");
  n.status = get_string(row, "status");
  n.voice_url = get_string(row, "voice_url");
  n.voice_method = get_string(row, "voice_method");
  n.voice_fallback_url = get_string(row, "voice_fallback_url");
  n.sms_url = get_string(row, "sms_url");
  n.sms_method = get_string(row, "sms_method");
  n.sms_fallback_url = get_string(row, "sms_fallback_url");
  n.status_callback = get_string(row, "status_callback");
  n.voice_application = get_string(row, "voice_application_sid");
  n.sms_application = get_string(row, "sms_application_sid");
  n.trunk = get_string(row, "trunk_sid");
  n.api_version = get_string(row, "api_version");
  n.address_requirement = get_string(row, "address_requirements");
  n.address = get_string(row, "address_sid");
  n.bundle = get_string(row, "bundle_sid");
  n.emergency_address = get_string(row, "emergency_address_sid");
  n.emergency_active = get_string(row, "emergency_status") == "Active";
  n.caller_lookup = get_bool(row, "voice_caller_id_lookup").value_or(false);
  const Json& can = get_object(row, "capabilities");
  n.voice = get_bool(can, "voice").value_or(false);
  n.sms = get_bool(can, "sms").value_or(false);
  n.mms = get_bool(can, "mms").value_or(false);
  n.created = parse_rfc2822(get_string(row, "date_created"));
  n.updated = parse_rfc2822(get_string(row, "date_updated"));
  return n;
}

asio::awaitable<Result<std::vector<OwnNumber>>> own_numbers(TwilioApi& api) {
  auto listed = co_await api.list(Host::kApi, api.account_path("IncomingPhoneNumbers.json"), "incoming_phone_numbers",
                                  {{"PageSize", std::to_string(kLargePage)}});
  if (!listed) co_return std::unexpected(listed.error());
  std::vector<OwnNumber> numbers;
  for (const Json& row : listed->rows) numbers.push_back(number_of(row));
  co_return numbers;
}

asio::awaitable<Result<OwnNumber>> own_number(TwilioApi& api, std::string number_or_sid) {
  if (number_or_sid.starts_with("PN")) {
    auto reply = co_await api.get(
        Host::kApi, api.account_path("IncomingPhoneNumbers/" + net::encode_component(number_or_sid) + ".json"));
    if (!reply) co_return std::unexpected(reply.error());
    co_return number_of(reply->body);
  }
  auto listed = co_await api.list(Host::kApi, api.account_path("IncomingPhoneNumbers.json"), "incoming_phone_numbers",
                                  {{"PhoneNumber", number_or_sid}, {"PageSize", "50"}});
  if (!listed) co_return std::unexpected(listed.error());
  for (const Json& row : listed->rows)  // the filter matches parts of numbers, too
    if (get_string(row, "phone_number") == number_or_sid) co_return number_of(row);
  co_return failure(ErrorKind::kNotFound,
                    fmt::format("{} is not one of our numbers at Twilio.", spaced_number(number_or_sid)));
}

asio::awaitable<Result<std::vector<Application>>> applications(TwilioApi& api) {
  auto listed = co_await api.list(Host::kApi, api.account_path("Applications.json"), "applications",
                                  {{"PageSize", std::to_string(kLargePage)}});
  if (!listed) co_return std::unexpected(listed.error());
  std::vector<Application> all;
  for (const Json& row : listed->rows)
    all.push_back({.sid = get_string(row, "sid"),
                   .name = get_string(row, "friendly_name"),
                   .voice_url = get_string(row, "voice_url"),
                   .voice_method = get_string(row, "voice_method"),
                   .sms_url = get_string(row, "sms_url"),
                   .sms_method = get_string(row, "sms_method")});
  co_return all;
}

namespace {

// Senders that are no phone numbers. Where that can't be read, there may be some.
asio::awaitable<bool> has_other_senders(TwilioApi& api, std::string service) {
  for (const char* list : {"ShortCodes", "AlphaSenders"}) {
    auto page = co_await api.page(Host::kMessaging, "/v1/Services/" + net::encode_component(service) + "/" + list,
                                  "senders", {{"PageSize", "1"}});
    if (!page || !page->rows().empty()) co_return true;
  }
  co_return false;
}

}  // namespace

bool MessagingService::has(const std::string& number) const {
  return std::find(numbers.begin(), numbers.end(), number) != numbers.end();
}

asio::awaitable<Result<std::vector<MessagingService>>> messaging_services(TwilioApi& api) {
  auto listed = co_await api.list(Host::kMessaging, "/v1/Services", "services", {{"PageSize", "100"}});
  if (!listed) co_return std::unexpected(listed.error());
  std::vector<MessagingService> all;
  for (const Json& row : listed->rows) {
    MessagingService service = service_of(row);
    auto pool =
        co_await api.list(Host::kMessaging, "/v1/Services/" + net::encode_component(service.sid) + "/PhoneNumbers",
                          "phone_numbers", {{"PageSize", "100"}});
    if (!pool) co_return std::unexpected(pool.error());
    for (const Json& member : pool->rows) service.numbers.push_back(get_string(member, "phone_number"));
    if (service.numbers.empty()) service.other_senders = co_await has_other_senders(api, service.sid);
    all.push_back(std::move(service));
  }
  co_return all;
}

std::string answering_url(const OwnNumber& number, const std::vector<Application>& applications) {
  if (!number.trunk.empty()) return {};
  if (number.voice_application.empty()) return number.voice_url;
  for (const auto& application : applications)
    if (application.sid == number.voice_application) return application.voice_url;
  return {};
}

std::string number_type_of(std::string_view e164) {
  if (starts_with_any(e164, kTollFree)) return "tollfree";
  return starts_with_any(e164, kMobile) ? "mobile" : "local";
}

std::string country_of(std::string_view e164) {
  for (const auto& prefix : kPrefixes)
    if (e164.starts_with(prefix.digits)) return std::string(prefix.country);
  return {};
}

bool is_us_long_code(const std::string& e164) {
  return e164.starts_with("+1") && e164.size() == 12 && number_type_of(e164) != "tollfree";
}

asio::awaitable<Result<NumberPrices>> number_prices(TwilioApi& api, std::string country) {
  auto reply = co_await api.get(Host::kPricing, "/v1/PhoneNumbers/Countries/" + net::encode_component(country));
  if (!reply) co_return std::unexpected(reply.error());
  const std::string currency = lower_ascii(get_string(reply->body, "price_unit", "usd"));
  NumberPrices prices;
  for (const Json& row : get_array(reply->body, "phone_number_prices")) {
    std::string decimal = get_decimal(row, "current_price");
    if (decimal.empty()) decimal = get_decimal(row, "base_price");
    if (const auto money = parse_money(decimal, currency)) prices[our_type(get_string(row, "number_type"))] = *money;
  }
  co_return prices;
}

asio::awaitable<std::map<std::string, NumberPrices>> prices_for(TwilioApi& api, const std::vector<OwnNumber>& numbers) {
  std::map<std::string, NumberPrices> prices;
  for (const auto& number : numbers)
    if (const std::string country = country_of(number.number); !country.empty()) prices.try_emplace(country);
  for (auto& [country, by_type] : prices)
    if (auto read = co_await number_prices(api, country)) by_type = std::move(*read);
  co_return prices;
}

std::optional<Money> price_of(const std::map<std::string, NumberPrices>& prices, std::string_view e164) {
  const auto country = prices.find(country_of(e164));
  if (country == prices.end()) return std::nullopt;
  const auto price = country->second.find(number_type_of(e164));
  return price == country->second.end() ? std::nullopt : std::optional(price->second);
}

Action ask(std::string intent, Json slots, std::string label) {
  return Action{"ask",
                Json{{"intent", std::move(intent)}, {"slots", std::move(slots)}, {"text", label}, {"label", label}}};
}

Button ask_button(std::string intent, Json slots, std::string label, Tone tone) {
  return Button{.label = label, .tone = tone, .action = ask(std::move(intent), std::move(slots), label)};
}

std::string host_of(std::string_view url) {
  if (const auto scheme = url.find("://"); scheme != std::string_view::npos) url.remove_prefix(scheme + 3);
  url = url.substr(0, url.find_first_of("/?#"));
  if (const auto at = url.rfind('@'); at != std::string_view::npos) url.remove_prefix(at + 1);
  return lower_ascii(url.substr(0, url.find(':')));
}

std::string shown_url(std::string_view url) {
  std::string text(url.substr(0, url.find_first_of("?#")));
  const auto scheme = text.find("://");
  const auto begin = scheme == std::string::npos ? 0 : scheme + 3;
  const auto end = std::min(text.find('/', begin), text.size());
  if (const auto at = text.rfind('@', end); at != std::string::npos && at >= begin && at < end)
    text.erase(begin, at + 1 - begin);
  return text;
}

std::string utc(Time t, Time now) { return short_time(t, now, "UTC") + " UTC"; }

}  // namespace apiops::twilio
