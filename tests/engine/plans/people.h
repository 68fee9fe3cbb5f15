// People, rules and plans as the tests of policies write them.
#pragma once

#include "engine/plans/policy.h"

namespace apiops::testing {

inline Person person(std::string id, std::vector<std::string> groups, bool active = true) {
  Person p{.id = id, .name = id, .groups = std::move(groups), .active = active};
  p.identities.push_back({.platform = "console", .workspace = "main", .user = std::move(id)});
  return p;
}

inline PolicyRule rule(std::set<Risk> risks, std::set<std::string> approvers) {
  PolicyRule r;
  r.scope.risks = std::move(risks);
  r.demand.approvers = std::move(approvers);
  return r;
}

inline PlanFacts plan_of(Risk risk, std::string operation = "twilio.number.buy") {
  const std::string service = operation.substr(0, operation.find('.'));
  return {.parts = {{.operation = std::move(operation), .service = service, .environment = "live", .risk = risk}}};
}

inline Money usd(long long dollars) { return {.micros = dollars * 1'000'000, .currency = "usd"}; }

}  // namespace apiops::testing
