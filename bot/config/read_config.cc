#include <fmt/format.h>
#include <yaml-cpp/yaml.h>

#include <filesystem>
#include <fstream>
#include <functional>
#include <sstream>

#include "bot/config/config.h"
#include "engine/base/text.h"

namespace apiops {

namespace {

constexpr std::size_t kMaxConfigBytes = 1u << 20;

// Collects what is wrong, with its place.
class Reader {
 public:
  explicit Reader(std::string file) : file_(std::move(file)) {}

  void fault(const YAML::Node& at, const std::string& what) {
    faults_.push_back(fmt::format("{}:{}: {}", file_, at.Mark().line + 1, what));
  }
  const std::vector<std::string>& faults() const { return faults_; }

  using Key = std::function<void(const YAML::Node&)>;
  // Calls the reader of every key that is there; others are faults.
  void map(const YAML::Node& node, const std::string& where, const std::map<std::string, Key>& keys) {
    if (!node.IsMap()) return fault(node, where + " must be a mapping");
    std::vector<std::string> known, seen;
    for (const auto& [key, read] : keys) known.push_back(key);
    for (const auto& entry : node) {
      const std::string key = entry.first.Scalar();
      const auto it = keys.find(key);
      if (std::find(seen.begin(), seen.end(), key) != seen.end())
        fault(entry.first, "“" + key + "” stands there twice");
      else if (it != keys.end())
        it->second(entry.second);
      else
        unknown(entry.first, key, known);
      seen.push_back(key);
    }
  }
  void each(const YAML::Node& node, const std::string& where, const Key& read) {
    if (!node.IsSequence()) return fault(node, where + " must be a list");
    for (const auto& item : node) read(item);
  }
  void text(const YAML::Node& node, std::string& into, const std::string& where) {
    if (node.IsScalar())
      into = node.Scalar();
    else
      fault(node, where + " must be a text");
  }
  void texts(const YAML::Node& node, std::vector<std::string>& into, const std::string& where) {
    each(node, where, [&](const YAML::Node& item) { text(item, into.emplace_back(), "an item of " + where); });
  }
  void texts(const YAML::Node& node, std::set<std::string>& into, const std::string& where) {
    std::vector<std::string> list;
    texts(node, list, where);
    into.insert(list.begin(), list.end());
  }
  template <typename T>
  void number(const YAML::Node& node, T& into, long long least, long long most, const std::string& where) {
    long long value = 0;
    if (!node.IsScalar() || !YAML::convert<long long>::decode(node, value) || value < least || value > most)
      return fault(node, fmt::format("{} must be a whole number from {} to {}", where, least, most));
    into = static_cast<T>(value);
  }
  void flag(const YAML::Node& node, bool& into, const std::string& where) {
    if (!node.IsScalar() || !YAML::convert<bool>::decode(node, into)) fault(node, where + " must be true or false");
  }
  void span(const YAML::Node& node, Duration& into, const std::string& where) {
    const std::string text = node.IsScalar() ? node.Scalar() : "";
    long long n = 0;
    std::size_t i = 0;
    while (i < text.size() && i < 6 && text[i] >= '0' && text[i] <= '9') n = n * 10 + (text[i++] - '0');
    const std::string unit = text.substr(i);
    const long long seconds = unit == "s" ? 1 : unit == "m" ? 60 : unit == "h" ? 3600 : 0;
    if (i == 0 || n == 0 || seconds == 0) return fault(node, where + " must be a span of time such as 30s, 15m or 4h");
    into = std::chrono::seconds(n * seconds);
  }

