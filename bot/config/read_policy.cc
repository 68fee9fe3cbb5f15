#include "bot/config/read_policy.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

#include "engine/base/text.h"
#include "engine/intents/rule_set.h"
#include "engine/plans/autofix_rules.h"

namespace apiops {

namespace {

void read_risks(Reader& r, const YAML::Node& node, std::set<Risk>& into) {
  r.each(node, "risks", [&](const YAML::Node& item) {
    const auto risk = risk_from_string(item.IsScalar() ? item.Scalar() : "");
    if (risk && *risk != Risk::kRead)
      into.insert(*risk);
    else
      r.fault(item, "unknown risk; known: test, change, spend, delete, auth");
  });
}

const std::vector<std::string>& known_operations() {
  static const std::vector<std::string> kKnown = [] {
    std::vector<std::string> names;
    for (const auto& intent : compiled_rules().intents)
      if (intent.change) names.push_back(intent.name);
    return names;
  }();
  return kKnown;
}

bool is_operation(const std::string& name) {
  const auto& known = known_operations();
  if (!name.ends_with('*')) return std::find(known.begin(), known.end(), name) != known.end();
  return std::any_of(known.begin(), known.end(),
                     [&](const std::string& k) { return k.starts_with(name.substr(0, name.size() - 1)); });
}

// A misspelt operation would let its plans fall through to another rule.
void read_operations(Reader& r, const YAML::Node& node, std::set<std::string>& into) {
  r.each(node, "operations", [&](const YAML::Node& item) {
    const std::string name = item.IsScalar() ? item.Scalar() : "";
    if (is_operation(name)) {
      into.insert(name);
      return;
    }
    const std::string near = nearest(name, known_operations());
    r.fault(item, fmt::format("unknown operation “{}”{}", clip(clean_line(name), 60),
                              near.empty() ? "" : " (did you mean “" + near + "”?)"));
  });
}

Reader::Key one_of(Reader& r, std::string& into, std::string where, std::vector<std::string> known) {
  return [&r, &into, where = std::move(where), known = std::move(known)](const YAML::Node& n) {
    const std::string value = n.IsScalar() ? n.Scalar() : "";
    if (std::find(known.begin(), known.end(), value) == known.end())
      return r.fault(n, where + " must be one of " + join(known, ", "));
    into = value;
  };
}

Reader::Key span(Reader& r, std::optional<Duration>& into, std::string where) {
  return [&r, &into, where = std::move(where)](const YAML::Node& n) { r.span(n, into.emplace(), where); };
}

Reader::Key money(Reader& r, std::optional<Money>& into, std::string where) {
  return [&r, &into, where = std::move(where)](const YAML::Node& n) { r.money(n, into, where); };
}

template <typename Map>
Map with(Map keys, Map more) {
  keys.merge(more);
  return keys;
}

}  // namespace

void PolicyReader::read(Reader& r, const YAML::Node& node) {
  config_.book.zone = config_.zone;
  if (node.IsScalar()) return read_file(r, node, node.Scalar());
  if (node.IsSequence()) return r.each(node, "policy", [&](const auto& n) { read_rule(r, n); });
  read_book(r, node);
}

void PolicyReader::read_file(Reader& r, const YAML::Node& at, const std::string& name) {
  if (in_file_) return r.fault(at, "a policy file can't name another one");
  const std::filesystem::path path = std::filesystem::path(folder_) / name;
  config_.policy_file = path.string();
  auto text = read_whole_file(path.string());
  if (!text) return r.fault(at, text.error().what);
  Reader own(path.string());
  in_file_ = true;
  try {
    const YAML::Node root = YAML::Load(*text);
    if (root.IsNull())
      own.fault_at(1, "this policy is empty: nothing could be approved");
    else
      read(own, root);
  } catch (const YAML::Exception& e) {
    own.fault_at(e.mark.line + 1, "this is not YAML: " + e.msg);
  }
  r.take_faults_of(own);
}

void PolicyReader::read_book(Reader& r, const YAML::Node& node) {
  const auto list = [&](const char* where, void (PolicyReader::*read_one)(Reader&, const YAML::Node&)) {
    return [this, &r, where, read_one](const YAML::Node& n) {
      r.each(n, where, [&](const YAML::Node& item) { (this->*read_one)(r, item); });
    };
  };
  r.map(node, "the policy",
        {{"rules", list("rules", &PolicyReader::read_rule)},
         {"freezes", list("freezes", &PolicyReader::read_freeze)},
         {"spending", list("spending", &PolicyReader::read_limit)},
         {"break_glass", [&](const auto& n) { read_break_glass(r, n); }},
         {"autofix", [&](const auto& n) { read_autofix(r, n); }},
         {"hearing", [&](const auto& n) { read_hearing(r, n); }}});
}

void PolicyReader::remember(Reader& r, const YAML::Node& node, const std::string& name) {
  used_.push_back({r.file(), node.Mark().line + 1, name});
}

Reader::Key PolicyReader::names(Reader& r, std::set<std::string>& into, const std::string& where) {
  return [this, &r, &into, where](const YAML::Node& node) {
    r.texts(node, into, where);
    if (node.IsSequence())
      for (const auto& item : node)
        if (item.IsScalar()) remember(r, item, item.Scalar());
  };
}

std::map<std::string, Reader::Key> PolicyReader::scope_keys(Reader& r, Scope& scope) {
  return {{"risks", [&](const auto& n) { read_risks(r, n, scope.risks); }},
          {"operations", [&](const auto& n) { read_operations(r, n, scope.operations); }},
          {"services", r.into(scope.services, "services")},
          {"environments", r.into(scope.environments, "environments")},
          {"channels", r.into(scope.channels, "channels")}};
}

void PolicyReader::read_rule(Reader& r, const YAML::Node& node) {
  PolicyRule rule;
  rule.name = fmt::format("{}:{}", std::filesystem::path(r.file()).filename().string(), node.Mark().line + 1);
  Clause& demand = rule.demand;
  std::set<std::string> each;
  r.map(node, "a rule of the policy",
        with(scope_keys(r, rule.scope),
             {{"hours", [&](const auto& n) { read_hours(r, n, rule.hours); }},
              {"above", money(r, rule.above, "above")},
              {"up_to", money(r, rule.up_to, "up_to")},
              {"may_ask", names(r, rule.may_ask, "may_ask")},
              {"approvers", names(r, demand.approvers, "approvers")},
              {"one_of_each", names(r, each, "one_of_each")},
              {"votes", [&](const auto& n) { r.number(n, demand.votes, 1, 10, "votes"); }},
              {"requester_may_confirm", r.into(demand.requester_may_confirm, "requester_may_confirm")},
              {"typed_confirmation", r.into(rule.typed_confirmation, "typed_confirmation")},
              {"never", r.into(rule.never, "never")},
              {"open_for", span(r, rule.open_for, "open_for")},
              {"remind_before", span(r, rule.remind_before, "remind_before")},
              {"escalate_after", span(r, rule.escalate_after, "escalate_after")},
              {"escalate_to", names(r, demand.after_escalation, "escalate_to")}}));
  demand.one_of_each.assign(each.begin(), each.end());
  for (const Risk risk : {Risk::kSpend, Risk::kDelete, Risk::kAuth})
    if (demand.requester_may_confirm && rule.scope.risks.contains(risk))
      r.fault(node, fmt::format("“requester_may_confirm” can't be given for {}: someone else always approves it",
                                to_string(risk)));
  if (rule.never.empty() && demand.approvers.empty() && each.empty() && !demand.requester_may_confirm)
    r.fault(node, "this rule names no approvers, so nothing that it fits could be approved");
  if (rule.escalate_after.has_value() != !demand.after_escalation.empty())
    r.fault(node, "“escalate_after” and “escalate_to” belong together");
  config_.book.rules.push_back(std::move(rule));
}

void PolicyReader::read_hours(Reader& r, const YAML::Node& node, std::optional<Hours>& hours) {
  hours = parse_hours(node.IsScalar() ? node.Scalar() : "", config_.zone);
  if (!hours) r.fault(node, "hours must look like “mon-fri 09:00-18:00”");
}

void PolicyReader::read_time(Reader& r, const YAML::Node& node, std::optional<Time>& time) {
  time = parse_local_time(node.IsScalar() ? node.Scalar() : "", config_.zone);
  if (!time) r.fault(node, "a time must look like “2026-12-20 18:00”");
}

void PolicyReader::read_freeze(Reader& r, const YAML::Node& node) {
  Freeze freeze;
  r.map(node, "a freeze window",
        with(scope_keys(r, freeze.scope), {{"because", r.into(freeze.because, "because")},
                                           {"from", [&](const auto& n) { read_time(r, n, freeze.from); }},
                                           {"to", [&](const auto& n) { read_time(r, n, freeze.to); }},
                                           {"weekly", [&](const auto& n) { read_hours(r, n, freeze.weekly); }}}));
  if (!freeze.weekly && (!freeze.from || !freeze.to))
    r.fault(node, "a freeze window needs “from” and “to”, or “weekly”");
  else if (!freeze.weekly && *freeze.from >= *freeze.to)
    r.fault(node, "this freeze window ends before it begins");
  config_.book.freezes.push_back(std::move(freeze));
}

void PolicyReader::read_limit(Reader& r, const YAML::Node& node) {
  SpendingLimit limit;
  std::optional<Money> most;
  r.map(node, "a limit of spending",
        with(scope_keys(r, limit.scope), {{"name", r.into(limit.name, "name")},
                                          {"most", money(r, most, "most")},
                                          {"each", one_of(r, limit.each, "each", {"team", "person", "operation"})},
                                          {"window", one_of(r, limit.window, "window", {"hour", "day", "month"})}}));
  if (limit.name.empty() || limit.name.find('/') != std::string::npos)
    r.fault(node, "a limit of spending needs a name (without “/”): refusals tell it");
  for (const auto& other : config_.book.spending)
    if (other.name == limit.name) r.fault(node, "two limits of spending have the name “" + limit.name + "”");
  if (!most) return r.fault(node, "a limit of spending needs “most”, such as 500 usd");
  limit.most = *most;
  config_.book.spending.push_back(std::move(limit));
}

void PolicyReader::read_place(Reader& r, const YAML::Node& node, Place& place) {
  place.workspace = "main";
  r.map(node, "a place",
        {{"connector", one_of(r, place.connector, "connector", {"console", "slack", "discord"})},
         {"workspace", r.into(place.workspace, "workspace")},
         {"channel", r.into(place.channel, "channel")}});
  if (place.connector.empty() || place.channel.empty()) r.fault(node, "a place needs “connector” and “channel”");
}

void PolicyReader::read_break_glass(Reader& r, const YAML::Node& node) {
  BreakGlass& glass = config_.book.break_glass;
  r.map(node, "break_glass",
        {{"role",
          [&](const auto& n) {
            r.text(n, glass.role, "role");
            remember(r, n, glass.role);
          }},
         {"tell", [&](const auto& n) { read_place(r, n, glass.tell); }}});
  if (glass.role.empty() || glass.tell.channel.empty()) {
    r.fault(node, "break_glass needs “role” (a group) and “tell” (the second channel, which hears of it at once)");
    glass = {};
  }
}

void PolicyReader::read_autofix(Reader& r, const YAML::Node& node) {
  std::map<std::string, Reader::Key> keys;
  for (const auto category : kAutofixCategories)
    keys[std::string(category)] = [this, &r, category](const YAML::Node& n) {
      AutofixRule& rule = config_.book.autofix[std::string(category)];
      r.map(n, std::string(category),
            {{"operations", [&](const auto& o) { read_operations(r, o, rule.operations); }},
             {"services", r.into(rule.services, "services")},
             {"most_an_hour", [&](const auto& m) { r.number(m, rule.most_an_hour, 1, 100, "most_an_hour"); }}});
      const auto allowed = autofix_operations(category);
      for (const auto& operation : rule.operations)
        if (std::find(allowed.begin(), allowed.end(), operation) == allowed.end())
          r.fault(n, fmt::format("auto-fix never runs {} for {}: the rule is in code", operation, category));
    };
  r.map(node, "autofix", keys);
}

void PolicyReader::read_hearing(Reader& r, const YAML::Node& node) {
  Hearing& hearing = config_.book.hearing;
  r.map(node, "hearing",
        {{"direct_messages", r.into(hearing.direct_messages, "direct_messages")},
         {"mention", r.into(hearing.mention, "mention")},
         {"channels", [&](const auto& n) {
            r.each(n, "channels", [&](const auto& p) { read_place(r, p, hearing.channels.emplace_back()); });
          }}});
}

void PolicyReader::check_names(Reader& r) {
  std::vector<std::string> known;
  for (const auto& person : config_.people) {
    known.push_back(person.id);
    known.insert(known.end(), person.groups.begin(), person.groups.end());
  }
  for (const auto& [id, group] : config_.slack_groups) known.push_back(group);
  for (const auto& used : used_) {
    if (std::find(known.begin(), known.end(), used.name) != known.end()) continue;
    const std::string near = nearest(used.name, known);
    Reader own(used.file);
    own.fault_at(used.line, fmt::format("“{}” is no person and nobody's group{}", clip(clean_line(used.name), 60),
                                        near.empty() ? "" : " (did you mean “" + near + "”?)"));
    r.take_faults_of(own);
  }
}

}  // namespace apiops
