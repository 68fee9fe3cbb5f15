// A plan's whole life against a real SQLite store, with time that the test moves and a service that the test bends:
// what it really did is known, whatever it answered.
#pragma once

#include <boost/test/unit_test.hpp>
#include <deque>
#include <map>
#include <memory>
#include <string>

#include "engine/base/json.h"
#include "engine/plans/approvals.h"
#include "engine/plans/executor.h"
#include "engine/plans/planner.h"
#include "tests/connectors/sqlite/sqlite_bench.h"

namespace apiops::testing {

// How the service takes the next attempt: whether it does it, and what it answers.
struct Turn {
  bool does = true;
  Outcome answers = Outcome::kDone;
  std::optional<Error> error{};
};

// The outside: things that were made, and how often.
struct FakeWorld {
  std::map<std::string, int> made;
  std::deque<Turn> turns;             // empty: does it and says so
  std::string seen = "as planned";    // what observe() tells
  std::optional<Error> unreadable{};  // observe() and reconcile() fail
  int sent = 0, looked = 0;
};

class FakeOperation final : public Operation {
 public:
  FakeOperation(FakeWorld& world, Risk risk, std::string name) : world_(world), risk_(risk), name_(std::move(name)) {}
  std::string_view name() const override { return name_; }
  std::string_view title() const override { return "Make a thing"; }
  Risk risk(const Json&) const override { return risk_; }
  asio::awaitable<Result<Planned>> plan(Json slots) override {
    PlanDraft draft{.title = "Make things"};
    for (int i = 1; i <= static_cast<int>(get_integer(slots, "count").value_or(1)); ++i) {
      StepDraft step{.service = "fake", .operation = name_, .risk = risk_};
      step.parameters = {{"thing", "thing-" + std::to_string(i)}};
      step.expected = {{"seen", "as planned"}};
      step.undo_operation = name_;
      step.undo_parameters = Json{{"thing", "undo-" + std::to_string(i)}};
      step.summary = "Make thing " + std::to_string(i);
      step.environment = "test";
      draft.steps.push_back(std::move(step));
    }
    co_return Planned{.draft = std::move(draft)};
  }
  asio::awaitable<Result<Json>> observe(Json) override {
    if (world_.unreadable) co_return std::unexpected(*world_.unreadable);
    co_return Json{{"seen", world_.seen}};
  }
  asio::awaitable<StepResult> execute(Attempt attempt) override {
    ++world_.sent;
    Turn turn;
    if (!world_.turns.empty()) turn = world_.turns.front(), world_.turns.pop_front();
    if (turn.does) ++world_.made[get_string(attempt.parameters, "thing")];
    StepResult result{.outcome = turn.answers, .result = {{"id", attempt.id}}, .told = {}, .error = turn.error};
    result.told = turn.answers == Outcome::kDone ? "made" : "not made";
    co_return result;
  }
  asio::awaitable<StepResult> reconcile(Attempt attempt) override {
    ++world_.looked;
    if (world_.unreadable)
      co_return StepResult{.outcome = Outcome::kUnknown, .told = "can't be read", .error = world_.unreadable};
    const bool there = world_.made.contains(get_string(attempt.parameters, "thing"));
    if (there) co_return StepResult{.outcome = Outcome::kDone, .result = Json::object(), .told = "found"};
    co_return StepResult{.outcome = Outcome::kNotDone,
                         .result = Json::object(),
                         .told = "not there",
                         .error = Error{.kind = ErrorKind::kTransient, .what = "It did not arrive."}};
  }

 private:
  FakeWorld& world_;
  Risk risk_;
  std::string name_;
};

class FakeService final : public ServiceAdapter {
 public:
  explicit FakeService(FakeWorld& world)
      : change_(world, Risk::kChange, "fake.change"), spend_(world, Risk::kSpend, "fake.spend") {}
  std::string_view service() const override { return "fake"; }
  std::string_view title() const override { return "Fake"; }
  std::string_view account() const override { return "main"; }
  std::string_view environment() const override { return "test"; }
  bool configured() const override { return true; }
  std::span<Operation* const> operations() const override { return all_; }

