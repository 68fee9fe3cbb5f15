#include "connectors/net/status_page.h"

#include <nlohmann/json.hpp>

#include "engine/base/text.h"

namespace apiops::net {

namespace {

bool is_over(std::string_view state) { return state == "resolved" || state == "postmortem" || state == "completed"; }

VendorIncident incident_of(const Json& row) {
  const auto since = parse_iso8601(get_string(row, "started_at"));
  return {.name = clean_line(get_string(row, "name")),
          .impact = get_string(row, "impact"),
          .state = get_string(row, "status"),
          .url = get_string(row, "shortlink"),
          .since = since ? since : parse_iso8601(get_string(row, "created_at"))};
}

}  // namespace

asio::awaitable<std::optional<Json>> ask_status_page(HttpClient& http, std::string url) {
  HttpRequest request;
  request.url = std::move(url);
  request.timeout = kStatusPageTimeout;
  auto response = co_await http.send(std::move(request));
  if (!response || response->status != 200) co_return std::nullopt;
  auto json = parse_json(response->body);
  if (!json || !json->is_object()) co_return std::nullopt;
  co_return std::move(*json);
}

asio::awaitable<VendorState> read_statuspage(HttpClient& http, std::string base_url, std::string page,
                                             std::function<bool(std::string_view)> counts) {
  VendorState state{.indicator = "unknown", .page = std::move(page), .incidents = {}, .components = {}};
  const auto summary = co_await ask_status_page(http, std::move(base_url) + "/api/v2/summary.json");
  if (!summary) co_return state;
  state.indicator = get_string(get_object(*summary, "status"), "indicator", "unknown");
  for (const auto& row : get_array(*summary, "incidents"))
    if (!is_over(get_string(row, "status")) && state.incidents.size() < kMaxIncidents)
      state.incidents.push_back(incident_of(row));
  for (const auto& row : get_array(*summary, "components")) {
    const std::string name = clean_line(get_string(row, "name")), word = get_string(row, "status", "operational");
    if (word != "operational" && counts(name) && state.components.size() < kMaxComponents)
      state.components.emplace_back(name, word);
  }
  // The indicator can say "none" while an incident is open.
  if (state.indicator == "none" && !state.incidents.empty()) state.indicator = "minor";
  co_return state;
}

}  // namespace apiops::net
