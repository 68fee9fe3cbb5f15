// config.audit for OpenAI: one function for each check; those of the organisation need the admin key.
#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "connectors/services/openai/openai_adapter.h"
#include "engine/base/text.h"

namespace apiops::openai {

namespace {

constexpr std::chrono::days kOldKey{365};
constexpr std::chrono::days kUnusedKey{90};
constexpr std::chrono::days kShutdownIsNear{120};
constexpr std::string_view kRetiringModelsPage = "https://platform.openai.com/docs/deprecations";

std::optional<Time> at(const Json& row, std::string_view field) {
  const auto seconds = get_integer(row, field);
  return seconds && *seconds > 0 ? std::optional(from_seconds(*seconds)) : std::nullopt;
}

std::string age(Duration d) {
  const auto days = std::chrono::duration_cast<std::chrono::days>(d).count();
  return days >= 730  ? fmt::format("{} years", days / 365)
         : days >= 60 ? fmt::format("{} months", days / 30)
                      : count_of(days, "day");
}

void check_key(std::vector<Finding>& findings, const Json& row, const std::string& where, bool admin, Time now) {
  const auto created = at(row, "created_at");
  const auto used = at(row, "last_used_at");
  const std::string id = get_string(row, "id");
  const std::string name =
      fmt::format("{} key \"{}\"", where, clean_line(clip(get_string(row, "name", "no name"), 60)));
  const std::string page(admin ? kAdminKeysPage : kProjectKeysPage);
  if (created && now - *created > kOldKey) {
    findings.push_back(
        {"openai.old_key",
         admin ? "critical" : "warning",
         id,
         fmt::format("{} is {} old", name, age(now - *created)),
         admin
             ? "an admin key can read and change the whole organisation; the longer one lives, the more places know it"
             : "the longer a key lives, the more places know it",
         "make a new one, switch over, then delete the old one at " + page,
         {}});
  }
  const Time last = used.value_or(created.value_or(now));
  if (now - last > kUnusedKey) {
    findings.push_back({"openai.unused_key",
                        "warning",
                        id,
                        used ? fmt::format("{} was last used {} ago", name, age(now - *used))
                             : fmt::format("{} was never used, as far as OpenAI tells", name),
                        "an unused key can only be stolen",
                        "delete it at " + page,
                        {}});
  }
}

void check_models(std::vector<Finding>& findings, const Listed& models, Time now) {
  for (const auto& row : models.rows) {
    const auto date = get_string(row, "shutdown_date");
    if (date.empty()) continue;
    const auto end = parse_iso8601(date.size() == 10 ? date + "T00:00:00Z" : date);
    if (!end || *end - now > kShutdownIsNear) continue;
    const bool gone = *end <= now;
    findings.push_back(
        {"openai.model_shutdown",
         gone ? "critical" : "warning",
         get_string(row, "id"),
         fmt::format("{} {} on {}", get_string(row, "id"), gone ? "was shut down" : "is shut down", date.substr(0, 10)),
         "calls to it get 404 from that day on",
         fmt::format("move to its successor: {}", kRetiringModelsPage),
         {}});
  }
}

asio::awaitable<void> check_spend_limit(std::vector<Finding>& findings, OpenAiApi& api, Project project) {
  auto reply = co_await api.get(Key::kAdmin, "/organization/projects/" + project.id + "/spend_limit");
  const bool missing =
      reply ? get_integer(reply->body, "threshold_amount").value_or(0) <= 0 : reply.error().http_status == 404;
  if (!missing) co_return;
  findings.push_back({"openai.no_spend_limit",
                      "info",
                      project.id,
                      fmt::format("project {} has no spend limit", project.name),
                      "a loop or a stolen key can spend the whole organisation's credit",
                      fmt::format("set one at {}", kLimitsPage),
                      {}});
}

}  // namespace

asio::awaitable<Result<std::vector<Finding>>> OpenAiAdapter::audit_configuration(std::string kind) {
  const Time now = clock_.now();
  const auto wants = [&](std::string_view what) { return kind.empty() || kind == what; };
  std::vector<Finding> findings;
  if (api_.has(Key::kProject) && wants("models")) {
    auto models = co_await api_.list(Key::kProject, "/models");
    if (!models && !api_.has(Key::kAdmin)) co_return std::unexpected(models.error());
    if (models) check_models(findings, *models, now);
  }
  if (!api_.has(Key::kAdmin)) {
    findings.push_back({"openai.no_admin_key",
                        "info",
                        "OPENAI_ADMIN_KEY",
                        "no admin key is set, so keys, projects and limits were not checked",
                        "most settings of an organisation are visible to an admin key only",
                        fmt::format("make one at {}", kAdminKeysPage),
                        {}});
    co_return findings;
  }
  if (wants("keys")) {
    auto admin = co_await api_.list(Key::kAdmin, "/organization/admin_api_keys", {{"limit", "100"}});
    if (!admin) co_return std::unexpected(admin.error());
    for (const auto& row : admin->rows) check_key(findings, row, "the admin", true, now);
  }
  if (!wants("keys") && !wants("projects")) co_return findings;
  auto all = co_await projects(api_);
  if (!all) co_return std::unexpected(all.error());
  for (const auto& project : *all) {
    if (wants("keys")) {
      auto keys =
          co_await api_.list(Key::kAdmin, "/organization/projects/" + project.id + "/api_keys", {{"limit", "100"}});
      if (keys) {
        for (const auto& row : keys->rows) check_key(findings, row, project.name + "'s", false, now);
      }
    }
    if (wants("projects")) co_await check_spend_limit(findings, api_, project);
  }
  co_return findings;
}

}  // namespace apiops::openai