 private:
  FakeOperation change_, spend_;
  std::array<Operation*, 2> all_{&change_, &spend_};
};

struct PlanBench {
  explicit PlanBench(std::uint64_t seed = 1, long long max_pages = 0) : sqlite(seed) {
    sqlite.options.max_pages = max_pages;
    sqlite.open();
    begin_process();
  }
  ~PlanBench() {
    sqlite.clock.stop();
    settle(sqlite.loop);
  }
  PlanBench(const PlanBench&) = delete;
  PlanBench& operator=(const PlanBench&) = delete;

  static Person person(const std::string& id, std::vector<std::string> groups) {
    return {.id = id, .name = id, .groups = std::move(groups), .identities = {{"console", "main", id}}};
  }
  static std::shared_ptr<const Policy> usual_policy() {
    PolicyRule rule{.name = "changes and purchases"};
    rule.scope.risks = {Risk::kChange, Risk::kSpend};
    rule.demand.approvers = {"ops"};
    PolicyBook book;
    book.rules.push_back(std::move(rule));
    return std::make_shared<Policy>(
        std::vector<Person>{person("ana", {"support"}), person("ben", {"ops"}), person("chris", {"ops"})},
        std::move(book));
  }

  // As a process that starts on this store. The last one is stopped, but what it awaited may still come in late.
  void begin_process() {
    if (executor) gone.push_back(std::move(executor));
    executor = std::make_unique<Executor>(desk(), sqlite.loop.get_executor(), "process-" + std::to_string(++processes));
  }
  PlanDesk& desk() {
    if (!desk_)
      desk_.reset(new PlanDesk{.store = *sqlite.store,
                               .clock = sqlite.clock,
                               .random = sqlite.random,
                               .gate = gate,
                               .operations = operations,
                               .policy = policy,
                               .approved = [this](std::string plan) { executor->start(std::move(plan)); }});
    return *desk_;
  }

  PlanRow propose(const std::string& operation, int count = 1) {
    Planner planner(desk());
    const Person* ana = policy->person("ana");
    auto reply = run(sqlite.loop, planner.propose({.operation = operation,
                                                   .slots = {{"count", count}},
                                                   .requester = ana,
                                                   .identity = {"console", "main", "ana"},
                                                   .place = {"console", "main", "#ops", "t1"}}));
    BOOST_REQUIRE_MESSAGE((reply && reply->plan), (reply ? reply->document.title : reply.error().what));
    return *reply->plan;
  }
  VoteReply says(const std::string& who, const std::string& verdict, const PlanRow& plan) {
    Approvals approvals(desk());
    auto reply = run(sqlite.loop, approvals.vote(plan.id, {.person = policy->person(who),
                                                           .identity = {"console", "main", who},
                                                           .verdict = verdict,
                                                           .fingerprint = plan.fingerprint}));
    return reply ? *reply : VoteReply{.counted = false, .text = reply.error().what};
  }
  void look_around() { (void)run(sqlite.loop, executor->look_around()); }
  // One round of the store's threads: who waited for one of them goes on.
  void round() {
    run(sqlite.loop, sqlite.store->ready());
    run(sqlite.loop, sqlite.store->plans({}, 1));
    apiops::testing::settle(sqlite.loop);
  }
  // Lets what is under way go on until it waits for time or is over.
  void turn() {
    for (int i = 0; i < 80; ++i) round();
  }
  void pass(Duration time) {
    sqlite.clock.advance(time);
    turn();
  }
  PlanView view(const PlanRow& plan) { return **run(sqlite.loop, read_plan(*sqlite.store, plan.id)); }
  PlanState state(const PlanRow& plan) { return view(plan).plan.state; }
  Document card(const PlanRow& plan) {
    auto messages = run(sqlite.loop, sqlite.store->messages_of("plan:" + plan.id));
    return *document_from_json(messages->at(0).document);
  }
  bool offers(const PlanRow& plan, const std::string& label) {
    const Document shown = card(plan);
    return std::ranges::any_of(shown.buttons, [&label](const Button& b) { return b.label == label; });
  }

  SqliteBench sqlite;
  FakeWorld world;
  FakeService service{world};
  std::array<ServiceAdapter*, 1> services{&service};
  OperationIndex operations{services};
  MaskingGate gate{MaskingSettings{}};
  std::shared_ptr<const Policy> policy = usual_policy();
  int processes = 0;
  std::unique_ptr<PlanDesk> desk_;
  std::unique_ptr<Executor> executor;
  std::vector<std::unique_ptr<Executor>> gone;
};

}  // namespace apiops::testing
