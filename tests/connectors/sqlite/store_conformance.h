// What every store must do, as functions over Store&: each store's tests run the whole list against an empty store of
// theirs.
#pragma once

#include <asio/io_context.hpp>
#include <functional>
#include <string>
#include <vector>

#include "engine/base/random.h"
#include "engine/ports/store.h"
#include "tests/support/manual_clock.h"

namespace apiops::testing {

struct Bench {
  asio::io_context& loop;
  ManualClock& clock;
  Random& random;
  Store& store;
};

struct Rule {
  std::string name;  // a sentence
  std::function<void(Bench&)> check;
};

std::vector<Rule> store_rules();
// The parts of the list, each with a file of its own.
std::vector<Rule> inbox_rules();
std::vector<Rule> plan_rules();
std::vector<Rule> alert_rules();

// What the rules are made of.
Place ops_place(std::string thread = {});
InboundEvent message_event(const std::string& key, Place place = ops_place());
NewPlan new_plan(Bench& bench, int steps = 1);
VoteRow vote_of(const PlanRow& plan, const std::string& person, Time at);
PlanRow proposed(Bench& bench, int steps = 1);
// approved and started: the fence.
long long executing(Bench& bench, PlanRow& plan);
JournalRow attempt_of(Bench& bench, const PlanRow& plan, int step, long long fence);
AuditEntry record_of(const std::string& kind, const std::string& plan = {});
OutboxWrite message_to(Bench& bench, const std::string& subject, Place place, const std::string& title);
std::vector<AuditRow> whole_trail(Bench& bench);

}  // namespace apiops::testing
