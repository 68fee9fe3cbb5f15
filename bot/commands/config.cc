// apiops config init|check|schema
#include <iostream>

#include "bot/command_line.h"
#include "engine/base/text.h"

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
  std::cout << path << ": fine\n";
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
  auto* schema = config->add_subcommand("schema", "Its JSON Schema");
  line.run[schema] = [] { return std::cout << config_schema(), kDone; };
}

}  // namespace apiops
