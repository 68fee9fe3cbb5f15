// An address where webhook errors (11xxx) gather: the account's alerts of the last day, by the URL that was asked.
#include <fmt/format.h>

#include <algorithm>

#include "connectors/services/twilio/checks/check.h"
#include "engine/base/text.h"

namespace apiops::twilio {

namespace {

constexpr long long kMany = 10;  // in a day

}  // namespace

std::vector<Finding> check_webhook_errors_many(const ConfigurationView& view) {
  if (!view.webhook_errors) return {};
  std::vector<Finding> found;
  for (const auto& [url, errors] : *view.webhook_errors) {
    if (errors.count < kMany) continue;
    const auto most = std::max_element(errors.codes.begin(), errors.codes.end(),
                                       [](const auto& a, const auto& b) { return a.second < b.second; });
    found.push_back(finding("webhook_errors_many", "critical", host_of(url),
                            fmt::format("{} gathered {} in the last 24 hours, most of them {}", shown_url(url),
                                        count_of(errors.count, "webhook error"), most->first),
                            "each is a call or a message that was not answered",
                            "ask “why are calls failing”, and repair or replace this address"));
  }
  return found;
}

}  // namespace apiops::twilio
