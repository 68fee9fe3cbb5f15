// An agent with all that it stands in: its loop, its clock, its home and, in the demo, the sandbox. Made and ended by
// commands.
#pragma once

#include <memory>

#include "bot/agent.h"
#include "bot/command_line.h"
#include "bot/home.h"

namespace apiops {

struct WorldOptions {
  bool console = false, watch = false, platforms = false;
  std::optional<std::uint16_t> port;  // of the console, before the configuration's
  std::string listen;
};

inline constexpr Duration kDemoStoryKept = std::chrono::hours(6);

class World {
 public:
  // An Error with kUnavailable: another process works in that home; others: exit code 78.
  static Result<std::unique_ptr<World>> make(const Common& common, const Config& config, WorldOptions options);

  asio::io_context& loop() { return loop_; }
  Agent& agent() { return *agent_; }
  LoopClock& clock() { return clock_; }
  const Home& home() const { return home_; }
  const sandbox::Sandbox* sandbox() const { return sandbox_.get(); }  // null outside of the demo

 private:
  explicit World(Home home) : clock_(loop_), home_(std::move(home)) {}
  asio::io_context loop_{1};
  LoopClock clock_;
  Home home_;
  std::unique_ptr<sandbox::Sandbox> sandbox_;
  std::unique_ptr<Agent> agent_;
};

}  // namespace apiops
