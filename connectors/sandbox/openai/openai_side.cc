#include "connectors/sandbox/openai/openai_side.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <nlohmann/json.hpp>

#include "connectors/sandbox/reply.h"

namespace apiops::sandbox::openai {

namespace {

struct SeedProject {
  const char* name;
  const char* model;
  double requests_an_hour;
  double dollars_a_request;
  int age_days;
};
constexpr std::array<SeedProject, 4> kProjects{{{"web-prod", "gpt-4o", 620, 0.0042, 610},
                                                {"support-bot", "gpt-4o-mini", 1700, 0.0006, 330},
                                                {"nightly-embeddings", "text-embedding-3-small", 90, 0.0001, 220},
                                                {"hackathon-2024", "gpt-4o-mini", 0, 0, 780}}};
constexpr std::array<const char*, 7> kModels{
    "gpt-4o",    "gpt-4o-mini",           "gpt-4.1-mini", "gpt-4.1-nano", "text-embedding-3-small",
    "whisper-1", "omni-moderation-latest"};
constexpr std::chrono::minutes kCreditGone{202};  // before the anchor: 11:40 for somebody who starts at 15:02

long long seconds(Time t) { return to_millis(t) / 1000; }
Json list_of(Json rows) {
  const Json first = rows.empty() ? Json() : rows.front().value("id", Json()),
             last = rows.empty() ? Json() : rows.back().value("id", Json());
  return {{"object", "list"}, {"data", std::move(rows)}, {"first_id", first}, {"last_id", last}, {"has_more", false}};
}
net::ServerReply not_found(const std::string& path) {
  return openai_error(404, "Invalid URL (GET " + path + ")", "invalid_request_error");
}
std::string redacted(const std::string& key) { return key.substr(0, 8) + "***" + key.substr(key.size() - 4); }

}  // namespace

std::string OpenAiSide::api_key() const {
  return "sk-"
         "proj-" +
         world_.letters(Stream::kModelKey, 0, 74) +
         "T3Blbk"
         "FJ" +
         world_.letters(Stream::kModelKey, 1, 74);
}
std::string OpenAiSide::admin_key() const {
  return "sk-"
         "admin-" +
         world_.letters(Stream::kAdminKey, 0, 58) +
         "T3Blbk"
         "FJ" +
         world_.letters(Stream::kAdminKey, 1, 58);
}
std::string OpenAiSide::project_id(std::size_t index) const {
  return "proj_" + world_.letters(Stream::kProject, static_cast<long long>(index), 24);
}

asio::awaitable<net::ServerReply> OpenAiSide::handle(const net::ServerRequest& request) {
  const auto path = parts_of(request.path);
  const bool admin = path.size() > 1 && path[1] == "organization";
  const std::string key = admin ? admin_key() : api_key(), given = request.header("authorization");
  net::ServerReply reply;
  if (given != "Bearer " + key) {
    const std::string shown =
        given.size() > 20 ? given.substr(7, 8) + std::string(20, '*') + given.substr(given.size() - 4) : "";
    reply = openai_error(401,
                         "Incorrect API key provided: " + shown +
                             ". You can find your API key at https://platform.openai.com/account/api-keys.",
                         "invalid_request_error", "invalid_api_key");
  } else {
    reply = path.size() < 2 || path[0] != "v1" ? not_found(request.path)
            : admin                            ? organisation(request, path)
                                               : route(request, path);
  }
  reply.headers.emplace_back("x-request-id", "req_" + world_.hex(Stream::kRequest, to_millis(world_.now()), 32));
  reply.headers.emplace_back("openai-processing-ms", "12");
  co_return reply;
}

net::ServerReply OpenAiSide::without_credit() const {
  return openai_error(
      429,
      "You exceeded your current quota, please check your plan and billing details. For more information on this "
      "error, read the docs: https://platform.openai.com/docs/guides/error-codes/api-errors.",
      "insufficient_quota", "insufficient_quota");
}

net::ServerReply OpenAiSide::route(const net::ServerRequest& request, const std::vector<std::string>& path) {
  if (path[1] == "models") return models(path);
  if (path[1] == "responses" && request.method == "POST") return without_credit();
  if (path[1] == "chat" && request.method == "POST") return without_credit();
  if (path[1] == "batches" && path.size() == 2) {
    const auto at = seconds(world_.anchor()) - 86'400;
    const std::string id = "batch_" + world_.hex(Stream::kJob, 0, 32);
    return json_reply(200,
                      list_of(Json::array({{{"id", id},
                                            {"object", "batch"},
                                            {"endpoint", "/v1/chat/completions"},
                                            {"input_file_id", "file-" + world_.letters(Stream::kJob, 1, 22)},
                                            {"completion_window", "24h"},
                                            {"status", "completed"},
                                            {"output_file_id", "file-" + world_.letters(Stream::kJob, 2, 22)},
                                            {"created_at", at},
                                            {"in_progress_at", at + 60},
                                            {"expires_at", at + 86'400},
                                            {"finalizing_at", at + 4'000},
                                            {"completed_at", at + 4'100},
                                            {"request_counts", {{"total", 1200}, {"completed", 1200}, {"failed", 0}}},
                                            {"metadata", Json()}}})));
  }
  if (path[1] == "files" && path.size() == 2) return json_reply(200, list_of(Json::array()));
  if (path[1] == "fine_tuning" && path.size() == 3)
    return json_reply(200, {{"object", "list"}, {"data", Json::array()}, {"has_more", false}});
  return not_found(request.path);
}

net::ServerReply OpenAiSide::models(const std::vector<std::string>& path) {
  const auto row = [](const char* id) {
    return Json{{"id", id}, {"object", "model"}, {"created", 1'715'367'049}, {"owned_by", "system"}};
  };
  if (path.size() == 2) {
    Json rows = Json::array();
    for (const char* id : kModels) rows.push_back(row(id));
    return json_reply(200, {{"object", "list"}, {"data", std::move(rows)}});
  }
  for (const char* id : kModels)
    if (path[2] == id) return json_reply(200, row(id));
  return openai_error(404, "The model '" + path[2] + "' does not exist", "invalid_request_error", "model_not_found",
                      "model");
}

Json OpenAiSide::project_json(std::size_t i) const {
  return {{"id", project_id(i)},       {"object", "organization.project"},
          {"name", kProjects[i].name}, {"created_at", seconds(world_.anchor()) - kProjects[i].age_days * 86'400},
          {"archived_at", Json()},     {"status", "active"}};
}

Json OpenAiSide::key_json(std::size_t i) const {
  const std::string value = i == 0 ? api_key()
                                   : "sk-"
                                     "proj-" +
                                         world_.letters(Stream::kModelKey, static_cast<long long>(i) * 2, 40);
  const long long used = seconds(world_.now()) - (i == 3 ? 400LL * 86'400 : 120);
  return {{"id", "key_" + world_.letters(Stream::kModelKey, static_cast<long long>(i) + 50, 16)},
          {"object", "organization.project.api_key"},
          {"name", std::string(kProjects[i].name) + " key"},
          {"redacted_value", redacted(value)},
          {"created_at", seconds(world_.anchor()) - kProjects[i].age_days * 86'400},
          {"last_used_at", used},
          {"owner_project_access", "active"},
          {"owner",
           {{"type", "service_account"},
            {"service_account",
             {{"id", "svc_acct_" + std::to_string(i)},
              {"object", "organization.project.service_account"},
              {"name", kProjects[i].name},
              {"role", "member"},
              {"created_at", seconds(world_.anchor()) - kProjects[i].age_days * 86'400}}}}}};
}

net::ServerReply OpenAiSide::organisation(const net::ServerRequest& request, const std::vector<std::string>& path) {
  const std::string what = path.size() > 2 ? path[2] : "";
  if (what == "projects" && path.size() == 3) {
    Json rows = Json::array();
    for (std::size_t i = 0; i < kProjects.size(); ++i) rows.push_back(project_json(i));
    return json_reply(200, list_of(std::move(rows)));
  }
  if (what == "projects")
    for (std::size_t i = 0; i < kProjects.size(); ++i)
      if (path[3] == project_id(i))
        return path.size() == 4 ? json_reply(200, project_json(i)) : project(request, i, path[4]);
  if (what == "admin_api_keys") {
    return json_reply(200, list_of(Json::array({{{"id", "key_" + world_.letters(Stream::kAdminKey, 9, 16)},
                                                 {"object", "organization.admin_api_key"},
                                                 {"name", "apiops"},
                                                 {"redacted_value", redacted(admin_key())},
                                                 {"created_at", seconds(world_.anchor()) - 5'000'000},
                                                 {"last_used_at", seconds(world_.now()) - 60},
                                                 {"expires_at", Json()},
                                                 {"owner",
                                                  {{"type", "user"},
                                                   {"object", "organization.user"},
                                                   {"id", "user-" + world_.letters(Stream::kUser, 0, 20)},
                                                   {"name", "Chris"},
                                                   {"created_at", seconds(world_.anchor()) - 50'000'000},
                                                   {"role", "owner"}}}}})));
  }
  if (what == "usage" && path.size() == 4 && path[3] == "completions") return spend(request, false);
  if (what == "costs") return spend(request, true);
  return not_found(request.path);
}

net::ServerReply OpenAiSide::project(const net::ServerRequest& request, std::size_t i, const std::string& what) {
  if (what == "api_keys") return json_reply(200, list_of(Json::array({key_json(i)})));
  if (what == "rate_limits") {
    Json rows = Json::array();
    for (std::size_t m = 0; m < 4; ++m)
      rows.push_back({{"object", "project.rate_limit"},
                      {"id", std::string("rl-") + kModels[m]},
                      {"model", kModels[m]},
                      {"max_requests_per_1_minute", i == 1 ? 30 : 5000},
                      {"max_tokens_per_1_minute", i == 1 ? 60'000 : 800'000},
                      {"batch_1_day_max_input_tokens", 50'000'000}});
    return json_reply(200, list_of(std::move(rows)));
  }
  return not_found(request.path);
}

// web-prod stops when its credit is gone; support-bot goes on near its limit of 30 a minute.
double OpenAiSide::requests_in(std::size_t p, Time from, Time to) const {
  to = std::min(to, world_.now());
  if (p == 0) to = std::min(to, world_.anchor() - kCreditGone);
  from = std::max(from, world_.anchor() - std::chrono::hours(24 * 400));
  if (to <= from) return 0;
  const double hours = std::chrono::duration<double>(to - from).count() / 3600;
  const double wave = 0.9 + 0.2 * static_cast<double>(world_.chance(Stream::kUse, seconds(from) / 60, p) % 100) / 100;
  return std::floor(hours * kProjects[p].requests_an_hour * wave);
}

net::ServerReply OpenAiSide::spend(const net::ServerRequest& request, bool costs) {
  const auto start = integer_of(request.parameter("start_time"));
  if (!start)
    return openai_error(400, "Missing required parameter: 'start_time'.", "invalid_request_error",
                        "missing_required_parameter", "start_time");
  const std::string width = request.parameter("bucket_width");
  const long long step = width == "1m" ? 60 : width == "1h" ? 3'600 : 86'400;
  const long long limit = std::clamp(integer_of(request.parameter("limit")).value_or(7), 1LL,
                                     costs           ? 180LL
                                     : step == 60    ? 1'440LL
                                     : step == 3'600 ? 168LL
                                                     : 31LL);
  const long long end =
      std::min(integer_of(request.parameter("end_time")).value_or(seconds(world_.now())), seconds(world_.now()) + step);
  const std::string page = request.parameter("page");
  const auto grouped = [&request](std::string_view field) {
    return std::ranges::any_of(
        request.query, [&](const auto& pair) { return pair.first.starts_with("group_by") && pair.second == field; });
  };
  const bool by_project = grouped("project_id"), by_model = grouped("model"), by_item = grouped("line_item"),
             by_any = by_project || by_model || by_item;
  const long long from =
      page.starts_with("page_") ? integer_of(page.substr(5)).value_or(*start) : *start - *start % step;
  const std::string only = request.parameter("project_ids[]");
  Json buckets = Json::array();
  long long at = from;
  for (; at < end && static_cast<long long>(buckets.size()) < limit; at += step) {
    Json results = Json::array();
    double requests = 0, dollars = 0;
    for (std::size_t p = 0; p < kProjects.size(); ++p) {
      if (!only.empty() && only != project_id(p)) continue;
      const double n = requests_in(p, from_seconds(at), from_seconds(at + step));
      if (n <= 0) continue;
      requests += n;
      dollars += n * kProjects[p].dollars_a_request;
      if (!by_any) continue;
      const Json project = by_project ? Json(project_id(p)) : Json();
      if (costs) {
        results.push_back(
            {{"object", "organization.costs.result"},
             {"amount", {{"value", std::round(n * kProjects[p].dollars_a_request * 1e6) / 1e6}, {"currency", "usd"}}},
             {"line_item", by_item ? Json(std::string(kProjects[p].model) + ", input") : Json()},
             {"project_id", project}});
      } else {
        results.push_back({{"object", "organization.usage.completions.result"},
                           {"input_tokens", static_cast<long long>(n * 410)},
                           {"output_tokens", static_cast<long long>(n * 120)},
                           {"input_cached_tokens", 0},
                           {"input_audio_tokens", 0},
                           {"output_audio_tokens", 0},
                           {"num_model_requests", static_cast<long long>(n)},
                           {"project_id", project},
                           {"user_id", Json()},
                           {"api_key_id", Json()},
                           {"model", by_model ? Json(kProjects[p].model) : Json()},
                           {"batch", Json()}});
      }
    }
    if (!by_any && requests > 0) {
      if (costs)
        results.push_back({{"object", "organization.costs.result"},
                           {"amount", {{"value", std::round(dollars * 1e6) / 1e6}, {"currency", "usd"}}},
                           {"line_item", Json()},
                           {"project_id", Json()}});
      else
        results.push_back({{"object", "organization.usage.completions.result"},
                           {"input_tokens", static_cast<long long>(requests * 410)},
                           {"output_tokens", static_cast<long long>(requests * 120)},
                           {"input_cached_tokens", 0},
                           {"input_audio_tokens", 0},
                           {"output_audio_tokens", 0},
                           {"num_model_requests", static_cast<long long>(requests)},
                           {"project_id", Json()},
                           {"user_id", Json()},
                           {"api_key_id", Json()},
                           {"model", Json()},
                           {"batch", Json()}});
    }
    buckets.push_back(
        {{"object", "bucket"}, {"start_time", at}, {"end_time", at + step}, {"results", std::move(results)}});
  }
  const bool more = at < end;
  return json_reply(200, {{"object", "page"},
                          {"data", std::move(buckets)},
                          {"has_more", more},
                          {"next_page", more ? Json("page_" + std::to_string(at)) : Json()}});
}

}  // namespace apiops::sandbox::openai
