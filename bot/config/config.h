// The configuration: one YAML file, or none: defaults and the environment make a working agent. Every key is in
// schema.cc's table; an unknown one is an error that names file, line and the nearest right one.
#pragma once

#include <string>
#include <vector>

#include "engine/base/result.h"
#include "engine/conversation/room.h"
#include "engine/plans/policy.h"

namespace apiops {

struct Config {
  std::string home;  // store, control socket, secrets; empty: the user's state directory
  std::string console_listen = "127.0.0.1";
  std::uint16_t console_port = 8642;
  std::uint16_t health_port = 0;  // 0: no health endpoint
  std::string zone = "UTC";
  std::string country = "US";
  bool mask_personal_data = true;
  std::vector<std::string> own;  // numbers and addresses that stay readable
  std::string alerts_channel = "#alerts";
  Duration alerts_every = std::chrono::seconds(60);
  std::vector<std::string> probe_allow;     // "host:port" that may be probed though it is internal
  std::vector<std::string> base_url_hosts;  // that may receive credentials, besides the services' own and loopback
  std::string audit_heads_file;             // where the audit trail's signed heads go; empty: beside the store
  Duration audit_keep{0};                   // 0: for ever
  std::string errors_file;                  // a team's own error catalogue
  int asks_a_minute = kAsksAMinute;         // of one person
  int inbox_bound = 100'000;                // events that wait; above it people are told to come back
  std::string rules_folder;                 // a team's own intent rules (intents/README.md)
  int slack_sockets = 2;
  std::vector<std::string> slack_listen;            // channel ids where messages count without a mention …
  std::vector<std::string> slack_listen_for;        // … that hold one of these words; none: all messages
  std::string slack_alerts_channel;                 // channel id; empty: alerts are told in the console only
  std::string slack_approvers_channel;              // gets a card of every plan
  std::string slack_home_channel;                   // doctor's test, and the agent's own trouble
  std::map<std::string, std::string> slack_groups;  // user group id → group of the policy
  bool slack_no_pace = false;                       // no limits of our own; for loopback addresses only
  std::vector<Person> people;
  PolicyBook book;                                // the policy
  std::string policy_file;                        // that it was read from, where it has one of its own
  std::map<std::string, std::string> unix_users;  // Unix user → person
};

// Errors joined by line breaks: "apiops.yaml:12: unknown key “aprovers” (did you mean “approvers”?)". Never shows a
// value that may be a secret.
Result<Config> read_config(const std::string& path);
Result<Config> parse_config(const std::string& yaml, const std::string& file);
// Where no file is given: one person, the Unix user who runs it; tests they may confirm, nothing else is approved.
Config default_config(const std::string& unix_user);
// The demo's world: Ana, Ben and Chris, who share the work.
Config demo_config();

std::string config_sample();  // a commented file to start from
std::string config_schema();  // JSON Schema

}  // namespace apiops
