#include "bot/config/config.h"

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

}  // namespace

Config default_config(const std::string& unix_user) {
  Config config;
  config.people.push_back(person(unix_user, unix_user, "operator", {"operators"}));
  config.unix_users[unix_user] = unix_user;
  config.rules.push_back({.risks = {Risk::kTest}, .approvers = {"operators"}, .requester_may_confirm = true});
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
  config.rules.push_back(
      {.risks = {Risk::kTest}, .approvers = {"ops", "ops-leads", "support"}, .requester_may_confirm = true});
  config.rules.push_back({.risks = {Risk::kChange}, .approvers = {"ops", "ops-leads"}});
  config.rules.push_back({.risks = {Risk::kSpend, Risk::kDelete, Risk::kAuth}, .approvers = {"ops-leads"}});
  return config;
}

}  // namespace apiops
