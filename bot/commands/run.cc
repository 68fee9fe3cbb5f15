// apiops run: the agent on the real services, with the console as its chat.
#include "bot/command_line.h"
#include "bot/commands/serve.h"
#include "bot/misuse.h"

namespace apiops {

void add_run(CommandLine& line) {
  static std::optional<std::uint16_t> port;
  auto* run = line.app.add_subcommand("run", "The agent on the real services");
  run->add_option("--port", port, "The console's port, instead of the configuration's")->check(port_number());
  line.run[run] = [&line] {
    return serve(line.common, configuration_of(line.common),
                 {.console = true, .watch = true, .platforms = true, .port = port, .listen = {}},
                 "apiops runs. Its console (Ctrl-C ends it):\n");
  };
}

}  // namespace apiops
