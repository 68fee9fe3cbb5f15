// apiops config init|check|reload|schema
#include <iostream>

#include "bot/command_line.h"
#include "bot/control_socket.h"
#include "bot/home.h"
#include "engine/base/text.h"
#include "engine/plans/policy_explain.h"

namespace apiops {

namespace {

std::string file;

int check(const Common& common) {
  const std::string path = file.empty() ? common.config : file;
  if (path.empty()) return fail(kMisuse, "name the file: apiops config check FILE");
  auto config = read_config(path);
  if (common.json) {
    Json faults = Json::array();
    if (!config)
      for (const auto line : split(config.error().what, '\n')) faults.push_back(line);
    std::cout << Json{{"file", path}, {"valid", config.has_value()}, {"faults", std::move(faults)}}.dump(
                     -1, ' ', false, Json::error_handler_t::replace)
              << '\n';
    return config ? kDone : kBadConfiguration;
  }
  if (!config) return fail(kBadConfiguration, config.error().what);
  std::cout << path << ": fine\n\n";
  const Policy policy(config->people, config->book);
  print(common, to_json(policy_overview(policy)));
  for (const auto& spot : weak_spots(policy)) std::cout << "⚠ " << spot << '\n';
  return kDone;
}

// The running agent reads its file anew. A file that is wrong is told here already.
int reload(const Common& common) {
  if (!common.config.empty())
    if (auto config = read_config(common.config); !config)
      return fail(kBadConfiguration, "the policy in force stays. " + config.error().what);
  const auto reply = ask_running(Home::control_of(home_of(common, configuration_of(common))), Json{{"op", "reload"}});
  if (!reply) return fail(kBadNews, "no agent runs in this home: a start reads the configuration anyway.");
  if (!*reply) return fail(kBadNews, reply->error().what);
  if (const std::string trouble = get_string(**reply, "error"); !trouble.empty())
    return fail(kBadConfiguration, "the policy in force stays. " + trouble);
  std::cout << get_string(**reply, "told") << '\n';
  return kDone;
}

}  // namespace

void add_config(CommandLine& line) {
  auto* config = line.app.add_subcommand("config", "The configuration file");
  auto* init = config->add_subcommand("init", "A commented file to start from");
  line.run[init] = [] { return std::cout << config_sample(), kDone; };
  auto* checker = config->add_subcommand("check", "What is wrong with a file");
  checker->add_option("FILE", file, "The file");
  line.run[checker] = [&line] { return check(line.common); };
  auto* reloader = config->add_subcommand("reload", "The running agent reads people and policy anew (as SIGHUP does)");
  line.run[reloader] = [&line] { return reload(line.common); };
  auto* schema = config->add_subcommand("schema", "Its JSON Schema");
  line.run[schema] = [] { return std::cout << config_schema(), kDone; };
}

}  // namespace apiops
