#include "bot/world.h"

namespace apiops {

Result<std::unique_ptr<World>> World::make(const Common& common, const Config& config, WorldOptions options) {
  auto home = Home::take(home_of(common, config));
  if (!home) return std::unexpected(home.error());
  std::unique_ptr<World> world(new World(std::move(*home)));
  AgentOptions agent{.config = config,
                     .home = world->home_.path(),
                     .demo = common.demo,
                     .console = options.console,
                     .watch = options.watch,
                     .platforms = options.platforms};
  if (options.port) agent.config.console_port = *options.port;
  if (!options.listen.empty()) agent.config.console_listen = options.listen;
  if (common.demo) {
    if (auto begun = world->home_.begin_again_if(common.fresh, world->clock_.now(), kDemoStoryKept); !begun)
      return std::unexpected(begun.error());
    world->sandbox_ = std::make_unique<sandbox::Sandbox>(world->loop_, world->clock_,
                                                         sandbox::SandboxOptions{.ledger = world->home_.ledger()});
    agent.environment = Environment(world->sandbox_->environment());
    agent.stand_ins = world->sandbox_->hosts();
  } else {
    auto environment = Environment::of_process();
    if (!environment) return std::unexpected(environment.error());
    agent.environment = std::move(*environment);
  }
  auto made = Agent::make(world->loop_, world->clock_, std::move(agent));
  if (!made) return std::unexpected(made.error());
  world->agent_ = std::move(*made);
  return world;
}

}  // namespace apiops
