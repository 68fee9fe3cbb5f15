// apiops sandbox: the simulated services alone, as a process of their own.
#include "connectors/sandbox/sandbox.h"

#include <fcntl.h>
#include <unistd.h>

#include <asio/signal_set.hpp>
#include <iostream>

#include "bot/command_line.h"
#include "bot/loop_clock.h"
#include "bot/misuse.h"
#include "engine/base/text.h"

namespace apiops {

namespace {

std::vector<std::string> names;
std::uint16_t port = 0;
std::string env_file, ledger;
sandbox::twilio::TwilioOptions twilio_options;
long long latency = 0;

bool write_file(const std::string& path, const std::string& text) {
  const int file = ::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  if (file < 0) return false;
  const bool written = ::write(file, text.data(), text.size()) == static_cast<ssize_t>(text.size());
  return ::close(file) == 0 && written;
}

int serve_sandbox() {
  const std::vector<std::string> known{"twilio", "openai", "stripe", "slack"};
  for (const auto& name : names)
    if (std::find(known.begin(), known.end(), name) == known.end()) return unknown_choice("service", name, known);
  asio::io_context loop(1);
  LoopClock clock(loop);
  twilio_options.latency = Duration(latency);
  const sandbox::Sandbox sandbox(loop, clock, {.ledger = ledger, .twilio = twilio_options, .first_port = port});
  std::string text;
  for (const auto& [name, value] : sandbox.environment()) text += name + "=" + value + "\n";
  if (!env_file.empty() && !write_file(env_file, text))
    return fail(kBadConfiguration, env_file + ": can't be written.");
  std::cout << (env_file.empty() ? text : "The environment of a client is in " + env_file + "\n") << std::flush;
  std::cout << "The simulated Slack can be looked at and used here: " << sandbox.slack_view() << "\n" << std::flush;
  asio::signal_set signals(loop, SIGINT, SIGTERM);
  signals.async_wait([&loop](std::error_code, int) { loop.stop(); });
  loop.run();
  return kDone;
}

}  // namespace

void add_sandbox(CommandLine& line) {
  auto* command = line.app.add_subcommand("sandbox", "The simulated services alone: twilio, openai, stripe, slack");
  command->add_option("NAME", names, "Which ones matter to you; all of them run")->required();
  command->add_option("--port", port, "The first port; the others follow (default: free ones)")->check(port_number());
  command->add_option("--env-file", env_file, "Write the environment that points a client at them to this file")
      ->type_name("FILE");
  command->add_option("--ledger", ledger, "Keep what callers change in this file")->type_name("FILE");
  command
      ->add_option("--messages", twilio_options.messages,
                   "Twilio: exactly so many messages in the last 24 hours (default: the story's 3,104 a day)")
      ->check(CLI::Range(0LL, 100'000'000LL));
  command->add_option("--latency", latency, "Twilio: milliseconds before every answer")
      ->check(CLI::Range(0LL, 60'000LL));
  command
      ->add_option("--at-once", twilio_options.most_at_once,
                   "Twilio: more requests at once are refused with 429 (default: no limit)")
      ->check(CLI::Range(0LL, 10'000LL));
  line.run[command] = [] { return serve_sandbox(); };
}

}  // namespace apiops
