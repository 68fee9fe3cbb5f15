// limits.report for OpenAI. "The OpenAI rate limit" does not exist: limits are per project and model. Measured ones
// come with a free token count (the key's own project); the others are what is set for each project, against its
// busiest minute.
#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <tuple>

#include "connectors/services/openai/openai_adapter.h"

namespace apiops::openai {

namespace {

constexpr std::chrono::minutes kWindow{15};
constexpr std::size_t kMaxLimitRows = 200;

void measured(std::vector<LimitState>& states, const RateBucket& bucket, const FreeProbe& seen,
              const std::string& scope, std::string unit) {
  if (!bucket.limit) return;
  states.push_back({seen.model, scope, std::move(unit), bucket.limit, bucket.left, bucket.reset,
                    "measured on a free call just now"});
}

struct Busiest {
  long long requests = 0, tokens = 0;
};
using ProjectModel = std::pair<std::string, std::string>;

// The busiest minute of the window, by project and model.
asio::awaitable<Result<std::map<ProjectModel, Busiest>>> busiest_minutes(OpenAiApi& api, Time now) {
  const auto seconds = [](Time t) { return std::to_string(to_millis(t) / 1000); };
  net::Headers query{{"start_time", seconds(now - kWindow)}, {"end_time", seconds(now)}, {"bucket_width", "1m"},
                     {"group_by[]", "project_id"},           {"group_by[]", "model"},    {"limit", "60"}};
  auto listed = co_await api.buckets("/organization/usage/completions", std::move(query));
  if (!listed) co_return std::unexpected(listed.error());
  std::map<ProjectModel, Busiest> found;
  for (const auto& bucket : listed->rows) {
    for (const auto& row : get_array(bucket, "results")) {
      Busiest& minute = found[{get_string(row, "project_id"), get_string(row, "model")}];
      minute.requests = std::max<long long>(minute.requests, get_integer(row, "num_model_requests").value_or(0));
      const long long tokens =
          get_integer(row, "input_tokens").value_or(0) + get_integer(row, "output_tokens").value_or(0);
      minute.tokens = std::max(minute.tokens, tokens);
    }
  }
  co_return found;
}

void against(std::vector<LimitState>& states, const Json& row, const Project& project, const Busiest* busiest) {
  const auto add = [&](std::string_view field, std::string unit, long long used) {
    const auto limit = get_integer(row, field);
    if (!limit || *limit <= 0) return;
    LimitState state{get_string(row, "model"), "project " + project.name, std::move(unit), *limit, {}, {},
                     "set for the project"};
    if (busiest) {
      state.left = std::max<long long>(0, *limit - used);
      state.reset = std::chrono::minutes(1);
      state.source = fmt::format("set for the project; used: its busiest minute of the last {}", kWindow.count());
    }
    states.push_back(std::move(state));
  };
  add("max_requests_per_1_minute", "requests a minute", busiest ? busiest->requests : 0);
  add("max_tokens_per_1_minute", "tokens a minute", busiest ? busiest->tokens : 0);
}

// Nearest to its limit first; what has no figure for "left" last.
double share_left(const LimitState& state) {
  if (!state.limit || !state.left || *state.limit <= 0) return 2.0;
  return static_cast<double>(*state.left) / static_cast<double>(*state.limit);
}

// Usage names dated versions ("gpt-4.1-mini-2025-04-14"), limits the family: the longest name that is a prefix counts.
const Busiest* usage_of(const std::map<ProjectModel, Busiest>& usage, const std::string& project,
                        const std::string& model) {
  const auto exact = usage.find({project, model});
  if (exact != usage.end()) return &exact->second;
  for (const auto& [key, busiest] : usage) {
    if (key.first == project && key.second.starts_with(model + "-20")) return &busiest;
  }
  return nullptr;
}

}  // namespace

asio::awaitable<Result<std::vector<LimitState>>> OpenAiAdapter::limits(std::string model) {
  std::vector<LimitState> states;
  std::optional<Error> trouble;
  std::string measured_model;
  if (api_.has(Key::kProject)) {
    const FreeProbe seen = co_await free_probe(api_, model);
    const std::string project = co_await project_name();
    const std::string scope = project.empty() ? "this key's project" : "project " + project;
    if (const Error* error = seen.first_error()) trouble = *error;
    if (seen.rates && seen.rates->requests.limit) measured_model = seen.model;
    if (seen.rates) {
      measured(states, seen.rates->requests, seen, scope, "requests a minute");
      measured(states, seen.rates->tokens, seen, scope, "tokens a minute");
      measured(states, seen.rates->project_tokens, seen, scope, "project tokens a minute");
    }
  }
  if (api_.has(Key::kAdmin)) {
    auto usage = co_await busiest_minutes(api_, clock_.now());
    auto all = co_await projects(api_);
    if (!all) co_return std::unexpected(all.error());
    for (const auto& project : *all) {
      auto rows =
          co_await api_.list(Key::kAdmin, "/organization/projects/" + project.id + "/rate_limits", {{"limit", "100"}});
      if (!rows) continue;
      for (const auto& row : rows->rows) {
        const auto row_model = get_string(row, "model");
        if (own_project_ && own_project_->id == project.id && row_model == measured_model) continue;
        const Busiest* busiest = usage ? usage_of(*usage, project.id, row_model) : nullptr;
        if (!model.empty() ? row_model == model : busiest != nullptr) against(states, row, project, busiest);
      }
    }
  }
  if (states.empty() && trouble) co_return std::unexpected(*trouble);
  std::ranges::sort(states, {}, [](const LimitState& state) {
    return std::tuple(share_left(state), std::string_view(state.resource), std::string_view(state.scope),
                      std::string_view(state.unit));
  });
  if (states.size() > kMaxLimitRows) states.resize(kMaxLimitRows);
  co_return states;
}

}  // namespace apiops::openai
