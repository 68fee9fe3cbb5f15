#include "tests/bench/intents/many_rules.h"

#include <fmt/format.h>

#include <array>
#include <fstream>
#include <nlohmann/json.hpp>
#include <stdexcept>

#include "engine/base/json.h"

namespace apiops::bench {

namespace {

constexpr std::array kParts{"billing",  "checkout", "catalogue",  "search",    "login",    "shipping",  "stock",
                            "pricing",  "coupon",   "invoice",    "ledger",    "payroll",  "tax",       "fraud",
                            "consent",  "profile",  "avatar",     "image",     "video",    "thumbnail", "mail",
                            "push",     "calendar", "booking",    "seat",      "ticket",   "loyalty",   "referral",
                            "campaign", "banner",   "survey",     "rating",    "comment",  "moderator", "archive",
                            "backup",   "restore",  "import",     "export",    "feed",     "sitemap",   "geo",
                            "routing",  "fleet",    "courier",    "parcel",    "label",    "returns",   "warranty",
                            "support",  "helpdesk", "transcript", "translate", "glossary", "metrics",   "tracing"};
constexpr std::array kKinds{"service", "worker",  "queue",  "cache",  "index",  "gateway", "proxy",
                            "replica", "shard",   "cron",   "bucket", "topic",  "broker",  "pool",
                            "job",     "builder", "runner", "store",  "mirror", "adapter", "scraper",
                            "bridge",  "router",  "ledger", "daemon", "lambda"};

struct Shape {
  bool change;
  const char* pattern;  // {0} the part, {1} its kind
  const char* example;
};
constexpr std::array kShapes{
    Shape{true, "(?:restart|bounce|kick|cycle|recycle) (?:the )?(?:{0}[ -]{1}s?)(?: in (?:prod|staging|eu|us))?",
          "restart the {0} {1} in prod"},
    Shape{false, "(?:who|which team|what team) (?:owns|runs|maintains|looks after) (?:the )?{0}[ -]{1}\\b",
          "who owns the {0} {1}"},
    Shape{false,
          "where (?:is|are|can i find|do i find) (?:the )?{0}[ -]{1}(?: \\w+)? (?:dashboards?|logs?|runbook|metrics)",
          "where is the {0} {1} runbook"},
    Shape{false, "{0}[ -]{1}(?: \\w+)? (?:latency|lag|backlog|depth|error rate|throughput)(?: (?:in|for|of) \\w+)?",
          "{0} {1} lag in eu"},
    Shape{true, "(?:drain|pause|resume|scale (?:up|down)) (?:the |our )?{0}[ -]{1}(?: (?:to|by) \\d{{1,3}})?",
          "scale up the {0} {1} to 12"},
    Shape{false, "(?:why is|what is wrong with) (?:the )?{0}[ -]{1}(?: (?:slow|stuck|down|behind|failing))?",
          "why is the {0} {1} stuck"},
    Shape{false, "(?:is|was) (?:the )?{0}[ -]{1} (?:deployed|released|migrated|upgraded)(?: (?:yet|today|already))?",
          "is the {0} {1} deployed yet"},
};

// The team's rule with this number; its part, kind and shape follow from it, each combination once.
std::string team_rule(std::size_t number) {
  const auto& shape = kShapes[number % kShapes.size()];
  const std::size_t place = number / kShapes.size();
  const char* part = kParts[place % kParts.size()];
  const char* kind = kKinds[place / kParts.size() % kKinds.size()];
  const auto filled = [&](const char* text) { return fmt::format(fmt::runtime(text), part, kind); };
  return fmt::format(
      "  team.rule{0}:\n    title: Team rule {0}\n    change: {1}\n    patterns: ['{2}']\n    examples: ['{3}']\n",
      number, shape.change, filled(shape.pattern), filled(shape.example));
}

std::string team_message(std::size_t number) {
  const auto& shape = kShapes[number % kShapes.size()];
  const std::size_t place = number / kShapes.size();
  return fmt::format(fmt::runtime(shape.example), kParts[place % kParts.size()],
                     kKinds[place / kParts.size() % kKinds.size()]);
}

std::size_t count(const RuleSet& rules) {
  std::size_t all = 0;
  for (const auto& rule : rules.intents) all += rule.patterns.size();
  return all;
}

}  // namespace

RuleSet many_rules(std::size_t patterns) {
  RuleSet rules = compiled_rules();
  while (count(rules) > patterns) rules.intents.pop_back();
  if (const std::size_t left = patterns - count(rules); left > 0) {
    std::string yaml = "intents:\n";
    for (std::size_t number = 0; number < left; ++number) yaml += team_rule(number);
    if (auto added = add_rule_file(rules, yaml, "team.yaml"); !added) throw std::runtime_error(added.error().what);
  }
  return rules;
}

std::vector<std::string> anchored_patterns(const RuleSet& rules) {
  std::vector<std::string> patterns;
  for (const auto& rule : rules.intents)
    for (const auto& pattern : rule.patterns)
      patterns.push_back((rule.change ? "^(?:" : "\\b(?:") + pattern.text + ")");
  return patterns;
}

std::vector<std::string> messages(const std::string& corpus) {
  std::ifstream in(corpus);
  std::vector<std::string> texts;
  std::string line;
  for (std::size_t n = 0; std::getline(in, line); ++n) {
    texts.push_back(Json::parse(line).at("text").get<std::string>());
    if (n % 10 == 9) texts.push_back(team_message(n / 10));
  }
  if (texts.empty()) throw std::runtime_error(corpus + " has no messages");
  return texts;
}

}  // namespace apiops::bench
