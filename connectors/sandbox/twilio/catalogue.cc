// Numbers, their shop, prices, use, services and keys of the simulated account.
#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "connectors/sandbox/reply.h"
#include "connectors/sandbox/twilio/paging.h"
#include "connectors/sandbox/twilio/records.h"
#include "connectors/sandbox/twilio/twilio_side.h"

namespace apiops::sandbox::twilio {

namespace {

constexpr std::size_t kOffersOfAnArea = 15;

bool matches(const std::string& phone, const std::string& contains) {
  if (contains.empty()) return true;
  for (std::size_t at = 0; at + contains.size() <= phone.size(); ++at) {
    bool fits = true;
    for (std::size_t i = 0; fits && i < contains.size(); ++i) fits = contains[i] == '*' || contains[i] == phone[at + i];
    if (fits) return true;
  }
  return false;
}

// What the shop of a country and type begins its numbers with.
std::string stem_of(const std::string& country, const std::string& type, const net::ServerRequest& request) {
  if (country == "GB") return type == "Mobile" ? "+447700900" : "+4420794600";
  if (country != "US" && country != "CA") return "";
  if (type == "TollFree") return "+188855501";
  std::string area = request.parameter("AreaCode");
  const std::string contains = request.parameter("Contains");
  if (area.empty() && contains.size() == 11 && contains[0] == '1') area = contains.substr(1, 3);
  return "+1" + (area.size() == 3 ? area : std::string("415")) + "55501";
}

std::pair<std::string, std::string> place_of_area(const std::string& area) {
  static const std::map<std::string, std::pair<std::string, std::string>> kPlaces{
      {"415", {"San Francisco", "CA"}}, {"628", {"San Francisco", "CA"}}, {"510", {"Oakland", "CA"}},
      {"212", {"New York", "NY"}},      {"646", {"New York", "NY"}},      {"312", {"Chicago", "IL"}},
      {"617", {"Boston", "MA"}}};
  const auto it = kPlaces.find(area);
  return it == kPlaces.end() ? std::pair<std::string, std::string>{"", ""} : it->second;
}

std::vector<std::string> on_offer(const World& world, const Numbers& numbers, const std::string& stem) {
  std::vector<std::string> phones;
  const auto salt = static_cast<std::uint64_t>(std::hash<std::string>{}(stem));
  const long long start = static_cast<long long>(world.chance(Stream::kOther, 7, salt) % 100);
  for (long long k = 0; k < 100 && phones.size() < kOffersOfAnArea && !stem.empty(); ++k) {
    const std::string phone = stem + fmt::format("{:02}", (start + k * 7) % 100);
    if (!numbers.by_phone(phone)) phones.push_back(phone);
  }
  return phones;
}

Json price_row(const char* type, const char* price) {
  return {{"number_type", type}, {"base_price", price}, {"current_price", price}};
}

}  // namespace

Json TwilioSide::number_json(const Number& n) const {
  Json row = {
      {"sid", n.sid},
      {"account_sid", account_sid()},
      {"phone_number", n.phone},
      {"api_version", "2010-04-01"},
      {"beta", false},
      {"origin", "twilio"},
      {"status", "in-use"},
      {"capabilities", {{"voice", n.voice}, {"sms", n.sms}, {"mms", n.mms}, {"fax", false}}},
      {"date_created", to_rfc2822(n.created)},
      {"date_updated", to_rfc2822(n.updated)},
      {"address_requirements", "none"},
      {"emergency_status", "Inactive"},
      {"emergency_address_status", "unregistered"},
      {"type", n.type},
      {"uri", account_uri(account_sid(), "IncomingPhoneNumbers/" + n.sid)},
      {"subresource_uris",
       {{"assigned_add_ons", account_uri(account_sid(), "IncomingPhoneNumbers/" + n.sid + "/AssignedAddOns")}}}};
  for (const auto& [name, field] : number_settings()) {
    const auto it = n.settings.find(name);
    const std::string value = it == n.settings.end() ? "" : it->second;
    if (name.ends_with("Method"))
      row[field] = value.empty() ? "POST" : value;
    else if (name == "VoiceCallerIdLookup")
      row[field] = value == "true";
    else if (name == "VoiceReceiveMode")
      row[field] = value.empty() ? "voice" : value;
    else if (name.ends_with("Sid"))
      row[field] = value.empty() ? Json() : Json(value);
    else
      row[field] = value;
  }
  return row;
}

net::ServerReply TwilioSide::incoming(const net::ServerRequest& request, const std::string& sid) {
  if (sid.empty()) {
    std::vector<const Number*> found;
    const std::string phone = request.parameter("PhoneNumber"), name = request.parameter("FriendlyName");
    for (const auto& n : numbers_.all()) {
      const auto friendly = n.settings.find("FriendlyName");
      if (!n.released && matches(n.phone, phone) &&
          (name.empty() || (friendly != n.settings.end() && friendly->second == name)))
        found.push_back(&n);
    }
    const Rows rows{found.size(), [&](std::size_t i) { return found[i]->sid; },
                    [&](std::size_t i) { return number_json(*found[i]); }};
    return json_reply(200, page_2010(request, "incoming_phone_numbers", rows));
  }
  const Number* number = numbers_.by_sid(sid);
  if (!number) return twilio_error(404, 20404, "The requested resource " + request.path + " was not found");
  if (request.method == "DELETE") {
    numbers_.release(sid);
    return {204, {}, ""};
  }
  if (request.method != "POST") return json_reply(200, number_json(*number));
  std::map<std::string, std::string> settings;
  for (const auto& [name, value] : request.form()) {
    if (!number_settings().contains(name)) continue;
    if (name.ends_with("Url") && !value.empty() && !value.starts_with("http://") && !value.starts_with("https://"))
      return twilio_error(400, 21502, name + " is not a valid URL");
    settings[name] = value;
  }
  return json_reply(200, number_json(numbers_.change(sid, settings)));
}

net::ServerReply TwilioSide::buy(const net::ServerRequest& request) {
  const auto form = request.form();
  std::string phone = value_of(form, "PhoneNumber");
  if (phone.empty() && has_value(form, "AreaCode")) {
    const auto free = on_offer(world_, numbers_, "+1" + value_of(form, "AreaCode") + "55501");
    if (free.empty())
      return twilio_error(400, 21452, "No phone numbers found in area code " + value_of(form, "AreaCode"));
    phone = free.front();
  }
  if (phone.empty()) return twilio_error(400, 21421, "PhoneNumber is invalid");
  const auto free = on_offer(world_, numbers_, phone.size() > 2 ? phone.substr(0, phone.size() - 2) : "");
  if (std::find(free.begin(), free.end(), phone) == free.end())
    return twilio_error(400, 21422, phone + " is not available");
  std::map<std::string, std::string> settings;
  for (const auto& [name, value] : form)
    if (number_settings().contains(name)) settings[name] = value;
  return json_reply(201, number_json(numbers_.buy(phone, settings)));
}

net::ServerReply TwilioSide::offers(const net::ServerRequest& request, const std::string& country,
                                    const std::string& type) {
  const std::string stem = stem_of(country, type, request), contains = request.parameter("Contains");
  if (type != "Local" && type != "TollFree" && type != "Mobile")
    return twilio_error(404, 20404, "The requested resource " + request.path + " was not found");
  const auto limit =
      static_cast<std::size_t>(std::clamp(integer_of(request.parameter("PageSize")).value_or(50), 1LL, 50LL));
  const auto [city, region] = place_of_area(stem.size() > 5 ? stem.substr(2, 3) : "");
  Json list = Json::array();
  for (const auto& phone : on_offer(world_, numbers_, stem)) {
    if (list.size() >= limit || !matches(phone, contains)) continue;
    const bool mms = country == "US" && type != "TollFree";
    if (request.parameter("MmsEnabled") == "true" && !mms) continue;
    list.push_back({{"friendly_name", phone},
                    {"phone_number", phone},
                    {"lata", Json()},
                    {"rate_center", Json()},
                    {"latitude", Json()},
                    {"longitude", Json()},
                    {"locality", city.empty() ? Json() : Json(city)},
                    {"region", region.empty() ? Json() : Json(region)},
                    {"postal_code", Json()},
                    {"iso_country", country},
                    {"address_requirements", country == "GB" ? "any" : "none"},
                    {"beta", false},
                    {"capabilities", {{"voice", true}, {"SMS", true}, {"MMS", mms}, {"fax", false}}}});
  }
  return json_reply(200, {{"available_phone_numbers", std::move(list)}, {"uri", request.target}});
}

net::ServerReply TwilioSide::prices(const std::string& country) {
  Json rows = Json::array({price_row("local", "1.15"), price_row("toll free", "2.15")});
  if (country == "GB") rows.push_back(price_row("mobile", "1.15"));
  return json_reply(200, {{"country", country == "GB"   ? "United Kingdom"
                                      : country == "US" ? "United States"
                                                        : country},
                          {"iso_country", country},
                          {"phone_number_prices", std::move(rows)},
                          {"price_unit", "usd"},
                          {"url", "https://pricing.twilio.com/v1/PhoneNumbers/Countries/" + country}});
}

// Counted from the story: what a day's messages, calls and numbers cost.
net::ServerReply TwilioSide::usage(const net::ServerRequest& request, bool daily) {
  const auto day = std::chrono::hours(24);
  const Time today = day_of(to_iso8601(world_.now()).substr(0, 10), world_.now());
  const Time from = day_of(request.parameter("StartDate"), today),
             last = std::min(day_of(request.parameter("EndDate"), today), today);
  const std::string wanted = request.parameter("Category");
  struct Line {
    std::string category, unit;
    double count = 0, price = 0;
    Time begin, end;
  };
  std::vector<Line> lines;
  const auto add = [&](Time begin, Time end) {
    double sent = 0, minutes = 0;
    for (const Ref& ref : messages_between(world_, begin, end)) sent += message_at(world_, ref.n).inbound ? 0 : 1;
    for (const Ref& ref : calls_between(world_, begin, end))
      minutes += static_cast<double>((call(ref).seconds + 59) / 60);
    const double days = std::chrono::duration<double>(std::min(end, world_.now()) - begin) / day,
                 numbers = 11 * 1.15 / 30 * days + 2.15 / 30 * days;
    const Line all[] = {{"sms", "messages", sent, sent * 0.0079, begin, end},
                        {"calls", "minutes", minutes, minutes * 0.0085, begin, end},
                        {"phonenumbers", "numbers", 12, numbers, begin, end},
                        {"totalprice", "usd", sent * 0.0079 + minutes * 0.0085 + numbers,
                         sent * 0.0079 + minutes * 0.0085 + numbers, begin, end}};
    for (const Line& line : all)
      if (wanted.empty() || wanted == line.category) lines.push_back(line);
  };
  if (daily)
    for (Time d = last; d >= from && lines.size() < 2'000; d -= day) add(d, d + day);
  else
    add(from, last + day);
  const Rows rows{lines.size(), [](std::size_t i) { return std::to_string(i); },
                  [&](std::size_t i) {
                    const Line& l = lines[i];
                    return Json{{"account_sid", account_sid()},
                                {"api_version", "2010-04-01"},
                                {"as_of", to_iso8601(world_.now())},
                                {"category", l.category},
                                {"count", fmt::format("{:.0f}", l.count)},
                                {"count_unit", l.unit},
                                {"description", l.category},
                                {"end_date", to_iso8601(l.end - day).substr(0, 10)},
                                {"price", fmt::format("{:.4f}", l.price)},
                                {"price_unit", "usd"},
                                {"start_date", to_iso8601(l.begin).substr(0, 10)},
                                {"usage", fmt::format("{:.0f}", l.count)},
                                {"usage_unit", l.unit},
                                {"subresource_uris", Json::object()},
                                {"uri", request.path}};
                  }};
  return json_reply(200, page_2010(request, "usage_records", rows));
}

net::ServerReply TwilioSide::services(const net::ServerRequest& request, const std::vector<std::string>& path) {
  const std::string sid = world_.id("MG", Stream::kService, 0);
  const std::string made = to_iso8601(from_seconds(to_millis(world_.anchor()) / 1000) - std::chrono::hours(24 * 400));
  if (path.size() == 2) {
    const Rows rows{1, [&](std::size_t) { return sid; },
                    [&](std::size_t) {
                      return Json{{"sid", sid},
                                  {"account_sid", account_sid()},
                                  {"friendly_name", "Marketing"},
                                  {"date_created", made},
                                  {"date_updated", made},
                                  {"inbound_request_url", "https://" + std::string(kVoiceHost) + "/inbound"},
                                  {"inbound_method", "POST"},
                                  {"fallback_url", Json()},
                                  {"fallback_method", "POST"},
                                  {"status_callback", "https://" + std::string(kVoiceHost) + "/status"},
                                  {"sticky_sender", true},
                                  {"mms_converter", true},
                                  {"smart_encoding", true},
                                  {"scan_message_content", "inherit"},
                                  {"fallback_to_long_code", true},
                                  {"area_code_geomatch", true},
                                  {"synchronous_validation", false},
                                  {"validity_period", 14400},
                                  {"use_inbound_webhook_on_number", false},
                                  {"us_app_to_person_registered", false},
                                  {"usecase", "marketing"},
                                  {"url", "https://messaging.twilio.com/v1/Services/" + sid},
                                  {"links", Json::object()}};
                    }};
    return json_reply(200, page_v1(request, "messaging.twilio.com", "services", rows));
  }
  if (path.size() != 4 || path[2] != sid || path[3] != "PhoneNumbers")
    return twilio_error(404, 20404, "The requested resource " + request.path + " was not found");
  const std::vector<const Number*> pool{&numbers_.all()[kMarketing], &numbers_.all()[kUnregistered]};
  const Rows rows{pool.size(), [&](std::size_t i) { return pool[i]->sid; },
                  [&](std::size_t i) {
                    return Json{
                        {"sid", pool[i]->sid},
                        {"account_sid", account_sid()},
                        {"service_sid", sid},
                        {"date_created", made},
                        {"date_updated", made},
                        {"phone_number", pool[i]->phone},
                        {"country_code", "US"},
                        {"capabilities", Json::array({"SMS", "Voice"})},
                        {"url", "https://messaging.twilio.com/v1/Services/" + sid + "/PhoneNumbers/" + pool[i]->sid}};
                  }};
  return json_reply(200, page_v1(request, "messaging.twilio.com", "phone_numbers", rows));
}

net::ServerReply TwilioSide::keys(const net::ServerRequest& request) {
  static constexpr std::array<std::pair<const char*, int>, 2> kKeys{{{"CI deploy", 742}, {"Back office", 61}}};
  const auto sid = [&](std::size_t i) { return world_.id("SK", Stream::kApiKey, static_cast<long long>(i)); };
  const Rows rows{
      kKeys.size(), sid, [&](std::size_t i) {
        const std::string at = to_rfc2822(world_.anchor() - std::chrono::hours(24 * kKeys[i].second));
        return Json{{"sid", sid(i)}, {"friendly_name", kKeys[i].first}, {"date_created", at}, {"date_updated", at}};
      }};
  return json_reply(200, page_2010(request, "keys", rows));
}

net::ServerReply TwilioSide::applications(const net::ServerRequest& request) {
  const std::string sid = world_.id("AP", Stream::kApplication, 0),
                    at = to_rfc2822(world_.anchor() - std::chrono::hours(24 * 350)),
                    host = "https://" + std::string(kVoiceHost);
  const Rows rows{1, [&](std::size_t) { return sid; },
                  [&](std::size_t) {
                    return Json{{"sid", sid},
                                {"account_sid", account_sid()},
                                {"api_version", "2010-04-01"},
                                {"friendly_name", "IVR"},
                                {"date_created", at},
                                {"date_updated", at},
                                {"voice_url", host + "/ivr"},
                                {"voice_method", "POST"},
                                {"voice_fallback_url", ""},
                                {"voice_fallback_method", "POST"},
                                {"voice_caller_id_lookup", false},
                                {"status_callback", ""},
                                {"status_callback_method", "POST"},
                                {"sms_url", ""},
                                {"sms_method", "POST"},
                                {"sms_fallback_url", ""},
                                {"sms_fallback_method", "POST"},
                                {"sms_status_callback", ""},
                                {"message_status_callback", ""},
                                {"public_application_connect_enabled", false},
                                {"uri", account_uri(account_sid(), "Applications/" + sid)}};
                  }};
  return json_reply(200, page_2010(request, "applications", rows));
}

}  // namespace apiops::sandbox::twilio
