#include "bot/config/config.h"
#include "engine/plans/autofix_rules.h"

namespace apiops {

namespace {

Person person(std::string id, std::string name, std::string role, std::vector<std::string> groups) {
  Person p{.id = id, .name = std::move(name), .role = std::move(role), .groups = std::move(groups)};
  p.identities.push_back({.platform = "console", .workspace = "main", .user = std::move(id)});
  return p;
}

// Who somebody of the demo is in the simulated Slack.
Person also_in_slack(Person p, std::string user) {
  p.identities.push_back({.platform = "slack", .workspace = "T0DEMO001", .user = std::move(user)});
  return p;
}

PolicyRule rule(std::string name, std::set<Risk> risks, std::set<std::string> approvers) {
  PolicyRule r{.name = std::move(name)};
  r.scope.risks = std::move(risks);
  r.demand.approvers = std::move(approvers);
  return r;
}

PolicyRule confirmed_by_who_asks(PolicyRule r) {
  r.demand.requester_may_confirm = true;
  return r;
}

}  // namespace

Config default_config(const std::string& unix_user) {
  Config config;
  config.people.push_back(person(unix_user, unix_user, "operator", {"operators"}));
  config.unix_users[unix_user] = unix_user;
  config.book.rules.push_back(confirmed_by_who_asks(rule("default: tests", {Risk::kTest}, {"operators"})));
  return config;
}

Config demo_config() {
  Config config;
  config.console_port = 8642;
  config.alerts_every = std::chrono::seconds(15);
  config.people.push_back(also_in_slack(person("ana", "Ana", "support lead", {"support"}), "U0ANA0001"));
  config.people.push_back(also_in_slack(person("ben", "Ben", "on-call engineer", {"ops", "ops-leads"}), "U0BEN0001"));
  config.people.push_back(also_in_slack(person("chris", "Chris", "engineering manager", {"ops-leads"}), "U0CHRIS01"));
  config.slack_alerts_channel = "C0ALERTS1";
  config.book.rules.push_back(
      confirmed_by_who_asks(rule("demo: tests", {Risk::kTest}, {"ops", "ops-leads", "support"})));
  config.book.rules.push_back(rule("demo: changes", {Risk::kChange}, {"ops", "ops-leads"}));
  config.book.rules.push_back(rule("demo: what spends, deletes or touches credentials",
                                   {Risk::kSpend, Risk::kDelete, Risk::kAuth}, {"ops-leads"}));
  for (const auto category : kAutofixCategories) config.book.autofix[std::string(category)] = {};
  return config;
}

}  // namespace apiops
