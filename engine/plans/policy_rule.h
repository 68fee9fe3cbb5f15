// What is written in the policy: rules (which plans a rule is for, and what it demands), freeze windows, limits of
// spending, break-glass, auto-remediation. policy.h decides with them.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "engine/base/money.h"
#include "engine/plans/hours.h"
#include "engine/plans/requirement.h"
#include "engine/ports/chat_port.h"
#include "engine/ports/operation.h"

namespace apiops {

// spend, delete and auth are never confirmed by who asked for them, nor by the agent itself: the rule is in code.
inline bool is_grave(Risk risk) { return risk == Risk::kSpend || risk == Risk::kDelete || risk == Risk::kAuth; }

inline constexpr Duration kOpenForGrave = std::chrono::minutes(30);
inline constexpr Duration kOpenForOthers = std::chrono::hours(4);

// What the policy looks at of a plan. Each part (a step's operation) is judged by the rule that fits it.
struct PlanFacts {
  struct Part {
    std::string operation, service, environment;
    Risk risk = Risk::kChange;
    std::optional<Money> cost;  // once and in the first month, at most; what spends without one is of unknown cost
  };
  std::vector<Part> parts;
  Place place;  // where it was asked for
  Time at{};    // when

  Risk gravest() const;
  // All parts together, so that a sum split over many steps is still that sum. Nothing: unknown, or in two currencies.
  std::optional<Money> cost() const;
};

// A plan of which nothing is known but its risk: for overviews.
PlanFacts facts_of_risk(Risk risk, Place place, Time now);

// Which parts of plans something written is for. Empty: any.
struct Scope {
  std::set<Risk> risks;
  std::set<std::string> operations;  // "twilio.number.buy", "stripe.*"
  std::set<std::string> services, environments;
  std::set<std::string> channels;  // as the platform names them: "#ops", "C0123456789"

  bool covers(const PlanFacts::Part& part, const Place& place) const;
};

// The first rule that fits a part decides on it.
struct PolicyRule {
  std::string name;  // "policy.yaml:12", for who asks why
  Scope scope;
  std::optional<Hours> hours;         // asked within
  std::optional<Money> above, up_to;  // the plan's cost; an unknown cost, or another currency, is above any bound
  std::set<std::string> may_ask;      // groups or people; empty: everyone whom the policy knows
  Clause demand;                      // whose approval it takes
  bool typed_confirmation = false;
  std::string never;  // why this is never run from chat; empty: it may be
  std::optional<Duration> open_for, remind_before, escalate_after;

  bool fits(const PlanFacts::Part& part, const PlanFacts& plan) const;
};

// A time in which nothing is changed (but by break-glass): either once, or every week.
struct Freeze {
  Scope scope;
  std::string because;  // "Black Friday"
  std::optional<Time> from, to;
  std::optional<Hours> weekly;

  bool holds(Time now) const { return weekly ? weekly->contains(now) : (!from || now >= *from) && (!to || now < *to); }
};

// How much may be spent in an hour, a day or a month: by everyone together, by each person, or by each operation.
struct SpendingLimit {
  std::string name;  // "refunds": stands in the refusal
  Scope scope;
  std::string each = "team";   // team, person, operation
  std::string window = "day";  // hour, day, month
  Money most;
};

// One person of a named role approves alone, with a reason, heard by others at once. Off where `role` is empty.
struct BreakGlass {
  std::string role;  // a group
  Place tell;        // the second channel
};

// What the agent may repair by itself. A category that is not here can't be switched on.
struct AutofixRule {
  std::set<std::string> operations;  // empty: all that the code allows for the category
  std::set<std::string> services;
  int most_an_hour = 3;
};

// Who hears of plans, besides the thread in which they were asked for.
struct Hearing {
  std::vector<Place> channels;   // get a card of every plan
  bool direct_messages = false;  // each approver gets a card
  bool mention = false;          // cards, reminders and escalations mention those who can approve
};

// Everything that is written.
struct PolicyBook {
  std::vector<PolicyRule> rules;
  std::vector<Freeze> freezes;
  std::vector<SpendingLimit> spending;
  BreakGlass break_glass;
  std::map<std::string, AutofixRule> autofix;  // by category: config, rate_limit, bad_params
  Hearing hearing;
  std::string zone = "UTC";  // of days and months in limits
};

}  // namespace apiops
