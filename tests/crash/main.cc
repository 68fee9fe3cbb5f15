// crash_lab --runs N [--seed S] [--keep]: N randomised runs, and their tally. crash_lab --row R: the runs of one row of
// the list of faults. Exit code 0 only where no run broke a promise.
#include <fmt/format.h>
#include <signal.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <chrono>
#include <filesystem>
#include <iostream>
#include <map>
#include <nlohmann/json.hpp>

#include "engine/errors/catalogue_file.h"
#include "engine/intents/rule_set.h"
#include "tests/crash/rows.h"

namespace apiops::crash {

namespace {

struct Tally {
  std::size_t runs = 0, broken = 0, deaths = 0, effects = 0, votes = 0, records = 0;
  std::map<std::string, std::size_t> states, places;
};

void add(Tally& tally, const Verdict& verdict) {
  ++tally.runs;
  tally.broken += verdict.faults.empty() ? 0 : 1;
  tally.deaths += verdict.killed_at.size();
  tally.effects += verdict.effects;
  tally.votes += get_array(verdict.story, "votes").size();
  tally.records += static_cast<std::size_t>(get_integer(verdict.story, "audit_records").value_or(0));
  ++tally.states[verdict.state];
  for (const int place : verdict.killed_at) ++tally.places[place < 0 ? "from outside, by chance" : kPoints[place]];
}

void show(const Script& script, std::uint64_t seed, const Verdict& verdict) {
  for (const auto& fault : verdict.faults) fmt::print("✗ seed {}: {}\n", seed, fault);
  std::string deaths;
  for (const auto& death : script.deaths)
    deaths += fmt::format(" {}#{}", death.point.empty() ? "chance" : death.point, death.nth);
  fmt::print("  asked: {} · deaths:{} · trouble: {} · double {} second {} again {} cancel {}\n  {}\n", script.ask,
             deaths, script.trouble.dump(), script.double_click, script.second_person, script.redelivered,
             script.cancel, verdict.story.dump());
}

void print(const Tally& tally, std::uint64_t seed, double seconds) {
  fmt::print(
      "seed {}: {} runs in {:.0f} s ({:.0f} ms each), {} deaths, {} effects at the services, {} votes, {} audit "
      "records verified\n",
      seed, tally.runs, seconds, tally.runs == 0 ? 0 : seconds * 1000 / static_cast<double>(tally.runs), tally.deaths,
      tally.effects, tally.votes, tally.records);
  fmt::print("ended:");
  for (const auto& [state, n] : tally.states) fmt::print(" {} {}", n, state);
  fmt::print("\ndied at:");
  for (const auto& [place, n] : tally.places) fmt::print(" {} ×{}", place, n);
  fmt::print(
      "\n{} runs broke a promise (executed twice, a vote lost, a plan stuck, an outcome untold, a trail that does "
      "not verify)\n",
      tally.broken);
}

// Memory, where there is some: a kill loses nothing that was written, so the disk has no part in it.
std::string make_folder() {
  std::string name =
      (std::filesystem::exists("/dev/shm") ? std::string("/dev/shm") : std::string("/tmp")) + "/apiops-crash-XXXXXX";
  if (::mkdtemp(name.data()) == nullptr) throw std::runtime_error("no folder for the runs");
  return name;
}

int run(int argc, char** argv) {
  CLI::App app{"The crash laboratory"};
  std::size_t runs = 300;
  std::uint64_t seed = 1;
  int row = 0;
  bool keep = false;
  app.add_option("--runs", runs, "How many");
  app.add_option("--seed", seed, "Of the first run; the next one has the next");
  app.add_option("--row", row, "Only the runs of this row of the list of faults (39 to 49, 52)");
  app.add_flag("--keep", keep, "Keep the stores of runs that broke a promise");
  CLI11_PARSE(app, argc, argv);

  ::signal(SIGPIPE, SIG_IGN);
  RuleBook rules(compiled_rules(), "", UnderstandSettings{.country = "US"});
  const ErrorCatalogue errors(embedded_catalogue());
  const std::string folder = make_folder();
  Tally tally;
  const auto begun = std::chrono::steady_clock::now();
  {
    Laboratory laboratory(folder, {rules, errors});
    for (std::size_t i = 0; i < runs; ++i) {
      SeededRandom random(seed + i);
      const Script script = row == 0 ? script_of(random) : script_of_row(row, i);
      if (row != 0 && script.ask.empty()) break;
      Verdict verdict = laboratory.play(script, seed + i);
      if (row != 0 && verdict.killed_at.size() < script.deaths.size())
        verdict.faults.push_back(fmt::format("{} of {} deaths came: this row was not tried", verdict.killed_at.size(),
                                             script.deaths.size()));
      add(tally, verdict);
      if (!verdict.faults.empty()) show(script, seed + i, verdict);
      if (tally.broken >= 10) break;
      std::cout << std::flush;
    }
  }
  print(tally, seed, std::chrono::duration<double>(std::chrono::steady_clock::now() - begun).count());
  if (!keep || tally.broken == 0)
    std::filesystem::remove_all(folder);
  else
    fmt::print("kept: {}\n", folder);
  return tally.broken == 0 && tally.runs > 0 ? 0 : 1;
}

}  // namespace

}  // namespace apiops::crash

int main(int argc, char** argv) { return apiops::crash::run(argc, argv); }
