// status.vendor for Stripe. The status page has no documented API: /current/full is read tolerantly, and what can't be
// read is unknown, never down.
#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "connectors/net/status_page.h"
#include "connectors/services/stripe/stripe_adapter.h"
#include "engine/base/text.h"

namespace apiops::stripe {

namespace {

std::string indicator_of(const std::string& word) {
  if (word == "up") return "none";
  if (word == "degraded") return "minor";
  return word == "down" ? "critical" : "unknown";
}

}  // namespace

asio::awaitable<Result<VendorState>> StripeAdapter::vendor_status() {
  VendorState state;
  state.indicator = "unknown";
  state.page = options_.status_url;
  const auto json = co_await net::ask_status_page(http_, options_.status_url + "/current/full");
  if (!json) co_return state;
  auto word = lower_ascii(get_string(*json, "UptimeStatus"));
  if (word.empty()) word = lower_ascii(get_string(*json, "largestatus"));
  state.indicator = indicator_of(word);
  const auto message = clean_line(clip(get_string(*json, "message"), 200));
  if (state.indicator != "none" && state.indicator != "unknown") {
    state.incidents.push_back(
        {message.empty() ? "Stripe reports " + word : message, state.indicator, "open", state.page, {}});
  }
  for (const auto& row : get_array(*json, "uptimeData")) {
    const auto warning = clean_line(get_string(row, "warning"));
    if (!warning.empty())
      state.components.emplace_back(clean_line(get_string(row, "title", get_string(row, "key"))), warning);
  }
  const Json& statuses = get_object(*json, "statuses");
  for (const auto& [name, value] : statuses.items()) {
    if (value.is_string() && value.get_ref<const std::string&>() != "up")
      state.components.emplace_back(clean_line(name), value.get<std::string>());
  }
  co_return state;
}

}  // namespace apiops::stripe
