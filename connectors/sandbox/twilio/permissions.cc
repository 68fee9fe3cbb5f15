#include "connectors/sandbox/twilio/permissions.h"

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>
#include <vector>

#include "connectors/sandbox/reply.h"
#include "connectors/sandbox/twilio/paging.h"

namespace apiops::sandbox::twilio {

namespace {

constexpr std::array<Country, 20> kCountries{{
    {"US", "United States", "+1", "NORTH_AMERICA", true, true},
    {"CA", "Canada", "+1", "NORTH_AMERICA", true, true},
    {"GB", "United Kingdom", "+44", "EUROPE", true, true},
    {"IE", "Ireland", "+353", "EUROPE", true, true},
    {"FR", "France", "+33", "EUROPE", true, true},
    {"DE", "Germany", "+49", "EUROPE"},
    {"AT", "Austria", "+43", "EUROPE"},
    {"CH", "Switzerland", "+41", "EUROPE"},
    {"ES", "Spain", "+34", "EUROPE", false, true},
    {"IT", "Italy", "+39", "EUROPE"},
    {"NL", "Netherlands", "+31", "EUROPE"},
    {"SE", "Sweden", "+46", "EUROPE"},
    {"PL", "Poland", "+48", "EUROPE"},
    {"AU", "Australia", "+61", "OCEANIA"},
    {"JP", "Japan", "+81", "ASIA"},
    {"IN", "India", "+91", "ASIA"},
    {"BR", "Brazil", "+55", "SOUTH_AMERICA"},
    {"MX", "Mexico", "+52", "NORTH_AMERICA"},
    {"NG", "Nigeria", "+234", "AFRICA", false, true},
    {"PK", "Pakistan", "+92", "ASIA", false, false, true},
}};
constexpr std::string_view kSilentlyIgnored =
    "NG";  // changes of its dialing permission are accepted and have no effect
constexpr int kHighRisk = 30649;

}  // namespace

const Country* country_of_number(std::string_view e164) {
  const Country* best = nullptr;
  for (const Country& country : kCountries)
    if (e164.starts_with(country.prefix) && (best == nullptr || country.prefix.size() > best->prefix.size()))
      best = &country;
  return best;
}

const Country* country_by_iso(std::string_view iso) {
  const auto found = std::ranges::find(kCountries, iso, &Country::iso);
  return found == kCountries.end() ? nullptr : &*found;
}

Permissions::Permissions(const Account& account) : account_(account) {
  for (const Json& effect : account.ledger.effects()) apply(effect);
}

void Permissions::apply(const Json& effect) {
  if (get_string(effect, "service") != "twilio" || get_string(effect, "effect") != "permission.changed") return;
  changed_[{get_string(effect, "channel"), get_string(effect, "country")}] = get_bool(effect, "on").value_or(false);
}

bool Permissions::is_on(const std::string& channel, const Country& country) const {
  const auto it = changed_.find({channel, std::string(country.iso)});
  if (it != changed_.end()) return it->second;
  return channel == "sms" ? country.sms : country.voice;
}

bool Permissions::sms_allowed(std::string_view e164) const {
  const Country* country = country_of_number(e164);
  return country == nullptr || is_on("sms", *country);
}

bool Permissions::calls_allowed(std::string_view e164) const {
  const Country* country = country_of_number(e164);
  return country == nullptr || is_on("voice", *country);
}

net::ServerReply Permissions::sms(const net::ServerRequest& request) {
  Json rows = Json::array();
  if (request.method == "PATCH") {
    for (const auto& [name, value] : request.form()) {
      if (name != "Permissions") continue;
      const auto wanted = parse_json(value);
      if (!wanted) return twilio_error(400, 20001, "Permissions is not a JSON object");
      const std::string iso = get_string(*wanted, "country_code");
      const Country* country = country_by_iso(iso);
      const bool on = get_bool(*wanted, "enabled").value_or(false), high_risk = country && country->sms_high_risk;
      if (country && !high_risk)
        apply(account_.note("permission.changed", {{"channel", "sms"}, {"country", iso}, {"on", on}}));
      rows.push_back({{"country_code", iso},
                      {"type", "country"},
                      {"enabled", on},
                      {"error_code", !country    ? 20404
                                     : high_risk ? kHighRisk
                                                 : 0},
                      {"error_messages", !country    ? Json::array({"Unknown country"})
                                         : high_risk ? Json::array({"High risk country permission cannot be updated"})
                                                     : Json::array()}});
    }
    return json_reply(200, {{"permissions", std::move(rows)}});
  }
  const std::string only = request.parameter("CountryCode");
  for (const Country& country : kCountries)
    if (only.empty() || country.iso == only)
      rows.push_back({{"country_code", country.iso},
                      {"type", "country"},
                      {"enabled", is_on("sms", country)},
                      {"prefix", country.prefix},
                      {"message", country.sms_high_risk ? "High Risk Country" : ""}});
  return json_reply(200, {{"permissions", std::move(rows)}});
}

Json Permissions::dialing_json(const Country& country) const {
  const std::string url = "https://voice.twilio.com/v1/DialingPermissions/Countries/" + std::string(country.iso);
  return {{"iso_code", country.iso},
          {"name", country.name},
          {"continent", country.continent},
          {"country_codes", Json::array({country.prefix})},
          {"low_risk_numbers_enabled", is_on("voice", country)},
          {"high_risk_special_numbers_enabled", false},
          {"high_risk_tollfraud_numbers_enabled", false},
          {"url", url},
          {"links", {{"highrisk_special_prefixes", url + "/HighRiskSpecialPrefixes"}}}};
}

net::ServerReply Permissions::dialing_list(const net::ServerRequest& request) const {
  const std::string iso = request.parameter("IsoCode"), low = request.parameter("LowRiskNumbersEnabled");
  std::vector<const Country*> found;
  for (const Country& country : kCountries)
    if ((iso.empty() || country.iso == iso) && (low.empty() || (low == "true") == is_on("voice", country)))
      found.push_back(&country);
  const Rows rows{found.size(), [&](std::size_t i) { return std::string(found[i]->iso); },
                  [&](std::size_t i) { return dialing_json(*found[i]); }};
  return json_reply(200, page_v1(request, "voice.twilio.com", "content", rows));
}

net::ServerReply Permissions::dialing_one(const net::ServerRequest& request, const std::string& iso) const {
  const Country* country = country_by_iso(iso);
  return country ? json_reply(200, dialing_json(*country)) : twilio_not_found(request);
}

net::ServerReply Permissions::dialing_update(const net::ServerRequest& request) {
  const auto wanted = parse_json(value_of(request.form(), "UpdateRequest"));
  if (!wanted || !wanted->is_array()) return twilio_error(400, 20001, "UpdateRequest is not a JSON array");
  for (const Json& one : *wanted) {
    const std::string iso = get_string(one, "iso_code");
    if (country_by_iso(iso) == nullptr) return twilio_error(400, 20001, "Unknown country " + iso);
    if (iso == kSilentlyIgnored) continue;
    const std::string text = get_string(one, "low_risk_numbers_enabled");
    const bool on = text.empty() ? get_bool(one, "low_risk_numbers_enabled").value_or(false) : text == "true";
    apply(account_.note("permission.changed", {{"channel", "voice"}, {"country", iso}, {"on", on}}));
  }
  return json_reply(201, {{"update_count", wanted->size()}, {"update_request", "accepted"}});
}

}  // namespace apiops::sandbox::twilio
