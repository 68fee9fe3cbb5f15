// Messages a second through the whole engine (mending, patterns, slots) with 100, 1,000 and 10,000 rules, beside
// RE2::Set alone over the same rules and the same messages in lower case.
//   bench_intents                  both, as Google Benchmark reports
//   bench_intents --memory N       bytes on the heap for N rules, built and after every message was seen
//   bench_intents --export N       the rules and messages as JSON, for hubot.mjs
#include <benchmark/benchmark.h>
#include <malloc.h>
#include <re2/set.h>
#include <time.h>

#include <cstdlib>
#include <functional>
#include <iostream>
#include <memory>
#include <nlohmann/json.hpp>

#include "engine/base/json.h"
#include "engine/base/text.h"
#include "engine/intents/understand.h"
#include "tests/bench/intents/many_rules.h"

namespace {

using namespace apiops;

constexpr std::int64_t kSetMemory = 256 << 20;
constexpr int kFreshRuns = 3;

// Messages that were seen before, and others that were not: RE2 builds its automaton while it reads, so the first time
// costs more.
const std::vector<std::string>& seen() {
  static const std::vector<std::string> kTexts = bench::messages(CORPUS "/train.jsonl");
  return kTexts;
}
const std::vector<std::string>& unseen() {
  static const std::vector<std::string> kTexts = bench::messages(CORPUS "/heldout.jsonl");
  return kTexts;
}

using Look = std::function<void(const std::string&)>;

Look engine(std::size_t rules) {
  auto understander = std::make_shared<const Understander>(bench::many_rules(rules));
  return [understander](const std::string& text) { benchmark::DoNotOptimize(understander->understand(text)); };
}

Look set_alone(std::size_t rules) {
  re2::RE2::Options options;
  options.set_max_mem(kSetMemory);
  auto set = std::make_shared<re2::RE2::Set>(options, re2::RE2::UNANCHORED);
  for (const auto& pattern : bench::anchored_patterns(bench::many_rules(rules))) set->Add(pattern, nullptr);
  set->Compile();
  return [set, hits = std::make_shared<std::vector<int>>()](const std::string& text) {
    re2::RE2::Set::ErrorInfo error{};
    hits->clear();
    if (!set->Match(lower_ascii(text), hits.get(), &error) && error.kind != re2::RE2::Set::kNoError) std::abort();
  };
}

void pass(const Look& look, const std::vector<std::string>& texts) {
  for (const auto& text : texts) look(text);
}

void again(benchmark::State& state, Look (*make)(std::size_t)) {
  const Look look = make(static_cast<std::size_t>(state.range(0)));
  pass(look, seen());
  for (auto _ : state) pass(look, seen());
  state.SetItemsProcessed(static_cast<std::int64_t>(state.iterations() * seen().size()));
}

double cpu_seconds() {
  timespec time{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) / 1e9;
}

void first_time(benchmark::State& state, Look (*make)(std::size_t)) {
  for (auto _ : state) {
    const Look look = make(static_cast<std::size_t>(state.range(0)));
    pass(look, seen());
    const double started = cpu_seconds();
    pass(look, unseen());
    state.SetIterationTime(cpu_seconds() - started);
  }
  state.SetItemsProcessed(static_cast<std::int64_t>(state.iterations() * unseen().size()));
}

void each_size(benchmark::internal::Benchmark* made) {
  made->Arg(100)->Arg(1'000)->Arg(10'000)->Unit(benchmark::kMillisecond);
}
void each_size_once(benchmark::internal::Benchmark* made) {
  each_size(made);
  made->UseManualTime()->Iterations(kFreshRuns);
}
BENCHMARK_CAPTURE(again, engine, engine)->Apply(each_size);
BENCHMARK_CAPTURE(again, set_alone, set_alone)->Apply(each_size);
BENCHMARK_CAPTURE(first_time, engine, engine)->Apply(each_size_once);
BENCHMARK_CAPTURE(first_time, set_alone, set_alone)->Apply(each_size_once);

std::size_t heap() { return mallinfo2().uordblks + mallinfo2().hblkhd; }

void memory(std::size_t patterns) {
  seen();
  const std::size_t before = heap();
  const Understander understander(bench::many_rules(patterns));
  const std::size_t built = heap() - before;
  for (const auto& text : seen()) understander.understand(text);
  const std::size_t used = heap() - before;
  std::cout << patterns << " rules: " << built / patterns << " bytes a rule built, " << used / patterns << " after "
            << seen().size() << " messages\n";
}

}  // namespace

int main(int argc, char** argv) {
  const std::string what = argc == 3 ? argv[1] : "";
  if (what == "--memory") {
    memory(std::strtoul(argv[2], nullptr, 10));
  } else if (what == "--export") {
    const RuleSet rules = bench::many_rules(std::strtoul(argv[2], nullptr, 10));
    std::cout << Json{{"rules", bench::anchored_patterns(rules)}, {"messages", seen()}}.dump() << '\n';
  } else {
    benchmark::Initialize(&argc, argv);
    benchmark::RunSpecifiedBenchmarks();
  }
}
