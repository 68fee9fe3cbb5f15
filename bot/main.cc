// apiops: the program.
#include <malloc.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include <cstdio>

#include "bot/agent.h"
#include "bot/command_line.h"
#include "bot/log.h"
#include "bot/misuse.h"

namespace apiops {

namespace {

void harden() {
  const rlimit none{0, 0};
  ::setrlimit(RLIMIT_CORE, &none);  // a core dump would hold the credentials
  ::umask(0077);
  start_log();
}

// glibc gives each thread a heap of its own and, after one large block, keeps all others: an agent that has read one
// large page would hold 20 MiB for ever. Large blocks go back to the system here, and the threads share.
void use_little_memory() {
  constexpr int kHeaps = 2, kLargeBlock = 1 << 20, kKeptForNext = 256 << 10;
  ::mallopt(M_ARENA_MAX, kHeaps);
  ::mallopt(M_MMAP_THRESHOLD, kLargeBlock);
  ::mallopt(M_TRIM_THRESHOLD, kKeptForNext);
}

void add_all(CommandLine& line) {
  line.app.set_version_flag("--version", std::string(kVersion));
  line.app.fallthrough();
  line.app.add_flag("--demo", line.common.demo, "Work in the demo's world, with simulated services");
  line.app.add_option("--home", line.common.home, "The folder that keeps the state")->type_name("DIR");
  line.app.add_flag("--fresh", line.common.fresh, "Begin the demo's story again");
  line.app.add_option("--as", line.common.as, "Who speaks (demo only): ana, ben or chris")->type_name("PERSON");
  line.app.add_option("--config", line.common.config, "The configuration file")->type_name("FILE");
  line.app.add_option("--log", line.common.log, "How much is logged: error, warn, info or debug")
      ->type_name("LEVEL")
      ->check([](const std::string& level) { return set_log_level(level) ? "" : "there is no such level"; });
  line.app.add_flag("--json", line.common.json, "Print JSON, for scripts");
  for (const auto add : {add_demo, add_run, add_chat, add_ask, add_plans, add_doctor, add_rules, add_errors, add_mask,
                         add_manifest, add_check_url, add_audit, add_sandbox, add_config, add_policy})
    add(line);
}

const CLI::App* deepest(const CLI::App& app) {
  const auto chosen = app.get_subcommands();
  return chosen.empty() ? &app : deepest(*chosen.front());
}

// Extras are told by us, with the nearest right word; every command's help names the options that all of them take.
void shape(CLI::App& command) {
  command.allow_extras();
  for (auto* below : command.get_subcommands([](CLI::App*) { return true; })) {
    below->fallthrough();
    below->footer(
        "Every command takes: --demo, --home DIR, --fresh, --as PERSON, --config FILE, --json (see `apiops --help`).");
    shape(*below);
  }
}

int main_of(int argc, char** argv) {
  use_little_memory();
  harden();
  CommandLine line;
  add_all(line);
  line.app.name("apiops");
  shape(line.app);
  try {
    line.app.parse(argc, argv);
  } catch (const CLI::CallForHelp& e) {
    line.app.exit(e);
    return kDone;
  } catch (const CLI::CallForVersion& e) {
    line.app.exit(e);
    return kDone;
  } catch (const CLI::ParseError& e) {
    return malformed(*deepest(line.app), e);
  }
  const CLI::App* chosen = deepest(line.app);
  if (const auto extras = line.app.remaining(true); !extras.empty())
    return unknown_word(line.app, *chosen, extras.front());
  const auto command = line.run.find(chosen);
  if (command != line.run.end()) return command->second();
  std::fputs(chosen->help("apiops").c_str(), stderr);
  return kMisuse;
}

}  // namespace

}  // namespace apiops

int main(int argc, char** argv) {
  try {
    return apiops::main_of(argc, argv);
  } catch (const std::exception& e) {
    return apiops::fail(apiops::kBadNews, e.what());
  }
}
