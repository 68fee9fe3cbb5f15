// A small Twilio for tests of the adapter: numbers that are kept, offers, calls, messages and alerts as a test lays
// them out, over real HTTP on loopback. A purchase can be done with its answer lost, or refused, or answered with 500.
#pragma once

#include <asio/post.hpp>

#include "connectors/services/twilio/twilio.h"
#include "tests/connectors/services/far_side.h"

namespace apiops::testing {

// Sleeps pass at once and move the time.
struct PlayedClock final : Clock {
  Duration ahead{0};
  Time now() const override { return from_millis(ManualClock::kStoryMillis) + ahead; }
  Duration steady() const override { return ahead; }
  asio::awaitable<void> sleep_for(Duration how_long) override {
    ahead += how_long;
    co_await asio::post(asio::use_awaitable);
  }
};

struct TwilioFarSide : FarSide {
  inline static const std::string kSid = "AC0123456789abcdef0123456789abcdef";
  inline static const std::string kRoot = "/2010-04-01/Accounts/" + kSid + "/";
  inline static const std::string kBroken = "+14155550134", kOffer = "+14155550162";

  TwilioFarSide() {
    guard.rules().only_static = true;
    guard.rules().static_hosts["voice.example.com"] = {"127.0.0.1"};
    guard.rules().allow = {"voice.example.com:" + std::to_string(server.port())};
    add_number("PN01", kBroken, "https://old-gw.example.com/voice", -40, -35);
    for (int i = 1; i <= 4; ++i)
      add_number("PN1" + std::to_string(i), "+1415555010" + std::to_string(i), healthy_url(), -40, -3);
    on("GET /twilio", 200, "<Response/>");
    on("HEAD /twilio", 200, "");
    on("GET " + kRoot + "Applications.json", 200, R"({"applications":[]})");
    on("GET " + kRoot + "Keys.json", 200,
       R"({"keys":[{"sid":"SK01","friendly_name":"old","date_created":"Mon, 13 Jun 2016 22:50:08 +0000"}]})");
    on("GET " + kRoot + "Balance.json", 200, R"({"balance":"83.10","currency":"USD"})");
    on("GET " + kRoot + "Usage/Records/Daily.json", 200,
       R"({"usage_records":[{"category":"totalprice","price":9.0,"price_unit":"usd","start_date":"2026-11-23"}]})");
    on("GET /v1/Services", 200, R"({"meta":{"key":"services","next_page_url":null},"services":[]})");
    on("GET /v1/PhoneNumbers/Countries/US", [this](const net::ServerRequest&) {
      return net::ServerReply{
          200,
          {},
          R"({"iso_country":"US","price_unit":"USD","phone_number_prices":[{"number_type":"local","base_price":"1.15","current_price":")" +
              price + R"("},{"number_type":"toll free","current_price":"2.15"}]})"};
    });
    on("GET " + kRoot + "Messages.json", [this](const net::ServerRequest& r) { return list(r, "messages", messages); });
    on("GET " + kRoot + "Calls.json", [this](const net::ServerRequest& r) { return list(r, "calls", calls); });
    on("GET /v1/Alerts", [this](const net::ServerRequest&) {
      return net::ServerReply{
          200, {}, Json{{"meta", {{"key", "alerts"}, {"next_page_url", nullptr}}}, {"alerts", alerts}}.dump()};
    });
    with_numbers();
  }

  std::string healthy_url() const { return "http://voice.example.com:" + std::to_string(server.port()) + "/twilio"; }
  Time days_ago(int days) const { return played.now() + std::chrono::hours(24 * days); }

  Json& add_number(const std::string& sid, const std::string& number, const std::string& voice_url, int created_day,
                   int updated_day) {
    numbers.push_back(Json{{"sid", sid},
                           {"phone_number", number},
                           {"friendly_name", number},
                           {"voice_url", voice_url},
                           {"voice_method", "POST"},
                           {"sms_url", ""},
                           {"voice_application_sid", nullptr},
                           {"trunk_sid", nullptr},
                           {"capabilities", {{"voice", true}, {"sms", true}, {"mms", false}}},
                           {"date_created", to_rfc2822(days_ago(created_day))},
                           {"date_updated", to_rfc2822(days_ago(updated_day))}});
    return numbers.back();
  }
  void add_call(const std::string& sid, const std::string& to, const std::string& status, Time at,
                const std::string& alert_code = {}) {
    calls.push_back(Json{{"sid", sid},
                         {"to", to},
                         {"from", "+12025550199"},
                         {"status", status},
                         {"direction", "inbound"},
                         {"start_time", to_rfc2822(at)}});
    if (!alert_code.empty())
      alerts.push_back(Json{{"sid", "NO" + sid},
                            {"resource_sid", sid},
                            {"error_code", alert_code},
                            {"date_generated", to_iso8601(at)},
                            {"alert_text", "Msg=no+answer&x=1"}});
  }
  void add_message(const std::string& sid, const std::string& status, Json code, Time at, bool sent = true) {
    messages.push_back(Json{{"sid", sid},
                            {"to", "+12025550177"},
                            {"from", "+14155550101"},
                            {"status", status},
                            {"direction", "outbound-api"},
                            {"error_code", std::move(code)},
                            {"date_created", to_rfc2822(at)},
                            {"date_sent", sent ? Json(to_rfc2822(at)) : Json(nullptr)}});
  }

  // The filters that the real lists have, and no others.
  static net::ServerReply list(const net::ServerRequest& r, const std::string& name, const Json& rows) {
    Json kept = Json::array();
    for (const Json& row : rows) {
      const bool dated = !r.parameter("DateSent>").empty();
      const bool fits =
          (r.parameter("To").empty() || row.value("to", "") == r.parameter("To")) &&
          (r.parameter("From").empty() || row.value("from", "") == r.parameter("From")) &&
          (name != "calls" || r.parameter("Status").empty() || row.value("status", "") == r.parameter("Status")) &&
          !(dated && row.at("date_sent").is_null());
      if (fits) kept.push_back(row);
    }
    return net::ServerReply{200, {}, Json{{name, kept}, {"next_page_uri", nullptr}}.dump()};
  }

  enum class Purchase { kDone, kDoneButLost, kServerError, kSold };

  void with_numbers() {
    on("GET " + kRoot + "IncomingPhoneNumbers.json", [this](const net::ServerRequest& r) {
      Json kept = Json::array();
      for (const Json& n : numbers)
        if ((r.parameter("PhoneNumber").empty() || n.at("phone_number") == r.parameter("PhoneNumber")) &&
            (r.parameter("FriendlyName").empty() || n.at("friendly_name") == r.parameter("FriendlyName")))
          kept.push_back(n);
      return net::ServerReply{200, {}, Json{{"incoming_phone_numbers", kept}}.dump()};
    });
    on("GET " + kRoot + "AvailablePhoneNumbers/US/Local.json", [this](const net::ServerRequest&) {
      Json rows = Json::array();
      if (on_offer)
        rows.push_back({{"phone_number", kOffer},
                        {"locality", "San Francisco"},
                        {"region", "CA"},
                        {"address_requirements", "none"},
                        {"capabilities", {{"voice", true}, {"SMS", true}}}});
      return net::ServerReply{200, {}, Json{{"available_phone_numbers", rows}}.dump()};
    });
    on("POST " + kRoot + "IncomingPhoneNumbers.json", [this](const net::ServerRequest& r) {
      if (purchase == Purchase::kServerError) return net::ServerReply{500, {}, "<html>oops</html>"};
      if (purchase == Purchase::kSold)
        return net::ServerReply{400, {}, R"({"code":21422,"message":"not available","status":400})"};
      std::string number, name;
      for (const auto& [field, value] : r.form()) (field == "PhoneNumber" ? number : name) = value;
      Json& bought = add_number("PNnew", number, "", 0, 0);
      bought["friendly_name"] = name;
      net::ServerReply reply{201, {}, bought.dump()};
      reply.drop = purchase == Purchase::kDoneButLost;
      return reply;
    });
    for (const Json& n : numbers) {
      const std::string sid = n.at("sid");
      on("GET " + kRoot + "IncomingPhoneNumbers/" + sid + ".json",
         [this, sid](const net::ServerRequest&) { return net::ServerReply{200, {}, number(sid).dump()}; });
      on("POST " + kRoot + "IncomingPhoneNumbers/" + sid + ".json", [this, sid](const net::ServerRequest& r) {
        for (const auto& [field, value] : r.form())
          if (field == "VoiceUrl") number(sid)["voice_url"] = value;
        net::ServerReply reply{200, {}, number(sid).dump()};
        reply.drop = drop_changes;
        return reply;
      });
    }
  }
  Json& number(const std::string& sid) {
    return *std::find_if(numbers.begin(), numbers.end(), [&](const Json& n) { return n.at("sid") == sid; });
  }

  std::unique_ptr<ServiceAdapter> make() {
    TwilioOptions options;
    options.base_url = url();
    options.status_url = url();
    options.account_sid = kSid;
    options.auth_token = Secret("0123456789abcdef0123456789abcdef");
    return make_twilio(std::move(options), http, guard, played, random);
  }
  static Operation& operation(ServiceAdapter& adapter, std::string_view name) {
    for (Operation* each : adapter.operations())
      if (each->name() == name) return *each;
    throw std::runtime_error("no such operation");
  }
  Period last_day() const { return {played.now() - std::chrono::hours(24), played.now() + std::chrono::minutes(1)}; }
  long orders() const { return count("POST", kRoot + "IncomingPhoneNumbers.json"); }

  PlayedClock played;
  Json numbers = Json::array(), calls = Json::array(), messages = Json::array(), alerts = Json::array();
  std::string price = "1.15";
  bool on_offer = true, drop_changes = false;
  Purchase purchase = Purchase::kDone;
};

}  // namespace apiops::testing
