#include <fmt/format.h>
#include <yaml-cpp/yaml.h>

#include <filesystem>

#include "bot/config/config.h"
#include "bot/config/read_policy.h"
#include "bot/config/reader.h"
#include "engine/base/text.h"
#include "engine/plans/autofix_rules.h"

namespace apiops {

namespace {

void read_identity(Reader& r, const YAML::Node& node, Person& person) {
  Identity& identity = person.identities.emplace_back();
  identity.workspace = "main";
  r.map(node, "an identity",
        {{"platform", [&](const auto& n) { r.text(n, identity.platform, "platform"); }},
         {"workspace", [&](const auto& n) { r.text(n, identity.workspace, "workspace"); }},
         {"user", [&](const auto& n) { r.text(n, identity.user, "user"); }}});
}

void read_person(Reader& r, const YAML::Node& node, Config& config) {
  Person person;
  std::string unix_user;
  person.zone = config.zone;
  r.map(node, "a person",
        {{"id", [&](const auto& n) { r.text(n, person.id, "id"); }},
         {"name", [&](const auto& n) { r.text(n, person.name, "name"); }},
         {"role", [&](const auto& n) { r.text(n, person.role, "role"); }},
         {"zone",
          [&](const auto& n) {
            r.text(n, person.zone, "zone");
            if (!known_zone(person.zone)) r.fault(n, "unknown time zone “" + person.zone + "”");
          }},
         {"groups", [&](const auto& n) { r.texts(n, person.groups, "groups"); }},
         {"active", [&](const auto& n) { r.flag(n, person.active, "active"); }},
         {"unix_user", [&](const auto& n) { r.text(n, unix_user, "unix_user"); }},
         {"identities",
          [&](const auto& n) { r.each(n, "identities", [&](const auto& i) { read_identity(r, i, person); }); }}});
  if (person.id.empty()) return r.fault(node, "a person needs an id");
  if (person.id == kPolicyVoter) return r.fault(node, "no person may have the id “policy”: it is the agent's own");
  for (const auto& other : config.people)
    if (other.id == person.id) return r.fault(node, "two people have the id “" + person.id + "”");
  if (person.name.empty()) person.name = person.id;
  if (!unix_user.empty()) config.unix_users[unix_user] = person.id;
  person.identities.push_back({.platform = "console", .workspace = "main", .user = person.id});
  config.people.push_back(std::move(person));
}

void read_slack(Reader& r, const YAML::Node& node, Config& c) {
  r.map(node, "slack",
        {{"sockets", [&](const auto& n) { r.number(n, c.slack_sockets, 1, 4, "sockets"); }},
         {"listen", [&](const auto& n) { r.texts(n, c.slack_listen, "listen"); }},
         {"listen_for", [&](const auto& n) { r.texts(n, c.slack_listen_for, "listen_for"); }},
         {"alerts_channel", [&](const auto& n) { r.text(n, c.slack_alerts_channel, "alerts_channel"); }},
         {"approvers_channel", [&](const auto& n) { r.text(n, c.slack_approvers_channel, "approvers_channel"); }},
         {"home_channel", [&](const auto& n) { r.text(n, c.slack_home_channel, "home_channel"); }},
         {"no_pace", [&](const auto& n) { r.flag(n, c.slack_no_pace, "no_pace"); }},
         {"groups", [&](const auto& n) {
            if (!n.IsMap())
              return r.fault(n, "groups must be a mapping from a user group's id to a group of the policy");
            for (const auto& entry : n) r.text(entry.second, c.slack_groups[entry.first.Scalar()], "a group");
          }}});
}

void read_all(Reader& r, const YAML::Node& root, Config& c) {
  const auto text = [&r](auto& into, const char* where) { return r.into(into, where); };
  const auto texts = text;
  if (const auto zone = root["zone"]; zone && zone.IsScalar()) {  // people's default: known before they are read
    c.zone = zone.Scalar();
    if (!known_zone(c.zone)) r.fault(zone, "unknown time zone “" + c.zone + "”");
  }
  PolicyReader policy(c, std::filesystem::path(r.file()).parent_path().string());
  r.map(
      root, "the configuration",
      {{"home", text(c.home, "home")},
       {"zone", [](const auto&) {}},
       {"country", text(c.country, "country")},
       {"console",
        [&](const auto& n) {
          r.map(n, "console",
                {{"listen", text(c.console_listen, "listen")},
                 {"port", [&](const auto& p) { r.number(p, c.console_port, 0, 65535, "port"); }}});
        }},
       {"health",
        [&](const auto& n) {
          r.map(n, "health", {{"port", [&](const auto& p) { r.number(p, c.health_port, 0, 65535, "port"); }}});
        }},
       {"masking",
        [&](const auto& n) {
          r.map(n, "masking",
                {{"personal_data", [&](const auto& p) { r.flag(p, c.mask_personal_data, "personal_data"); }},
                 {"own", texts(c.own, "own")}});
        }},
       {"alerts",
        [&](const auto& n) {
          r.map(n, "alerts", {{"channel", text(c.alerts_channel, "channel")}, {"every", [&](const auto& p) {
                                                                                 r.span(p, c.alerts_every, "every");
                                                                               }}});
        }},
       {"probes", [&](const auto& n) { r.map(n, "probes", {{"allow", texts(c.probe_allow, "allow")}}); }},
       {"base_urls", [&](const auto& n) { r.map(n, "base_urls", {{"allow", texts(c.base_url_hosts, "allow")}}); }},
       {"audit",
        [&](const auto& n) {
          r.map(n, "audit", {{"heads_file", text(c.audit_heads_file, "heads_file")}, {"keep", [&](const auto& p) {
                                                                                        r.span(p, c.audit_keep, "keep");
                                                                                      }}});
        }},
       {"intents", [&](const auto& n) { r.map(n, "intents", {{"folder", text(c.rules_folder, "folder")}}); }},
       {"errors", [&](const auto& n) { r.map(n, "errors", {{"file", text(c.errors_file, "file")}}); }},
       {"limits",
        [&](const auto& n) {
          r.map(n, "limits",
                {{"asks_a_minute", [&](const auto& p) { r.number(p, c.asks_a_minute, 1, 1'000'000, "asks_a_minute"); }},
                 {"inbox", [&](const auto& p) { r.number(p, c.inbox_bound, 1, 1'000'000, "inbox"); }}});
        }},
       {"slack", [&](const auto& n) { read_slack(r, n, c); }},
       {"people", [&](const auto& n) { r.each(n, "people", [&](const auto& p) { read_person(r, p, c); }); }},
       {"policy", [&](const auto& n) { policy.read(r, n); }}});
  policy.check_names(r);
}

}  // namespace

Result<Config> parse_config(const std::string& yaml, const std::string& file) {
  Config config;
  Reader reader(file);
  try {
    const YAML::Node root = YAML::Load(yaml);
    if (!root.IsNull() && !root.IsMap())
      return failure(ErrorKind::kInvalid, file +
                                              ":1: a configuration begins with names such as `people:`. `apiops config "
                                              "init` prints one to start from.");
    if (root.IsMap()) read_all(reader, root, config);
  } catch (const YAML::Exception& e) {
    return failure(ErrorKind::kInvalid, fmt::format("{}:{}: this is not YAML: {}", file, e.mark.line + 1, e.msg));
  }
  if (!reader.faults().empty()) return failure(ErrorKind::kInvalid, join(reader.faults(), "\n"));
  return config;
}

Result<Config> read_config(const std::string& path) {
  auto text = read_whole_file(path);
  if (!text) return std::unexpected(text.error());
  return parse_config(*text, path);
}

}  // namespace apiops
