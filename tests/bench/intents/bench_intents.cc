// Messages a second through the whole engine (mending, patterns, slots) with 100, 1,000 and 10,000 rules, beside
// RE2::Set alone over the same rules and the same messages in lower case.
//   bench_intents                  both, as Google Benchmark reports
//   bench_intents --memory N       bytes on the heap for N rules, built and after every message was seen
//   bench_intents --export N       the rules and messages as JSON, for hubot.mjs
#include <benchmark/benchmark.h>
#include <malloc.h>
#include <re2/set.h>

#include <cstdlib>
#include <iostream>
#include <nlohmann/json.hpp>

#include "engine/base/json.h"
#include "engine/base/text.h"
#include "engine/intents/understand.h"
#include "tests/bench/intents/many_rules.h"

namespace {

using namespace apiops;

constexpr std::int64_t kSetMemory = 256 << 20;

const std::vector<std::string>& texts() {
  static const std::vector<std::string> kTexts = bench::messages(CORPUS);
  return kTexts;
}

void count_messages(benchmark::State& state) {
  state.SetItemsProcessed(static_cast<std::int64_t>(state.iterations() * texts().size()));
  state.counters["us_a_message"] = benchmark::Counter(static_cast<double>(state.iterations() * texts().size()) / 1e6,
                                                      benchmark::Counter::kIsRate | benchmark::Counter::kInvert);
}

void engine(benchmark::State& state) {
  const Understander understander(bench::many_rules(static_cast<std::size_t>(state.range(0))));
  for (auto _ : state)
    for (const auto& text : texts()) benchmark::DoNotOptimize(understander.understand(text));
  count_messages(state);
}

void set_alone(benchmark::State& state) {
  const RuleSet rules = bench::many_rules(static_cast<std::size_t>(state.range(0)));
  re2::RE2::Options options;
  options.set_max_mem(kSetMemory);
  re2::RE2::Set set(options, re2::RE2::UNANCHORED);
  for (const auto& pattern : bench::anchored_patterns(rules)) set.Add(pattern, nullptr);
  set.Compile();
  std::vector<std::string> lower;
  for (const auto& text : texts()) lower.push_back(lower_ascii(text));
  std::vector<int> hits;
  for (auto _ : state)
    for (const auto& text : lower) {
      hits.clear();
      benchmark::DoNotOptimize(set.Match(text, &hits));
    }
  count_messages(state);
}

BENCHMARK(engine)->Arg(100)->Arg(1'000)->Arg(10'000)->Unit(benchmark::kMillisecond);
BENCHMARK(set_alone)->Arg(100)->Arg(1'000)->Arg(10'000)->Unit(benchmark::kMillisecond);

std::size_t heap() { return mallinfo2().uordblks + mallinfo2().hblkhd; }

void memory(std::size_t patterns) {
  texts();
  const std::size_t before = heap();
  const Understander understander(bench::many_rules(patterns));
  const std::size_t built = heap() - before;
  for (const auto& text : texts()) understander.understand(text);
  const std::size_t used = heap() - before;
  std::cout << patterns << " rules: " << built / patterns << " bytes a rule built, " << used / patterns << " after "
            << texts().size() << " messages\n";
}

}  // namespace

int main(int argc, char** argv) {
  const std::string what = argc == 3 ? argv[1] : "";
  if (what == "--memory") {
    memory(std::strtoul(argv[2], nullptr, 10));
  } else if (what == "--export") {
    const RuleSet rules = bench::many_rules(std::strtoul(argv[2], nullptr, 10));
    std::cout << Json{{"rules", bench::anchored_patterns(rules)}, {"messages", texts()}}.dump() << '\n';
  } else {
    benchmark::Initialize(&argc, argv);
    benchmark::RunSpecifiedBenchmarks();
  }
}
