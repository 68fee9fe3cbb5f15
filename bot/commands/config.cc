// apiops config init|check|schema
#include <iostream>

#include "bot/command_line.h"

namespace apiops {

namespace {

std::string file;

int check(const Common& common) {
  const std::string path = file.empty() ? common.config : file;
  if (path.empty()) return fail(kMisuse, "name the file: apiops config check FILE");
  auto config = read_config(path);
  if (!config) return fail(kBadConfiguration, config.error().what);
  std::cout << path << ": fine\n";
  return kDone;
}

}  // namespace

void add_config(CommandLine& line) {
  auto* config = line.app.add_subcommand("config", "The configuration file");
  config->fallthrough();
  auto* init = config->add_subcommand("init", "A commented file to start from");
  init->fallthrough();
  line.run[init] = [] { return std::cout << config_sample(), kDone; };
  auto* checker = config->add_subcommand("check", "What is wrong with a file");
  checker->fallthrough();
  checker->add_option("FILE", file, "The file");
  line.run[checker] = [&line] { return check(line.common); };
  auto* schema = config->add_subcommand("schema", "Its JSON Schema");
  schema->fallthrough();
  line.run[schema] = [] { return std::cout << config_schema(), kDone; };
}

}  // namespace apiops
