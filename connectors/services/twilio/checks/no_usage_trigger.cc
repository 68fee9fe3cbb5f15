// No usage trigger watches the spending: a runaway program or a stolen key is noticed on the bill.
#include <algorithm>
#include <nlohmann/json.hpp>

#include "connectors/services/twilio/checks/check.h"

namespace apiops::twilio {

std::vector<Finding> check_no_usage_trigger(const ConfigurationView& view) {
  if (!view.triggers) return {};
  const bool watched = std::any_of(view.triggers->begin(), view.triggers->end(),
                                   [](const UsageTrigger& t) { return t.by == "price" || t.category == "totalprice"; });
  if (watched) return {};
  Finding f = finding("no_usage_trigger", "warning", "",
                      view.triggers->empty() ? "no usage trigger is set" : "no usage trigger watches the cost",
                      "a runaway program or a stolen key is noticed on the bill",
                      "set a daily trigger on totalprice, somewhat above a usual day");
  f.remedy = ask("twilio.trigger.create", Json{{"usage_category", "totalprice"}}, "Warn me in Twilio at a daily cost");
  return {std::move(f)};
}

}  // namespace apiops::twilio
