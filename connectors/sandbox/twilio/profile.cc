#include "connectors/sandbox/twilio/profile.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "connectors/sandbox/reply.h"
#include "connectors/sandbox/twilio/paging.h"
#include "connectors/sandbox/twilio/records.h"

namespace apiops::sandbox::twilio {

namespace {

net::ServerReply one_or_list(const net::ServerRequest& request, const std::string& name, const std::string& wanted,
                             const Json& row) {
  std::string sid = get_string(row, "sid");
  if (!wanted.empty()) return wanted == sid ? json_reply(200, row) : twilio_not_found(request);
  const Rows rows{1, [sid](std::size_t) { return sid; }, [&](std::size_t) { return row; }};
  return json_reply(200, page_2010(request, name, rows));
}

}  // namespace

Json Profile::account_json(const std::string& sid, const char* name, const char* status) const {
  const std::string at = to_rfc2822(account_.world.anchor() - std::chrono::hours(24 * 1100)),
                    base = "/2010-04-01/Accounts/" + sid;
  const bool own = sid == account_.sid();
  return {{"sid", sid},
          {"auth_token", own ? account_.auth_token() : account_.world.hex(Stream::kSubaccount, 0, 32)},
          {"date_created", at},
          {"date_updated", at},
          {"friendly_name", name},
          {"owner_account_sid", account_.sid()},
          {"status", status},
          {"type", "Full"},
          {"uri", base + ".json"},
          {"subresource_uris", {{"messages", base + "/Messages.json"}, {"calls", base + "/Calls.json"}}}};
}

net::ServerReply Profile::accounts(const net::ServerRequest& request, const std::string& sid) const {
  std::vector<Json> all{account_json(account_.sid(), "Example Shop", "active")};
  for (const auto& sub : subaccounts_.all()) all.push_back(account_json(sub.sid, sub.name, sub.status));
  const std::string name = request.parameter("FriendlyName"), status = request.parameter("Status");
  std::erase_if(all, [&](const Json& row) {
    return (!sid.empty() && get_string(row, "sid") != sid) ||
           (!name.empty() && get_string(row, "friendly_name") != name) ||
           (!status.empty() && get_string(row, "status") != status);
  });
  if (!sid.empty()) return all.empty() ? twilio_not_found(request) : json_reply(200, all.front());
  const Rows rows{all.size(), [&](std::size_t i) { return get_string(all[i], "sid"); },
                  [&](std::size_t i) { return all[i]; }};
  return json_reply(200, page_2010(request, "accounts", rows));
}

net::ServerReply Profile::balance() const {
  return json_reply(200, {{"account_sid", account_.sid()}, {"balance", "83.10"}, {"currency", "USD"}});
}

net::ServerReply Profile::addresses(const net::ServerRequest& request) const {
  const std::string sid = account_.world.id("AD", Stream::kAddress, 0),
                    at = to_rfc2822(account_.world.anchor() - std::chrono::hours(24 * 700));
  return one_or_list(request, "addresses", "",
                     {{"sid", sid},
                      {"account_sid", account_.sid()},
                      {"city", "San Francisco"},
                      {"customer_name", "Example Shop"},
                      {"date_created", at},
                      {"date_updated", at},
                      {"friendly_name", "Head office"},
                      {"iso_country", "US"},
                      {"postal_code", "94105"},
                      {"region", "CA"},
                      {"street", "1 Example Street"},
                      {"street_secondary", Json()},
                      {"emergency_enabled", false},
                      {"validated", true},
                      {"verified", true},
                      {"uri", account_uri(account_.sid(), "Addresses/" + sid)}});
}

net::ServerReply Profile::applications(const net::ServerRequest& request, const std::string& wanted) const {
  const std::string sid = account_.world.id("AP", Stream::kApplication, 0),
                    at = to_rfc2822(account_.world.anchor() - std::chrono::hours(24 * 350)),
                    host = "https://" + std::string(kVoiceHost);
  return one_or_list(request, "applications", wanted,
                     {{"sid", sid},
                      {"account_sid", account_.sid()},
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
                      {"uri", account_uri(account_.sid(), "Applications/" + sid)}});
}

}  // namespace apiops::sandbox::twilio
