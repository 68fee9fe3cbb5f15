#include "connectors/sandbox/twilio/prices.h"

#include <nlohmann/json.hpp>

#include "connectors/sandbox/reply.h"
#include "connectors/sandbox/twilio/permissions.h"

namespace apiops::sandbox::twilio {

namespace {

Json price_row(const char* type, const char* price) {
  return {{"number_type", type}, {"base_price", price}, {"current_price", price}};
}

const char* message_price(const std::string& iso) {
  if (iso == "US" || iso == "CA") return "0.0079";
  if (iso == "GB") return "0.0463";
  return iso == "DE" ? "0.0979" : "0.0750";
}

const char* call_price(const std::string& iso) {
  if (iso == "US" || iso == "CA") return "0.0140";
  return iso == "GB" ? "0.0158" : "0.0420";
}

void number_prices(const std::string& iso, Json& body) {
  Json rows = Json::array({price_row("local", "1.15"), price_row("toll free", "2.15")});
  if (iso == "GB") rows.push_back(price_row("mobile", "1.15"));
  body["phone_number_prices"] = std::move(rows);
}

void message_prices(const std::string& iso, Json& body) {
  const char* price = message_price(iso);
  Json carriers = Json::array();
  for (const auto& [carrier, mcc, mnc] : {std::tuple{"Carrier One", "310", "410"}, {"Carrier Two", "310", "260"}})
    carriers.push_back({{"carrier", carrier},
                        {"mcc", mcc},
                        {"mnc", mnc},
                        {"prices", Json::array({price_row("local", price), price_row("toll-free", price)})}});
  body["outbound_sms_prices"] = std::move(carriers);
  body["inbound_sms_prices"] = Json::array({price_row("local", "0.0079"), price_row("toll-free", "0.0079")});
}

void call_prices(const std::string& iso, const Country& country, Json& body) {
  const char* price = call_price(iso);
  body["outbound_prefix_prices"] =
      Json::array({{{"prefixes", Json::array({std::string(country.prefix.substr(1))})},
                    {"base_price", price},
                    {"current_price", price},
                    {"friendly_name", "Programmable Outbound Minute - " + std::string(country.name)}}});
  body["inbound_call_prices"] = Json::array({price_row("local", "0.0085"), price_row("toll free", "0.0220")});
}

}  // namespace

net::ServerReply prices(const net::ServerRequest& request, const std::vector<std::string>& path) {
  const std::string &what = path[1], &iso = path[3];
  const Country* country = country_by_iso(iso);
  if (country == nullptr) return twilio_not_found(request);
  Json body{{"country", country->name},
            {"iso_country", iso},
            {"price_unit", "USD"},
            {"url", "https://pricing.twilio.com" + request.path}};
  if (what == "PhoneNumbers")
    number_prices(iso, body);
  else if (what == "Messaging")
    message_prices(iso, body);
  else
    call_prices(iso, *country, body);
  return json_reply(200, body);
}

}  // namespace apiops::sandbox::twilio
