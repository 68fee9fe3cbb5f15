#include "connectors/services/openai/readings.h"

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>

namespace apiops::openai {

namespace {

constexpr std::array<std::string_view, 6> kSmallModels{"gpt-4.1-nano", "gpt-4o-mini", "gpt-4.1-mini",
                                                       "gpt-5-nano",   "gpt-5-mini",  "gpt-4o"};
constexpr std::array<std::string_view, 7> kNotForText{"audio", "realtime", "image",   "transcribe",
                                                      "tts",   "search",   "instruct"};
constexpr std::size_t kShownOfAKey = 3;  // characters that must agree at each end before a key counts as recognised

}  // namespace

std::string small_model(const std::vector<std::string>& models) {
  for (const auto wanted : kSmallModels) {
    if (std::ranges::find(models, wanted) != models.end()) return std::string(wanted);
  }
  for (const auto& model : models) {
    const bool other =
        std::ranges::any_of(kNotForText, [&](auto word) { return model.find(word) != std::string::npos; });
    if (model.starts_with("gpt-") && !other) return model;
  }
  return {};
}

asio::awaitable<FreeProbe> free_probe(OpenAiApi& api, std::string model) {
  FreeProbe seen;
  auto models = co_await api.get(Key::kProject, "/models");
  if (!models) {
    seen.models_error = models.error();
    co_return seen;
  }
  seen.latency = models->took;
  for (const auto& row : get_array(models->body, "data")) {
    if (auto id = get_string(row, "id"); !id.empty()) seen.models.push_back(std::move(id));
  }
  seen.model = model.empty() ? small_model(seen.models) : std::move(model);
  if (seen.model.empty()) co_return seen;
  Json question{{"model", seen.model}, {"input", "ping"}};
  auto count = co_await api.post("/responses/input_tokens", std::move(question));
  if (count) {
    seen.rates = count->rates;
  } else {
    seen.count_error = count.error();
  }
  co_return seen;
}

asio::awaitable<Result<std::vector<Project>>> projects(OpenAiApi& api) {
  auto listed = co_await api.list(Key::kAdmin, "/organization/projects", {{"limit", "100"}});
  if (!listed) co_return std::unexpected(listed.error());
  std::vector<Project> found;
  for (const auto& row : listed->rows) {
    Project project{get_string(row, "id"), get_string(row, "name"), get_string(row, "status", "active"), {}};
    if (project.name.empty()) project.name = project.id;
    if (const auto created = get_integer(row, "created_at")) project.created = from_seconds(*created);
    if (project.status != "archived") found.push_back(std::move(project));
  }
  co_return found;
}

bool shows_this_key(const std::string& redacted, const Secret& key) {
  const auto cut = redacted.find_first_of("*.\xE2");  // "***", "..." or "…"
  const auto resume = redacted.find_last_of("*.\xA6");
  if (cut == std::string::npos || resume == std::string::npos || key.empty()) return false;
  const std::string head = redacted.substr(0, cut), tail = redacted.substr(resume + 1);
  if (head.size() < kShownOfAKey || tail.size() < kShownOfAKey) return false;
  return key.reveal().starts_with(head) && key.reveal().ends_with(tail);
}

asio::awaitable<std::optional<Project>> own_project(OpenAiApi& api) {
  auto all = co_await projects(api);
  if (!all) co_return std::nullopt;
  for (const auto& project : *all) {
    auto keys =
        co_await api.list(Key::kAdmin, "/organization/projects/" + project.id + "/api_keys", {{"limit", "100"}});
    if (!keys) continue;
    for (const auto& row : keys->rows) {
      if (shows_this_key(get_string(row, "redacted_value"), api.secret(Key::kProject))) co_return project;
    }
  }
  co_return std::nullopt;
}

asio::awaitable<Result<std::map<std::string, Activity>>> activity(OpenAiApi& api, Period period) {
  const auto seconds = [](Time t) { return std::to_string(to_millis(t) / 1000); };
  net::Headers query{{"start_time", seconds(period.from)},
                     {"end_time", seconds(period.to)},
                     {"bucket_width", "1h"},
                     {"group_by[]", "project_id"},
                     {"limit", "168"}};
  auto listed = co_await api.buckets("/organization/usage/completions", std::move(query));
  if (!listed) co_return std::unexpected(listed.error());
  std::map<std::string, Activity> found;
  for (const auto& bucket : listed->rows) {
    for (const auto& row : get_array(bucket, "results")) {
      const long long requests = get_integer(row, "num_model_requests").value_or(0);
      if (requests <= 0) continue;
      Activity& project = found[get_string(row, "project_id")];
      project.requests += requests;
      if (const auto end = get_integer(bucket, "end_time")) {
        project.last_until = std::max(project.last_until.value_or(Time{}), from_seconds(*end));
      }
    }
  }
  co_return found;
}

asio::awaitable<std::optional<Time>> last_minute(OpenAiApi& api, std::string project, Time until) {
  const auto seconds = [](Time t) { return std::to_string(to_millis(t) / 1000); };
  net::Headers query{{"start_time", seconds(until - std::chrono::hours(1))},
                     {"end_time", seconds(until)},
                     {"bucket_width", "1m"},
                     {"project_ids[]", project},
                     {"limit", "60"}};
  auto listed = co_await api.buckets("/organization/usage/completions", std::move(query));
  if (!listed) co_return std::nullopt;
  std::optional<Time> last;
  for (const auto& bucket : listed->rows) {
    long long requests = 0;
    for (const auto& row : get_array(bucket, "results")) requests += get_integer(row, "num_model_requests").value_or(0);
    const auto end = get_integer(bucket, "end_time");
    if (requests > 0 && end) last = std::max(last.value_or(Time{}), from_seconds(*end));
  }
  co_return last;
}

std::string utc(Time t, Time now) { return short_time(t, now, "UTC") + " UTC"; }

}  // namespace apiops::openai
