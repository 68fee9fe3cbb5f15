// status.vendor for OpenAI: the status page's JSON, read tolerantly. Unknown is not down, and the indicator can be
// "none" while an incident is open, so incidents are read too.
#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "connectors/services/openai/openai_adapter.h"
#include "engine/base/text.h"

namespace apiops::openai {

namespace {

constexpr std::size_t kShownIncidents = 10;
constexpr Duration kStatusTimeout{10'000};

bool is_over(const std::string& state) { return state == "resolved" || state == "postmortem" || state == "completed"; }

VendorIncident incident_of(const Json& row) {
  VendorIncident incident{clean_line(get_string(row, "name")),
                          get_string(row, "impact"),
                          get_string(row, "status"),
                          get_string(row, "shortlink"),
                          {}};
  auto since = parse_iso8601(get_string(row, "started_at"));
  incident.since = since ? since : parse_iso8601(get_string(row, "created_at"));
  return incident;
}

}  // namespace

asio::awaitable<Result<VendorState>> OpenAiAdapter::vendor_status() {
  VendorState state;
  state.indicator = "unknown";
  state.page = options_.status_url;
  net::HttpRequest request;
  request.url = options_.status_url + "/api/v2/summary.json";
  request.timeout = kStatusTimeout;
  auto response = co_await http_.send(std::move(request));
  if (!response || response->status != 200) co_return state;
  const auto json = parse_json(response->body);
  if (!json || !json->is_object()) co_return state;
  if (auto indicator = get_string(get_object(*json, "status"), "indicator"); !indicator.empty())
    state.indicator = indicator;
  for (const auto& row : get_array(*json, "incidents")) {
    if (state.incidents.size() == kShownIncidents) break;
    if (!is_over(get_string(row, "status"))) state.incidents.push_back(incident_of(row));
  }
  for (const auto& row : get_array(*json, "components")) {
    const auto status = get_string(row, "status");
    if (!status.empty() && status != "operational")
      state.components.emplace_back(clean_line(get_string(row, "name")), status);
  }
  if (state.indicator == "none" && !state.incidents.empty()) state.indicator = "minor";
  co_return state;
}

}  // namespace apiops::openai
