// The whole agent with the simulated services, driven as its connectors drive it: events into the real inbox, cards and
// answers read back from the outbox in the real store. No page, no socket of a chat platform: what an attacker could
// make a platform deliver is put in by hand.
#pragma once

#include <unistd.h>

#include <boost/test/unit_test.hpp>
#include <filesystem>

#include "bot/world.h"
#include "engine/plans/desk.h"
#include "tests/support/run.h"

namespace apiops::testing {

inline Identity on_console(std::string user) {
  return {.platform = "console", .workspace = "main", .user = std::move(user)};
}
inline Identity in_slack(std::string user, std::string workspace = "T0DEMO001") {
  return {.platform = "slack", .workspace = std::move(workspace), .user = std::move(user)};
}
inline Place ops() { return {.connector = "console", .workspace = "main", .channel = "#ops", .thread = {}}; }

class Lab {
 public:
  explicit Lab(Config config = demo_config()) {
    folder_ = std::filesystem::temp_directory_path() /
              ("apiops-lab-" + std::to_string(::getpid()) + "-" + std::to_string(++made_));
    config.asks_a_minute = 100'000;
    config.alerts_every = std::chrono::seconds(3600);
    config_ = config;
    begin();
  }
  ~Lab() {
    end();
    std::filesystem::remove_all(folder_);
  }

  // The process ends in good order and begins again on the same store.
  void restart() {
    end();
    begin();
  }
  World& world() { return *world_; }
  Agent& agent() { return world_->agent(); }
  Store& store() { return agent().store(); }
  const Config& config() const { return config_; }
  template <typename T>
  T run(asio::awaitable<T> work) {
    return testing::run(world_->loop(), std::move(work));
  }
  void pass(Duration time) { world_->clock().not_before(agent().clock().now() + time); }

  // One event, as a connector hands it over; the text of what it got for an answer (empty where it got none).
  std::string deliver(InboundEvent event) {
    if (event.key.empty()) event.key = "event-" + std::to_string(++events_);
    const Place place = event.place;
    auto received = run(agent().inbox().receive(std::move(event)));
    BOOST_REQUIRE(received.has_value());
    pass_barrier(place);
    return told(received->id).value_or("");
  }
  std::string say(const Identity& who, const std::string& text, Place place = ops()) {
    return deliver({.kind = "message",
                    .place = std::move(place),
                    .message = "message-" + std::to_string(++events_),
                    .identity = who,
                    .text = text});
  }
  std::string click(const Identity& who, const std::string& token, Place place = ops(), std::string typed = {}) {
    return deliver({.kind = "click",
                    .place = std::move(place),
                    .message = "card",
                    .identity = who,
                    .token = token,
                    .typed = std::move(typed)});
  }

  // Asks for a change; the plan that came of it.
  PlanRow propose(const Identity& who, const std::string& text, Place place = ops()) {
    const std::size_t before = plans().size();
    const std::string told = say(who, text, std::move(place));
    const auto after = plans();
    BOOST_REQUIRE_MESSAGE(after.size() == before + 1, "no plan came of “" << text << "”: " << told);
    return after.front();
  }
  std::vector<PlanRow> plans() { return *run(store().plans({}, 1'000)); }
  PlanRow again(const PlanRow& plan) { return **run(store().plan(plan.id)); }
  std::vector<VoteRow> votes(const PlanRow& plan) { return *run(store().votes(plan.id)); }
  std::vector<JournalRow> journal(const PlanRow& plan) { return *run(store().journal(plan.id)); }
  std::vector<OutboxRow> cards(const PlanRow& plan) { return *run(store().messages_of("plan:" + plan.id)); }
  // The token of a card's button, as the platform would send it back.
  std::string token(const PlanRow& plan, const std::string& label, std::size_t card = 0) {
    for (const auto& button : get_array(cards(plan).at(card).document, "buttons"))
      if (get_string(button, "label") == label) return get_string(button, "token");
    return {};
  }
  std::string code(const PlanRow& plan) { return plan.fingerprint.substr(0, 4); }
  std::size_t records(const std::string& kind, const PlanRow& plan) {
    return run(store().audit({.plan = plan.id, .kind = kind}))->size();
  }
  // Until nobody works on it, with a bound that only a stuck plan meets.
  PlanState state_at_rest(const PlanRow& plan) {
    for (int look = 0; look < 3'000; ++look) {
      const PlanState state = again(plan).state;
      if (state != PlanState::kApproved && state != PlanState::kExecuting) return state;
      wait();
    }
    return again(plan).state;
  }
  void wait(Duration time = std::chrono::milliseconds(10)) {
    testing::run(world_->loop(), agent().clock().sleep_for(time));
  }

  // A note or an answer belongs to the event's row; a vote that counted is told by the card alone.
  std::optional<std::string> told(const std::string& inbox) {
    for (const char* subject : {"note:", "ask:"})
      for (const auto& message : *run(store().messages_of(subject + inbox)))
        if (!get_bool(message.document, "working").value_or(false)) return get_string(message.document, "title");
    return std::nullopt;
  }
  // Events of one place are handled one after the other: when a stranger's word there is answered, what came before is
  // done with.
  void pass_barrier(const Place& place) {
    InboundEvent event{.kind = "message",
                       .key = "barrier-" + std::to_string(++events_),
                       .place = place,
                       .message = "barrier-" + std::to_string(events_),
                       .identity = on_console("a stranger"),
                       .text = "hello"};
    auto received = run(agent().inbox().receive(std::move(event)));
    BOOST_REQUIRE(received.has_value());
    for (int look = 0; look < 5'000 && !told(received->id); ++look) wait(std::chrono::milliseconds(2));
    BOOST_REQUIRE(told(received->id).has_value());
  }

 private:
  void begin() {
    Common common{.demo = true, .home = folder_.string()};
    auto made = World::make(common, config_, {});
    BOOST_REQUIRE(made.has_value());
    world_ = std::move(*made);
    BOOST_REQUIRE(agent().start().has_value());
    testing::run(world_->loop(), agent().wait_for_inventory());
  }
  void end() {
    testing::run(world_->loop(), agent().stop());
    world_.reset();
  }
  static inline int made_ = 0;
  std::filesystem::path folder_;
  Config config_;
  std::unique_ptr<World> world_;
  int events_ = 0;
};

}  // namespace apiops::testing
