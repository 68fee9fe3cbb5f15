#include "connectors/services/twilio/permissions.h"

#include <nlohmann/json.hpp>

namespace apiops::twilio {

namespace {

asio::awaitable<Result<std::optional<CountryPermission>>> dialing_permission(TwilioApi& api, std::string country) {
  auto reply = co_await api.get(Host::kVoice, "/v1/DialingPermissions/Countries/" + net::encode_component(country));
  if (!reply && reply.error().kind == ErrorKind::kNotFound) co_return std::optional<CountryPermission>();
  if (!reply) co_return std::unexpected(reply.error());
  CountryPermission permission;
  permission.on = get_bool(reply->body, "low_risk_numbers_enabled").value_or(false);
  permission.name = get_string(reply->body, "name");
  co_return std::optional(std::move(permission));
}

}  // namespace

asio::awaitable<Result<std::optional<CountryPermission>>> country_permission(TwilioApi& api, std::string channel,
                                                                             std::string country) {
  if (channel == "voice") co_return co_await dialing_permission(api, country);
  auto reply = co_await api.get(Host::kAccounts, "/v1/Messaging/GeoPermissions", {{"CountryCode", country}});
  if (!reply) co_return std::unexpected(reply.error());
  for (const Json& row : get_array(reply->body, "permissions")) {
    if (get_string(row, "country_code") != country) continue;
    CountryPermission permission;
    permission.on = get_bool(row, "enabled").value_or(false);
    permission.message = get_string(row, "message");
    co_return std::optional(std::move(permission));
  }
  co_return std::optional<CountryPermission>();
}

// The list of SMS permissions tells no names, the list of dialing permissions does.
asio::awaitable<std::string> country_name(TwilioApi& api, std::string country) {
  auto dialing = co_await dialing_permission(api, country);
  co_return dialing && *dialing && !(*dialing)->name.empty() ? (*dialing)->name : country;
}

std::string_view channel_words(std::string_view channel) { return channel == "voice" ? "calls" : "SMS"; }

}  // namespace apiops::twilio