 private:
  void unknown(const YAML::Node& at, const std::string& key, const std::vector<std::string>& known) {
    const std::string near = nearest(key, known);
    fault(at, fmt::format("unknown key “{}”{}", clip(key, 60),
                          near.empty() ? "; known here: " + join(known, ", ") : " (did you mean “" + near + "”?)"));
  }
  std::string file_;
  std::vector<std::string> faults_;
};

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
  for (const auto& other : config.people)
    if (other.id == person.id) return r.fault(node, "two people have the id “" + person.id + "”");
  if (person.name.empty()) person.name = person.id;
  if (!unix_user.empty()) config.unix_users[unix_user] = person.id;
  person.identities.push_back({.platform = "console", .workspace = "main", .user = person.id});
  config.people.push_back(std::move(person));
}

void read_risks(Reader& r, const YAML::Node& node, std::set<Risk>& into) {
  r.each(node, "risks", [&](const YAML::Node& item) {
    const auto risk = risk_from_string(item.IsScalar() ? item.Scalar() : "");
    if (risk)
      into.insert(*risk);
    else
      r.fault(item, "unknown risk; known: test, change, spend, delete, auth");
  });
}

void read_rule(Reader& r, const YAML::Node& node, Config& config) {
  PolicyRule rule;
  r.map(node, "a rule of the policy",
        {{"risks", [&](const auto& n) { read_risks(r, n, rule.risks); }},
         {"operations", [&](const auto& n) { r.texts(n, rule.operations, "operations"); }},
         {"services", [&](const auto& n) { r.texts(n, rule.services, "services"); }},
         {"environments", [&](const auto& n) { r.texts(n, rule.environments, "environments"); }},
         {"may_ask", [&](const auto& n) { r.texts(n, rule.may_ask, "may_ask"); }},
         {"approvers", [&](const auto& n) { r.texts(n, rule.approvers, "approvers"); }},
         {"votes", [&](const auto& n) { r.number(n, rule.votes, 1, 10, "votes"); }},
         {"requester_may_confirm",
          [&](const auto& n) { r.flag(n, rule.requester_may_confirm, "requester_may_confirm"); }},
         {"open_for", [&](const auto& n) { r.span(n, rule.open_for.emplace(), "open_for"); }}});
  for (const Risk risk : {Risk::kSpend, Risk::kDelete, Risk::kAuth})
    if (rule.requester_may_confirm && rule.risks.contains(risk))
      r.fault(node, fmt::format("“requester_may_confirm” can't be given for {}: someone else always approves it",
                                to_string(risk)));
  config.rules.push_back(std::move(rule));
}

void read_slack(Reader& r, const YAML::Node& node, Config& c) {
  r.map(node, "slack",
        {{"sockets", [&](const auto& n) { r.number(n, c.slack_sockets, 1, 4, "sockets"); }},
         {"listen", [&](const auto& n) { r.texts(n, c.slack_listen, "listen"); }},
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
  const auto text = [&r](std::string& into, const char* where) {
    return [&r, &into, where](const YAML::Node& n) { r.text(n, into, where); };
  };
  const auto texts = [&r](std::vector<std::string>& into, const char* where) {
    return [&r, &into, where](const YAML::Node& n) { r.texts(n, into, where); };
  };
  if (const auto zone = root["zone"]; zone && zone.IsScalar()) {  // people's default: known before they are read
    c.zone = zone.Scalar();
    if (!known_zone(c.zone)) r.fault(zone, "unknown time zone “" + c.zone + "”");
  }
  r.map(root, "the configuration",
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
         {"errors", [&](const auto& n) { r.map(n, "errors", {{"file", text(c.errors_file, "file")}}); }},
         {"limits",
          [&](const auto& n) {
            r.map(n, "limits", {{"asks_a_minute", [&](const auto& p) {
                                   r.number(p, c.asks_a_minute, 1, 1'000'000, "asks_a_minute");
                                 }}});
          }},
         {"slack", [&](const auto& n) { read_slack(r, n, c); }},
         {"people", [&](const auto& n) { r.each(n, "people", [&](const auto& p) { read_person(r, p, c); }); }},
         {"policy", [&](const auto& n) { r.each(n, "policy", [&](const auto& p) { read_rule(r, p, c); }); }}});
}

Result<std::string> read_file(const std::string& path) {
  std::error_code ec;
  const auto size = std::filesystem::file_size(path, ec);
  if (ec) return failure(ErrorKind::kNotFound, path + ": can't be read (" + ec.message() + ")");
  if (size > kMaxConfigBytes)
    return failure(ErrorKind::kInvalid,
                   fmt::format("{}: {} bytes are too many (at most {})", path, size, kMaxConfigBytes));
  std::ifstream in(path);
  std::ostringstream text;
  text << in.rdbuf();
  return std::move(text).str();
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
  auto text = read_file(path);
  if (!text) return std::unexpected(text.error());
  return parse_config(*text, path);
}

}  // namespace apiops
