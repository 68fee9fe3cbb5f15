#include "engine/plans/autofix_rules.h"

#include <algorithm>

#include "engine/base/json.h"

namespace apiops {

namespace {

constexpr std::array<std::string_view, 5> kRepairs{"twilio.webhook.fix", "twilio.number.configure",
                                                   "twilio.service.configure", "stripe.webhook.enable",
                                                   "stripe.webhook.update"};

}  // namespace

std::span<const std::string_view> autofix_operations(std::string_view category) {
  if (category == "config") return kRepairs;
  return {};
}

std::string autofix_objection(const PolicyBook& book, const PlanFacts& plan, const std::string& category) {
  const auto rule = book.autofix.find(category);
  if (rule == book.autofix.end()) return "The configuration does not allow this kind of auto-fix.";
  if (plan.parts.empty()) return "There is nothing to do.";
  const auto allowed = autofix_operations(category);
  for (const auto& part : plan.parts) {
    if (part.risk != Risk::kChange) return "Auto-fix makes reversible changes only.";
    if (std::find(allowed.begin(), allowed.end(), part.operation) == allowed.end())
      return part.operation + " is never run by auto-fix.";
    if (!rule->second.operations.empty() && !rule->second.operations.contains(part.operation))
      return "The configuration does not allow auto-fix to run " + part.operation + ".";
    if (!rule->second.services.empty() && !rule->second.services.contains(part.service))
      return "The configuration does not allow auto-fix at " + part.service + ".";
  }
  return {};
}

std::string autofix_category(const Json& policy_snapshot) { return get_string(policy_snapshot, "autofix"); }

std::string autofix_setting(std::string_view category) { return "autofix." + std::string(category); }

asio::awaitable<Result<bool>> autofix_is_on(Store& store, std::string category) {
  auto setting = co_await store.setting(autofix_setting(category));
  if (!setting) co_return std::unexpected(setting.error());
  co_return setting->has_value() && get_bool(**setting, "on").value_or(false);
}

}  // namespace apiops
