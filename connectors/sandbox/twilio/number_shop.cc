#include "connectors/sandbox/twilio/number_shop.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "connectors/sandbox/reply.h"
#include "connectors/sandbox/twilio/number_row.h"
#include "connectors/sandbox/twilio/paging.h"
#include "connectors/sandbox/twilio/permissions.h"
#include "connectors/sandbox/twilio/records.h"

namespace apiops::sandbox::twilio {

namespace {

constexpr std::size_t kOffersOfAnArea = 15;

// What the shop of a country and type begins its numbers with.
std::string stem_of(const std::string& country, const std::string& type, const net::ServerRequest& request) {
  if (country == "GB") return type == "Mobile" ? "+4477009000" : "+4420794600";
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

}  // namespace

net::ServerReply NumberShop::incoming(const net::ServerRequest& request, const std::string& sid) {
  if (sid.empty()) {
    std::vector<const Number*> found;
    const std::string phone = request.parameter("PhoneNumber"), name = request.parameter("FriendlyName");
    for (const auto& n : numbers_.all()) {
      const auto friendly = n.settings.find("FriendlyName");
      if (!n.released && phone_matches(n.phone, phone) &&
          (name.empty() || (friendly != n.settings.end() && friendly->second == name)))
        found.push_back(&n);
    }
    const Rows rows{found.size(), [&](std::size_t i) { return found[i]->sid; },
                    [&](std::size_t i) { return number_json(account_.sid(), *found[i]); }};
    return json_reply(200, page_2010(request, "incoming_phone_numbers", rows));
  }
  const Number* number = numbers_.by_sid(sid);
  if (!number) return twilio_not_found(request);
  if (request.method == "DELETE") {
    numbers_.release(sid);
    return {204, {}, ""};
  }
  if (request.method != "POST") return json_reply(200, number_json(account_.sid(), *number));
  std::map<std::string, std::string> settings;
  for (const auto& [name, value] : request.form()) {
    if (!number_settings().contains(name)) continue;
    if (name.ends_with("Url") && !value.empty() && !value.starts_with("http://") && !value.starts_with("https://"))
      return twilio_error(400, 21502, name + " is not a valid URL");
    settings[name] = value;
  }
  return json_reply(200, number_json(account_.sid(), numbers_.change(sid, settings)));
}

net::ServerReply NumberShop::buy(const net::ServerRequest& request) {
  const auto form = request.form();
  std::string phone = value_of(form, "PhoneNumber");
  if (phone.empty() && has_value(form, "AreaCode")) {
    const auto free = on_offer(account_.world, numbers_, "+1" + value_of(form, "AreaCode") + "55501");
    if (free.empty())
      return twilio_error(400, 21452, "No phone numbers found in area code " + value_of(form, "AreaCode"));
    phone = free.front();
  }
  if (phone == "+15005550000") return twilio_error(400, 21422, phone + " is not available");
  if (phone.empty() || phone == "+15005550001") return twilio_error(400, 21421, "PhoneNumber is invalid");
  const auto free = on_offer(account_.world, numbers_, phone.size() > 2 ? phone.substr(0, phone.size() - 2) : "");
  if (std::find(free.begin(), free.end(), phone) == free.end())
    return twilio_error(400, 21422, phone + " is not available");
  std::map<std::string, std::string> settings;
  for (const auto& [name, value] : form)
    if (number_settings().contains(name)) settings[name] = value;
  return json_reply(201, number_json(account_.sid(), numbers_.buy(phone, settings)));
}

// Which kinds of number a country has.
net::ServerReply NumberShop::kinds(const net::ServerRequest& request, const std::string& iso) const {
  const Country* country = country_by_iso(iso);
  if (country == nullptr) return twilio_not_found(request);
  const std::string base = "/2010-04-01/Accounts/" + account_.sid() + "/AvailablePhoneNumbers/" + iso;
  Json kinds{{"local", base + "/Local.json"}};
  if (iso == "US" || iso == "CA") kinds["toll_free"] = base + "/TollFree.json";
  if (iso == "GB") kinds["mobile"] = base + "/Mobile.json";
  return json_reply(200, {{"country_code", iso},
                          {"country", country->name},
                          {"uri", base + ".json"},
                          {"beta", false},
                          {"subresource_uris", std::move(kinds)}});
}

net::ServerReply NumberShop::offers(const net::ServerRequest& request, const std::string& country,
                                    const std::string& type) const {
  const std::string stem = stem_of(country, type, request), contains = request.parameter("Contains");
  if (type != "Local" && type != "TollFree" && type != "Mobile") return twilio_not_found(request);
  const auto limit =
      static_cast<std::size_t>(std::clamp(integer_of(request.parameter("PageSize")).value_or(50), 1LL, 50LL));
  const auto [city, region] = place_of_area(stem.size() > 5 ? stem.substr(2, 3) : "");
  Json list = Json::array();
  for (const auto& phone : on_offer(account_.world, numbers_, stem)) {
    if (list.size() >= limit || !phone_matches(phone, contains)) continue;
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

}  // namespace apiops::sandbox::twilio
