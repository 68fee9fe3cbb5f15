// The command line: one file in bot/commands for each command, one line in main.cc that adds it. Exit codes: 0 done, 1
// the answer is bad news, 2 misuse, 78 bad configuration.
#pragma once

#include <CLI/CLI.hpp>
#include <functional>
#include <map>
#include <string>

#include "bot/config/config.h"
#include "engine/base/document.h"
#include "engine/base/json.h"

namespace apiops {

inline constexpr int kDone = 0, kBadNews = 1, kMisuse = 2, kBadConfiguration = 78;

// Options that every command takes.
struct Common {
  bool demo = false, fresh = false, json = false;
  std::string home, config, as, log;
};

struct CommandLine {
  CLI::App app{"apiops administers, watches and repairs Twilio, OpenAI and Stripe from your team's chat"};
  Common common;
  std::map<const CLI::App*, std::function<int()>> run;  // what a command does; 0 or another exit code
};

void add_demo(CommandLine& line);
void add_run(CommandLine& line);
void add_chat(CommandLine& line);
void add_ask(CommandLine& line);
void add_plans(CommandLine& line);
void add_doctor(CommandLine& line);
void add_rules(CommandLine& line);
void add_errors(CommandLine& line);
void add_manifest(CommandLine& line);
void add_mask(CommandLine& line);
void add_check_url(CommandLine& line);
void add_audit(CommandLine& line);
void add_sandbox(CommandLine& line);
void add_config(CommandLine& line);
void add_policy(CommandLine& line);

// Shared by commands:

// Prints the sentence to standard error and returns the code.
int fail(int code, const std::string& sentence);
// The configuration of this command: the demo's, the file's, or the defaults. Prints and exits with 78 where it is bad.
Config configuration_of(const Common& common);
std::string home_of(const Common& common, const Config& config);
// Who speaks. Prints and exits with 2 where nobody can be named.
std::string speaker_of(const Common& common, const Config& config);
// Asks the agent of this home: the running one, else one inside of this command. An "error" in the reply is printed:
// empty then.
std::optional<Json> request(const Common& common, Json what);
std::size_t terminal_width();  // characters of a line
// To standard output: as text for people, as JSON with --json.
void print(const Common& common, const Json& document_json);

}  // namespace apiops
