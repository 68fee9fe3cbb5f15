// usage.report for OpenAI: costs by UTC day, with tokens and requests beside them where they are grouped by model or
// project. Needs the admin key; a project key is refused there, and nothing else is tried in its place.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

#include "connectors/services/openai/openai_adapter.h"
#include "engine/base/text.h"

namespace apiops::openai {

namespace {

constexpr std::size_t kMaxUsageLines = 200;

// Dollars as OpenAI sends them, a JSON number or text, into millionths. The only place where a cost is a double.
Money cost_of(const Json& result) {
  const Json& amount = get_object(result, "amount");
  const std::string currency = get_string(amount, "currency", "usd");
  const auto value = amount.find("value");
  if (value == amount.end()) return {0, currency};
  if (value->is_number()) {
    const double dollars = value->get<double>();
    return std::isfinite(dollars) && std::abs(dollars) < 1e12 ? Money{std::llround(dollars * 1e6), currency}
                                                              : Money{0, currency};
  }
  return parse_money(get_decimal(amount, "value"), currency).value_or(Money{0, currency});
}

std::string seconds(Time t) { return std::to_string(to_millis(t) / 1000); }

// "gpt-4.1-mini, input" is the line item; the model is what stands before the comma.
std::string model_of(const std::string& line_item) { return line_item.substr(0, line_item.find(',')); }

struct Amounts {
  long long requests = 0, tokens = 0;
};

std::string told(const Amounts& amounts) {
  return count_of(amounts.requests, "request") + ", " + count_of(amounts.tokens, "token");
}

struct Costs {
  std::map<std::string, Money> by_label;
  std::map<Time, Money> by_day;
  Money total;
  bool cut = false;
  std::string trouble;
};

std::string label_of(const Json& row, const std::string& by) {
  if (by == "project") return get_string(row, "project_id", "no project");
  const auto item = get_string(row, "line_item", "everything");
  return by == "model" ? model_of(item) : item;
}

asio::awaitable<Result<Costs>> read_costs(OpenAiApi& api, Period period, std::string by) {
  net::Headers query{{"start_time", seconds(period.from)},
                     {"end_time", seconds(period.to)},
                     {"bucket_width", "1d"},
                     {"limit", "180"},
                     {"group_by[]", by == "project" ? "project_id" : "line_item"}};
  auto listed = co_await api.buckets("/organization/costs", std::move(query));
  if (!listed) co_return std::unexpected(listed.error());
  Costs costs;
  costs.cut = listed->cut;
  costs.trouble = listed->trouble;
  for (const auto& bucket : listed->rows) {
    const auto start = get_integer(bucket, "start_time");
    if (!start) continue;
    Money& day = costs.by_day[from_seconds(*start)];
    for (const auto& row : get_array(bucket, "results")) {
      const Money cost = cost_of(row);
      day.micros += cost.micros;
      costs.total.micros += cost.micros;
      costs.total.currency = day.currency = cost.currency;
      Money& line = costs.by_label[label_of(row, by)];
      line.micros += cost.micros;
      line.currency = cost.currency;
    }
  }
  co_return costs;
}

// Requests and tokens of completions, by model or project. A failure here leaves the costs as they are.
asio::awaitable<std::map<std::string, Amounts>> read_amounts(OpenAiApi& api, Period period, std::string by) {
  std::map<std::string, Amounts> found;
  net::Headers query{{"start_time", seconds(period.from)},
                     {"end_time", seconds(period.to)},
                     {"bucket_width", "1d"},
                     {"limit", "31"},
                     {"group_by[]", by == "project" ? "project_id" : "model"}};
  auto listed = co_await api.buckets("/organization/usage/completions", std::move(query));
  if (!listed) co_return found;
  for (const auto& bucket : listed->rows) {
    for (const auto& row : get_array(bucket, "results")) {
      Amounts& amounts = found[get_string(row, by == "project" ? "project_id" : "model")];
      amounts.requests += get_integer(row, "num_model_requests").value_or(0);
      amounts.tokens += get_integer(row, "input_tokens").value_or(0) + get_integer(row, "output_tokens").value_or(0);
    }
  }
  co_return found;
}

asio::awaitable<std::map<std::string, std::string>> project_names(OpenAiApi& api) {
  std::map<std::string, std::string> names;
  const auto all = co_await projects(api);
  if (all) {
    for (const auto& project : *all) names[project.id] = project.name;
  }
  co_return names;
}

}  // namespace

asio::awaitable<Result<UsageState>> OpenAiAdapter::usage(UsageQuery query) {
  const std::string by = query.by == "project" || query.by == "category" ? query.by : "model";
  // Costs come in whole UTC days: the day in which the period begins is counted from its start.
  const Period days{std::chrono::floor<std::chrono::days>(query.period.from), query.period.to};
  auto costs = co_await read_costs(api_, days, by);
  if (!costs) co_return std::unexpected(costs.error());
  const auto amounts = by == "category" ? std::map<std::string, Amounts>() : co_await read_amounts(api_, days, by);
  const auto names = by == "project" ? co_await project_names(api_) : std::map<std::string, std::string>();
  UsageState state;
  state.total = costs->total;
  for (const auto& [label, cost] : costs->by_label) {
    const auto amount = amounts.find(label);
    const auto name = names.find(label);
    state.lines.push_back(
        {name == names.end() ? label : name->second, amount == amounts.end() ? "" : told(amount->second), cost});
  }
  std::ranges::sort(state.lines, [](const UsageLine& a, const UsageLine& b) { return a.cost.micros > b.cost.micros; });
  if (state.lines.size() > kMaxUsageLines) {
    state.notes.push_back(fmt::format("{} smaller lines are left out", state.lines.size() - kMaxUsageLines));
    state.lines.resize(kMaxUsageLines);
  }
  state.daily.assign(costs->by_day.begin(), costs->by_day.end());
  state.notes.push_back("OpenAI counts costs in whole UTC days and some hours late; the invoice may differ by cents.");
  if (costs->cut) state.notes.push_back("Not all of it was read: " + costs->trouble);
  if (!amounts.empty())
    state.notes.push_back("Requests and tokens are those of completions; other calls appear as cost only.");
  co_return state;
}

// Projects that cost nothing in 30 days. Keys that were never used are findings of the audit.
asio::awaitable<Result<std::vector<Resource>>> OpenAiAdapter::idle() {
  const Time now = clock_.now();
  auto all = co_await projects(api_);
  if (!all) co_return std::unexpected(all.error());
  auto costs =
      co_await read_costs(api_, {std::chrono::floor<std::chrono::days>(now - std::chrono::days(30)), now}, "project");
  if (!costs) co_return std::unexpected(costs.error());
  std::vector<Resource> found;
  for (const auto& project : *all) {
    const auto cost = costs->by_label.find(project.id);
    if (cost != costs->by_label.end() && cost->second.micros > 0) continue;
    Resource resource{"projects",      project.id,     project.name,
                      "idle",          Tone::kWarning, {{"Used", "nothing in the last 30 days"}},
                      Money{0, "usd"}, project.created};
    found.push_back(std::move(resource));
  }
  co_return found;
}

}  // namespace apiops::openai
