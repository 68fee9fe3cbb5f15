// config.audit for Twilio: everything is read once, side by side, then each check looks at it.
#include "connectors/services/twilio/configuration.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "connectors/net/together.h"
#include "connectors/services/twilio/traffic.h"
#include "connectors/services/twilio/twilio_adapter.h"
#include "engine/base/text.h"

namespace apiops::twilio {

namespace {

using Done = bool;  // each part fills its place of the view, or says there why it can't

template <typename T>
Done take(Result<T> read, std::optional<T>& into, ConfigurationView& view, std::string_view what) {
  if (read)
    into = std::move(*read);
  else
    view.unread.push_back(fmt::format("{} could not be read: {}", what, read.error().what));
  return true;
}

asio::awaitable<Result<std::vector<ApiKey>>> api_keys(TwilioApi& api) {
  auto listed = co_await api.list(Host::kApi, api.account_path("Keys.json"), "keys", {{"PageSize", "100"}});
  if (!listed) co_return std::unexpected(listed.error());
  std::vector<ApiKey> keys;
  for (const Json& row : listed->rows)
    keys.push_back(
        {get_string(row, "sid"), get_string(row, "friendly_name"), parse_rfc2822(get_string(row, "date_created"))});
  co_return keys;
}

asio::awaitable<Result<std::vector<UsageTrigger>>> usage_triggers(TwilioApi& api) {
  auto listed =
      co_await api.list(Host::kApi, api.account_path("Usage/Triggers.json"), "usage_triggers", {{"PageSize", "100"}});
  if (!listed) co_return std::unexpected(listed.error());
  std::vector<UsageTrigger> triggers;
  for (const Json& row : listed->rows)
    triggers.push_back({.sid = get_string(row, "sid"),
                        .name = get_string(row, "friendly_name"),
                        .category = get_string(row, "usage_category"),
                        .by = get_string(row, "trigger_by"),
                        .callback = get_string(row, "callback_url")});
  co_return triggers;
}

asio::awaitable<Result<GeoPermissions>> geo_permissions(TwilioApi& api) {
  GeoPermissions geo;
  auto voice = co_await api.list(Host::kVoice, "/v1/DialingPermissions/Countries", "content", {{"PageSize", "300"}});
  if (!voice) co_return std::unexpected(voice.error());
  for (const Json& row : voice->rows) {
    if (get_bool(row, "low_risk_numbers_enabled").value_or(false)) ++geo.voice_countries;
    if (get_bool(row, "high_risk_special_numbers_enabled").value_or(false) ||
        get_bool(row, "high_risk_tollfraud_numbers_enabled").value_or(false))
      geo.voice_high_risk.push_back(get_string(row, "iso_code"));
  }
  auto sms = co_await api.get(Host::kAccounts, "/v1/Messaging/GeoPermissions");
  if (!sms) co_return std::unexpected(sms.error());
  for (const Json& row : get_array(sms->body, "permissions")) {
    if (get_string(row, "type") != "country" || !get_bool(row, "enabled").value_or(false)) continue;
    ++geo.sms_countries;
    if (lower_ascii(get_string(row, "message")).find("high risk") != std::string::npos)
      geo.sms_high_risk.push_back(get_string(row, "country_code"));
  }
  co_return geo;
}

// The account resource holds its token in clear: nothing of it is kept but what is named here.
asio::awaitable<Result<std::vector<Subaccount>>> subaccounts(TwilioApi& api) {
  auto listed = co_await api.list(Host::kApi, "/2010-04-01/Accounts.json", "accounts", {{"PageSize", "100"}});
  if (!listed) co_return std::unexpected(listed.error());
  std::vector<Subaccount> all;
  for (const Json& row : listed->rows)
    if (get_string(row, "sid") != api.account_sid())
      all.push_back({get_string(row, "sid"), get_string(row, "friendly_name"), get_string(row, "status")});
  co_return all;
}

std::string first_reason(const Json& row) {
  const Json& errors = get_array(row, "errors");
  return errors.empty() ? get_string(row, "failure_reason") : get_string(errors.front(), "description");
}

asio::awaitable<Result<std::vector<Registration>>> registrations(TwilioApi& api,
                                                                 std::vector<MessagingService> services) {
  using Kind = Registration::Kind;
  std::vector<Registration> all;
  auto brands = co_await api.list(Host::kMessaging, "/v1/a2p/BrandRegistrations", "data", {{"PageSize", "50"}});
  if (!brands) co_return std::unexpected(brands.error());
  for (const Json& row : brands->rows)
    all.push_back({Kind::kBrand, get_string(row, "sid"), "", get_string(row, "status"), first_reason(row)});
  for (const auto& service : services) {
    auto campaigns =
        co_await api.list(Host::kMessaging, "/v1/Services/" + net::encode_component(service.sid) + "/Compliance/Usa2p",
                          "compliance", {{"PageSize", "50"}});
    if (!campaigns) co_return std::unexpected(campaigns.error());
    for (const Json& row : campaigns->rows)
      all.push_back({Kind::kCampaign, get_string(row, "sid"), service.sid, get_string(row, "campaign_status"),
                     first_reason(row)});
  }
  auto tollfree =
      co_await api.list(Host::kMessaging, "/v1/Tollfree/Verifications", "verifications", {{"PageSize", "50"}});
  if (!tollfree) co_return std::unexpected(tollfree.error());
  for (const Json& row : tollfree->rows)
    all.push_back({Kind::kTollFree, get_string(row, "sid"), get_string(row, "tollfree_phone_number_sid"),
                   get_string(row, "status"), get_string(row, "rejection_reason")});
  co_return all;
}

asio::awaitable<Result<std::map<std::string, WebhookErrors>>> webhook_errors(TwilioApi& api, Time now) {
  auto alerts = co_await read_alerts(api, {now - std::chrono::hours(24), now});
  if (!alerts) co_return std::unexpected(alerts.error());
  std::map<std::string, WebhookErrors> by_url;
  for (const auto& [resource, list] : alerts->items)
    for (const Alert& alert : list) {
      if (!alert.code.starts_with("11") || alert.code.size() != 5 || alert.url.empty()) continue;
      WebhookErrors& errors = by_url[alert.url];
      ++errors.count;
      ++errors.codes[alert.code];
      errors.resources.insert(resource);
    }
  co_return by_url;
}

asio::awaitable<Done> with_services(TwilioApi& api, ConfigurationView& view) {
  take(co_await messaging_services(api), view.services, view, "messaging services");
  if (!view.services) co_return true;
  co_return take(co_await registrations(api, *view.services), view.registrations, view, "the registrations of senders");
}
asio::awaitable<Done> with_applications(TwilioApi& api, ConfigurationView& view) {
  co_return take(co_await applications(api), view.applications, view, "applications");
}
asio::awaitable<Done> with_keys(TwilioApi& api, ConfigurationView& view) {
  co_return take(co_await api_keys(api), view.keys, view, "API keys");
}
asio::awaitable<Done> with_triggers(TwilioApi& api, ConfigurationView& view) {
  co_return take(co_await usage_triggers(api), view.triggers, view, "usage triggers");
}
asio::awaitable<Done> with_geo(TwilioApi& api, ConfigurationView& view) {
  co_return take(co_await geo_permissions(api), view.geo, view, "the countries that are allowed");
}
asio::awaitable<Done> with_subaccounts(TwilioApi& api, ConfigurationView& view) {
  co_return take(co_await subaccounts(api), view.subaccounts, view, "subaccounts");
}
asio::awaitable<Done> with_webhook_errors(TwilioApi& api, ConfigurationView& view) {
  co_return take(co_await webhook_errors(api, view.now), view.webhook_errors, view,
                 "the webhook errors of the last day");
}
asio::awaitable<Done> with_idle(TwilioApi& api, ConfigurationView& view) {
  auto idle = co_await find_idle_numbers(api, view.numbers, view.now);
  if (!idle) {
    view.unread.push_back(fmt::format("the use of the numbers could not be read: {}", idle.error().what));
    co_return true;
  }
  if (idle->not_looked_at > 0)
    view.unread.push_back(fmt::format("whether {} more are used was not looked at",
                                      count_of(static_cast<long long>(idle->not_looked_at), "number")));
  view.idle = std::move(idle->numbers);
  if (!view.idle.empty()) view.prices = co_await prices_for(api, view.idle);
  co_return true;
}

asio::awaitable<void> probe_hooks(net::UrlGuard& guard, ConfigurationView& view) {
  std::vector<std::string> urls;
  for (const Hook& hook : hooks_of(view)) urls.push_back(hook.url);
  view.probes = co_await probe_webhooks(guard, urls);
  const std::set<std::string> distinct(urls.begin(), urls.end());
  std::size_t refused = 0;
  for (const auto& [url, probe] : view.probes) refused += probe.checked || probe.inside ? 0 : 1;
  refused += distinct.size() - view.probes.size();
  if (refused > 0)
    view.unread.push_back(fmt::format("{} not probed: too many at one host, or not an address to be asked from here",
                                      count_of(static_cast<long long>(refused), "webhook was", "webhooks were")));
}

}  // namespace

asio::awaitable<Result<ConfigurationView>> read_configuration(TwilioApi& api, net::UrlGuard& guard, Time now) {
  ConfigurationView view;
  view.now = now;
  view.uses_auth_token = api.uses_auth_token();
  view.api_host = host_of(api.origin(Host::kApi));
  auto numbers = co_await own_numbers(api);
  if (!numbers) co_return std::unexpected(numbers.error());
  view.numbers = std::move(*numbers);
  std::vector<asio::awaitable<Done>> parts;
  parts.reserve(8);
  parts.push_back(with_services(api, view));
  parts.push_back(with_applications(api, view));
  parts.push_back(with_keys(api, view));
  parts.push_back(with_triggers(api, view));
  parts.push_back(with_geo(api, view));
  parts.push_back(with_subaccounts(api, view));
  parts.push_back(with_webhook_errors(api, view));
  parts.push_back(with_idle(api, view));
  co_await net::together(std::move(parts));
  co_await probe_hooks(guard, view);
  co_return view;
}

asio::awaitable<Result<std::vector<Finding>>> TwilioAdapter::audit_configuration(std::string kind) {
  auto view = co_await read_configuration(api_, guard_, clock_.now());
  if (!view) co_return std::unexpected(view.error());
  std::vector<Finding> found;
  for (const NamedCheck& check : all_checks()) {
    if (!kind.empty() && !check.kind.empty() && check.kind != kind) continue;
    auto more = check.run(*view);
    std::move(more.begin(), more.end(), std::back_inserter(found));
  }
  std::vector<Finding> all;  // worst first, else in the order of the checks
  for (const std::string_view severity : {"critical", "warning", "info"})
    for (auto& one : found)
      if (one.severity == severity) all.push_back(std::move(one));
  co_return all;
}

}  // namespace apiops::twilio
