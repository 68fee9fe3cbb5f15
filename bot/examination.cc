#include "bot/examination.h"

#include <fmt/format.h>

#include "engine/base/json.h"
#include "engine/base/text.h"

namespace apiops {

namespace {

class Checks {
 public:
  explicit Checks(const MaskingGate& gate) : gate_(gate) {}
  void add(std::string name, bool passed, std::string what, std::string fix = {}) {
    rows_.push_back({{"name", std::move(name)},
                     {"passed", passed},
                     {"what", gate_.mask(std::string_view(what))},
                     {"fix", passed ? "" : gate_.mask(std::string_view(fix))}});
  }
  Json take() { return std::move(rows_); }

 private:
  const MaskingGate& gate_;
  Json rows_ = Json::array();
};

asio::awaitable<void> check_service(Checks& checks, ServiceAdapter& service) {
  const std::string title(service.title());
  auto credentials = co_await service.credentials(true);
  if (!credentials) {
    checks.add(title + " credentials", false, credentials.error().what,
               "Set the service's variables; `apiops ask \"are our keys set\"` names them.");
    co_return;
  }
  for (const auto& c : *credentials) {
    const bool passed = c.present && c.well_formed && c.accepted.value_or(true);
    std::string what = !c.present
                           ? c.variable + " is not set"
                           : c.shown + (c.mode.empty() ? "" : " · " + c.mode) + (c.may.empty() ? "" : " · " + c.may);
    if (!c.trouble.empty()) what += (what.empty() ? "" : ": ") + c.trouble;
    checks.add(title + " " + c.name, passed, std::move(what),
               c.trouble.empty() ? "Set " + c.variable + " and start again." : c.trouble);
  }
  if (!service.configured()) co_return;
  auto health = co_await service.health();
  if (!health)
    checks.add(title + " connection", false, health.error().what,
               "Look at the service's status page, the network, and the base URL.");
  else
    checks.add(title + " connection", true,
               health->latency ? fmt::format("answers in {}", human_duration(*health->latency)) : "answers");
}

}  // namespace

asio::awaitable<Json> examine(Agent& agent, const Json&) {
  Checks checks(agent.gate());
  checks.add("store", co_await agent.ready(), "takes writes", "Look at the disk: is it full or read-only?");
  const auto faults = agent.understander().check();
  checks.add("rules", faults.empty(),
             fmt::format("{} of {} examples hold", agent.understander().examples() - faults.size(),
                         agent.understander().examples()),
             "`apiops rules test` names them.");
  checks.add("policy", !agent.policy().people().empty(),
             count_of(static_cast<long long>(agent.policy().people().size()), "person", "people"),
             "Name the people in the configuration.");
  for (auto* service : agent.services()) co_await check_service(checks, *service);
  co_return Json{{"checks", checks.take()}};
}

}  // namespace apiops
