// Twilio's status page (a Statuspage). Its component list holds hundreds of carriers of single countries, so only open
// incidents and parts of Twilio's own are told.
#include <array>
#include <nlohmann/json.hpp>

#include "connectors/services/twilio/twilio_adapter.h"
#include "engine/base/text.h"

namespace apiops::twilio {

namespace {

constexpr std::size_t kMaxIncidents = 10, kMaxComponents = 20;
constexpr std::array<std::string_view, 5> kOwnParts{"rest api", "console", "programmable", "messaging api",
                                                    "voice api"};

bool is_own_part(const std::string& name) {
  const std::string lower = lower_ascii(name);
  for (const auto part : kOwnParts)
    if (lower.find(part) != std::string::npos) return true;
  return false;
}

}  // namespace

asio::awaitable<Result<VendorState>> TwilioAdapter::vendor_status() {
  VendorState state{.indicator = "unknown", .page = "https://status.twilio.com", .incidents = {}, .components = {}};
  if (options_.status_url.empty()) co_return state;
  net::HttpRequest request;
  request.url = options_.status_url + "/api/v2/summary.json";  // no credentials
  request.timeout = Duration(10'000);
  auto response = co_await http_.send(std::move(request));
  if (!response || response->status != 200) co_return state;
  const auto body = parse_json(response->body);
  if (!body) co_return state;
  state.indicator = get_string(get_object(*body, "status"), "indicator", "unknown");
  for (const Json& row : get_array(*body, "incidents")) {
    const std::string word = get_string(row, "status");
    if (word == "resolved" || word == "postmortem" || state.incidents.size() == kMaxIncidents) continue;
    state.incidents.push_back({get_string(row, "name"), get_string(row, "impact"), word, get_string(row, "shortlink"),
                               parse_iso8601(get_string(row, "created_at"))});
  }
  for (const Json& row : get_array(*body, "components")) {
    const std::string word = get_string(row, "status", "operational"), name = get_string(row, "name");
    if (word != "operational" && is_own_part(name) && state.components.size() < kMaxComponents)
      state.components.emplace_back(name, word);
  }
  co_return state;
}

}  // namespace apiops::twilio
