// Numbers that are paid for without a call or a message for a month.
#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "connectors/services/twilio/checks/check.h"
#include "engine/base/text.h"

namespace apiops::twilio {

std::vector<Finding> check_idle_number(const ConfigurationView& view) {
  std::vector<Finding> found;
  for (const auto& n : view.idle) {
    const auto price = price_of(view.prices, n.number);
    Finding f = finding("idle_number", "info", n.number,
                        fmt::format("{} had no call and no message for 30 days", spaced_number(n.number)),
                        price ? fmt::format("it costs {} a month", to_text(*price)) : "it costs a monthly fee",
                        "release it if nobody needs it: a released number is gone");
    f.remedy = ask("twilio.number.release", Json{{"number", n.number}}, "Release " + spaced_number(n.number));
    found.push_back(std::move(f));
  }
  return found;
}

}  // namespace apiops::twilio
