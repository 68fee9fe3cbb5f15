#include "connectors/services/twilio/settings.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "connectors/services/twilio/checks/check.h"
#include "connectors/services/twilio/traffic.h"
#include "engine/base/text.h"

namespace apiops::twilio {

namespace {

Resource named(std::string kind, const Json& row) {
  Resource r;
  r.kind = std::move(kind);
  r.id = get_string(row, "sid");
  r.label = get_string(row, "friendly_name");
  r.created = parse_rfc2822(get_string(row, "date_created"));
  if (r.created) r.fields.emplace_back("Made", utc_day(*r.created));
  return r;
}

Resource key_of(const Json& row) { return named("keys", row); }

Resource trigger_of(const Json& row) {
  Resource r = named("triggers", row);
  const std::string recurring = get_string(row, "recurring");
  r.state = get_string(row, "date_fired").empty() ? "waiting" : "fired";
  r.fields.emplace_back("Watches", get_string(row, "usage_category"));
  r.fields.emplace_back("At", fmt::format("{} ({})", get_decimal(row, "trigger_value"), get_string(row, "trigger_by")));
  r.fields.emplace_back("Now", get_decimal(row, "current_value"));
  r.fields.emplace_back("Begins anew", recurring.empty() ? "never" : recurring);
  r.fields.emplace_back("Tells", shown_url(get_string(row, "callback_url")));
  return r;
}

Resource application_of(const Json& row) {
  Resource r = named("applications", row);
  r.fields.emplace_back("Voice webhook", shown_url(get_string(row, "voice_url")));
  r.fields.emplace_back("Message webhook", shown_url(get_string(row, "sms_url")));
  return r;
}

// Nothing but these: the resource has the account's token in clear.
Resource account_of(const Json& row) {
  Resource r = named("accounts", row);
  r.state = get_string(row, "status");
  r.tone = r.state == "active" ? Tone::kPlain : Tone::kWarning;
  r.fields.emplace_back("Type", get_string(row, "type"));
  return r;
}

Resource service_of(const MessagingService& s) {
  Resource r;
  r.kind = "services";
  r.id = s.sid;
  r.label = s.name;
  r.fields = {
      {"Numbers", std::to_string(s.numbers.size())},
      {"Inbound", s.inbound_url.empty() ? (s.uses_number_webhook.value_or(false) ? "the numbers' webhooks" : "none")
                                        : shown_url(s.inbound_url)},
      {"Fallback", s.fallback_url.empty() ? "none" : shown_url(s.fallback_url)},
      {"Status callback", s.status_callback.empty() ? "none" : shown_url(s.status_callback)},
      {"Registered for A2P", s.registered ? (*s.registered ? "yes" : "no") : "unknown"}};
  return r;
}

asio::awaitable<Result<std::vector<Resource>>> listed(TwilioApi& api, std::string list, std::string rows,
                                                      Resource (*make)(const Json&)) {
  auto read = co_await api.list(Host::kApi, api.account_path(list), rows, {{"PageSize", "100"}});
  if (!read) co_return std::unexpected(read.error());
  std::vector<Resource> all;
  for (const Json& row : read->rows) all.push_back(make(row));
  co_return all;
}

asio::awaitable<Result<Resource>> shown(TwilioApi& api, std::string path, Resource (*make)(const Json&)) {
  auto reply = co_await api.get(Host::kApi, std::move(path));
  if (!reply) co_return std::unexpected(reply.error());
  co_return make(reply->body);
}

}  // namespace

asio::awaitable<Result<std::vector<Resource>>> keys(TwilioApi& api) {
  co_return co_await listed(api, "Keys.json", "keys", key_of);
}

asio::awaitable<Result<std::vector<Resource>>> triggers(TwilioApi& api) {
  co_return co_await listed(api, "Usage/Triggers.json", "usage_triggers", trigger_of);
}

asio::awaitable<Result<std::vector<Resource>>> services(TwilioApi& api) {
  auto found = co_await messaging_services(api);
  if (!found) co_return std::unexpected(found.error());
  std::vector<Resource> all;
  for (const auto& service : *found) all.push_back(service_of(service));
  co_return all;
}

asio::awaitable<Result<std::vector<Resource>>> webhook_list(TwilioApi& api) {
  ConfigurationView view;
  auto numbers = co_await own_numbers(api);
  if (!numbers) co_return std::unexpected(numbers.error());
  view.numbers = std::move(*numbers);
  if (auto found = co_await applications(api)) view.applications = std::move(*found);
  if (auto found = co_await messaging_services(api)) view.services = std::move(*found);
  std::map<std::string, std::vector<const Hook*>> by_url;
  const auto hooks = hooks_of(view);
  for (const Hook& hook : hooks) by_url[hook.url].push_back(&hook);
  std::vector<Resource> all;
  for (const auto& [url, users] : by_url) {
    Resource r;
    r.kind = "webhooks";
    r.id = r.label = shown_url(url);
    r.state = users.front()->which;
    r.fields = {
        {"Used by", users.front()->owner + (users.size() > 1 ? fmt::format(" and {} more", users.size() - 1) : "")},
        {"Method", users.front()->method}};
    all.push_back(std::move(r));
  }
  co_return all;
}

std::string short_sid(const std::string& sid) {
  return sid.size() > 8 ? sid.substr(0, 4) + "…" + sid.substr(sid.size() - 4) : sid;
}

asio::awaitable<Result<std::string>> key_shown_as(TwilioApi& api, std::string shown) {
  auto listed = co_await api.list(Host::kApi, api.account_path("Keys.json"), "keys", {{"PageSize", "1000"}});
  if (!listed) co_return std::unexpected(listed.error());
  std::string found;
  for (const Json& row : listed->rows) {
    const std::string sid = get_string(row, "sid");
    if (sid != shown && short_sid(sid) != shown) continue;
    if (!found.empty()) co_return std::string();
    found = sid;
  }
  co_return found;
}

asio::awaitable<Result<Resource>> setting(TwilioApi& api, std::string id) {
  if (id.starts_with("SK")) {
    auto known = co_await key_shown_as(api, id);
    if (!known) co_return std::unexpected(known.error());
    if (known->empty())
      co_return failure(ErrorKind::kNotFound, fmt::format("Twilio has no single key {} in this account.", id));
    id = std::move(*known);
  }
  const std::string file = net::encode_component(id) + ".json";
  if (id.starts_with("SK")) co_return co_await shown(api, api.account_path("Keys/" + file), key_of);
  if (id.starts_with("UT")) co_return co_await shown(api, api.account_path("Usage/Triggers/" + file), trigger_of);
  if (id.starts_with("AP")) co_return co_await shown(api, api.account_path("Applications/" + file), application_of);
  if (id.starts_with("AC")) co_return co_await shown(api, "/2010-04-01/Accounts/" + file, account_of);
  auto found = co_await messaging_services(api);
  if (!found) co_return std::unexpected(found.error());
  for (const auto& service : *found)
    if (service.sid == id) co_return service_of(service);
  co_return failure(ErrorKind::kNotFound, fmt::format("Twilio has no messaging service {} in this account.", id));
}

}  // namespace apiops::twilio
