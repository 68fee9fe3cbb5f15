// apiops demo: everything, with no account: the console in the browser, simulated services with seeded trouble, on
// loopback.
#include "bot/command_line.h"
#include "bot/commands/serve.h"
#include "bot/misuse.h"

namespace apiops {

void add_demo(CommandLine& line) {
  static std::optional<std::uint16_t> port;
  static std::string listen;
  auto* demo = line.app.add_subcommand(
      "demo", "Everything, with no account: a chat in the browser, simulated services with seeded trouble");
  demo->add_option("--port", port, "The page's port (0: a free one; default 8642)")->check(port_number());
  demo->add_option("--listen", listen, "The address to listen on (default 127.0.0.1)")
      ->type_name("ADDRESS")
      ->check(CLI::ValidIPV4);
  line.run[demo] = [&line] {
    line.common.demo = true;
    return serve(line.common, demo_config(),
                 {.console = true, .watch = true, .platforms = true, .port = port, .listen = listen},
                 "The demo runs. Ask “why are calls failing?” here (Ctrl-C ends it):\n");
  };
}

}  // namespace apiops
