#include "engine/plans/policy_rule.h"

#include <algorithm>

namespace apiops {

namespace {

bool named(const std::set<std::string>& names, const std::string& name) {
  return names.empty() || names.contains(name);
}

// "stripe.*" covers "stripe.payment.refund".
bool named_with_stars(const std::set<std::string>& names, const std::string& name) {
  return names.empty() || std::any_of(names.begin(), names.end(), [&](const std::string& n) {
           return n == name || (n.ends_with('*') && name.starts_with(n.substr(0, n.size() - 1)));
         });
}

}  // namespace

Risk PlanFacts::gravest() const {
  Risk risk = Risk::kTest;
  for (const auto& part : parts) risk = std::max(risk, part.risk);  // the enum is in the order of gravity
  return risk;
}

std::optional<Money> PlanFacts::cost() const {
  std::optional<Money> sum;
  for (const auto& part : parts) {
    if (!part.cost && part.risk == Risk::kSpend) return std::nullopt;
    if (!part.cost) continue;
    if (sum && sum->currency != part.cost->currency) return std::nullopt;
    sum = sum ? *sum + *part.cost : *part.cost;
  }
  return sum ? sum : std::optional(Money{});
}

PlanFacts facts_of_risk(Risk risk, Place place, Time now) {
  return {.parts = {{.environment = "live", .risk = risk}}, .place = std::move(place), .at = now};
}

bool Scope::covers(const PlanFacts::Part& part, const Place& place) const {
  return (risks.empty() || risks.contains(part.risk)) && named_with_stars(operations, part.operation) &&
         named(services, part.service) && named(environments, part.environment) && named(channels, place.channel);
}

bool PolicyRule::fits(const PlanFacts::Part& part, const PlanFacts& plan) const {
  if (!scope.covers(part, plan.place) || (hours && !hours->contains(plan.at))) return false;
  const std::optional<Money> cost = plan.cost();
  const auto over = [&](const Money& bound) {
    const bool comparable = cost && (cost->currency == bound.currency || cost->micros == 0);
    return !comparable || cost->micros > bound.micros;
  };
  return (!above || over(*above)) && (!up_to || !over(*up_to));
}

}  // namespace apiops
