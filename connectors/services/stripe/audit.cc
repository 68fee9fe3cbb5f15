// config.audit for Stripe: one function for each check.
#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "connectors/services/stripe/stripe_adapter.h"
#include "engine/base/text.h"

namespace apiops::stripe {

namespace {

constexpr std::chrono::days kOldVersion{730};
constexpr std::size_t kMaxJudged = 20;
constexpr std::string_view kVersionsPage = "https://docs.stripe.com/upgrades";

void check_disabled(std::vector<Finding>& findings, const Endpoint& endpoint) {
  if (endpoint.enabled()) return;
  findings.push_back({"stripe.endpoint_disabled", "critical", endpoint.id,
                      fmt::format("{} ({}) is disabled", endpoint.id, endpoint.url),
                      "its events are not delivered, and those made meanwhile are never sent later",
                      "enable it once its URL answers",
                      ask("stripe.webhook.enable", Json{{"endpoint", endpoint.id}}, "Enable " + endpoint.id)});
}

void check_plain_http(std::vector<Finding>& findings, const Endpoint& endpoint, bool live) {
  if (!endpoint.url.starts_with("http://")) return;
  findings.push_back({"stripe.plain_http",
                      live ? "critical" : "warning",
                      endpoint.id,
                      fmt::format("{} uses plain http: {}", endpoint.id, endpoint.url),
                      "events hold customers' data and travel readable",
                      "change its URL to https",
                      {}});
}

void check_version(std::vector<Finding>& findings, const Endpoint& endpoint, Time now) {
  if (endpoint.api_version.empty()) {
    findings.push_back({"stripe.no_version",
                        "info",
                        endpoint.id,
                        fmt::format("{} has no API version of its own", endpoint.id),
                        "its events change their shape when the account's default version is raised",
                        "make a new endpoint with a version; it can't be changed later",
                        {}});
    return;
  }
  const auto made = parse_iso8601(endpoint.api_version.substr(0, 10) + "T00:00:00Z");
  if (!made || now - *made <= kOldVersion) return;
  findings.push_back({"stripe.old_version",
                      "warning",
                      endpoint.id,
                      fmt::format("{} gets events in version {}", endpoint.id, endpoint.api_version),
                      "libraries of today may not read them",
                      fmt::format("make a new endpoint with the version of your library ({})", kVersionsPage),
                      {}});
}

void check_everything(std::vector<Finding>& findings, const Endpoint& endpoint) {
  if (std::ranges::find(endpoint.events, "*") == endpoint.events.end()) return;
  findings.push_back({"stripe.all_events",
                      "warning",
                      endpoint.id,
                      fmt::format("{} is subscribed to all events (*)", endpoint.id),
                      "most of them are of no use to it and load it, and new types arrive unasked",
                      "subscribe it to the types that it handles",
                      {}});
}

void check_duplicates(std::vector<Finding>& findings, const std::vector<Endpoint>& all) {
  std::map<std::string, std::vector<const Endpoint*>> by_url;
  for (const auto& endpoint : all) by_url[endpoint.url].push_back(&endpoint);
  for (const auto& [url, same] : by_url) {
    if (same.size() < 2) continue;
    std::vector<std::string> ids;
    for (const Endpoint* endpoint : same) ids.push_back(endpoint->id);
    findings.push_back({"stripe.duplicate_url",
                        "warning",
                        same.front()->id,
                        fmt::format("{} have the same URL: {}", join(ids, " and "), url),
                        "events that both want are delivered twice",
                        "delete one of them",
                        {}});
  }
}

asio::awaitable<void> check_hosts(std::vector<Finding>& findings, net::UrlGuard& guard, std::vector<Endpoint> all) {
  std::size_t judged = 0;
  for (const auto& endpoint : all) {
    if (!endpoint.enabled() || ++judged > kMaxJudged) continue;
    const Look look = co_await look_at(guard, endpoint.url);
    if (!look.trouble.empty()) {
      findings.push_back({"stripe.endpoint_unreachable",
                          "critical",
                          endpoint.id,
                          fmt::format("{} ({}) {}", endpoint.id, endpoint.url, look.trouble),
                          "Stripe delivers only to what answers with 2xx",
                          fmt::format("repair the receiver at {}", host_of(endpoint.url)),
                          {}});
    } else if (!look.not_seen.empty()) {
      findings.push_back({"stripe.endpoint_not_probed",
                          "info",
                          endpoint.id,
                          fmt::format("{} ({}) {}", endpoint.id, endpoint.url, look.not_seen),
                          "whether it answers is not known here",
                          "look at its deliveries in Stripe's dashboard",
                          {}});
    }
  }
}

void check_account(std::vector<Finding>& findings, const Json& account, bool live) {
  const auto id = get_string(account, "id");
  const auto page = dashboard(live, "/settings");
  if (get_bool(account, "charges_enabled") == false) {
    findings.push_back({"stripe.charges_disabled",
                        "critical",
                        id,
                        "the account may not take payments",
                        "every payment fails",
                        "complete what Stripe asks for at " + page,
                        {}});
  }
  const Json& requirements = get_object(account, "requirements");
  const auto late = static_cast<long long>(get_array(requirements, "past_due").size());
  const auto due = static_cast<long long>(get_array(requirements, "currently_due").size());
  if (late > 0 || due > 0) {
    findings.push_back(
        {"stripe.requirements",
         late > 0 ? "critical" : "warning",
         id,
         late > 0
             ? fmt::format("{} of the account {} past due", count_of(late, "requirement"), late == 1 ? "is" : "are")
             : fmt::format("{} of the account {} due", count_of(due, "requirement"), due == 1 ? "is" : "are"),
         "Stripe stops payments or payouts when they are not met",
         "complete them at " + page,
         {}});
  }
}

void check_key(std::vector<Finding>& findings, const std::string& key, bool live) {
  if (!live || !key.starts_with("sk_")) return;
  findings.push_back({"stripe.unrestricted_key",
                      "warning",
                      "STRIPE_SECRET_KEY",
                      "the agent holds an unrestricted live key",
                      "whoever gets it can do everything in the account",
                      fmt::format("make a restricted key with what the agent needs at {}", kKeysPage),
                      {}});
}

}  // namespace

asio::awaitable<Result<std::vector<Finding>>> StripeAdapter::audit_configuration(std::string kind) {
  const auto wants = [&](std::string_view what) { return kind.empty() || kind == what; };
  std::vector<Finding> findings;
  if (wants("webhooks")) {
    const auto all = co_await endpoints(api_);
    if (!all) co_return std::unexpected(all.error());
    for (const auto& endpoint : *all) {
      check_disabled(findings, endpoint);
      check_plain_http(findings, endpoint, api_.live());
      check_version(findings, endpoint, clock_.now());
      check_everything(findings, endpoint);
    }
    check_duplicates(findings, *all);
    co_await check_hosts(findings, guard_, *all);
  }
  if (wants("keys")) check_key(findings, options_.secret_key.reveal(), api_.live());
  if (kind.empty()) {
    const auto account = co_await api_.get("/v1/account");
    if (account) check_account(findings, account->body, api_.live());
  }
  co_return findings;
}

}  // namespace apiops::stripe
