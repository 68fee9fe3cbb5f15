// The masking gate beside its own shapes as one RE2::Set, on the same texts in the same run: what the rest of the gate
// (known secrets, fields, cards, people, decoding) costs.
#include <benchmark/benchmark.h>
#include <re2/set.h>

#include <string>

#include "engine/masking/gate.h"
#include "engine/masking/shapes.h"

namespace {

using namespace apiops;

constexpr std::size_t kTextBytes = 1u << 20;

// Put together here, so that no scanner takes it for a real one.
const std::string kSecret = std::string("sk_") + "live_" + "51HabcdEFGHijklMNOPqrstUVWX";

// Lines of a service's log, as they come: one in `secret_every` holds a secret.
std::string log_lines(int secret_every) {
  std::string text;
  for (int i = 0; text.size() < kTextBytes; ++i) {
    text += "2026-11-24T15:02:" + std::to_string(10 + i % 50) +
            ".123Z INFO http GET /2010-04-01/Accounts/Calls.json?PageSize=" + std::to_string(i % 1000) +
            " status=200 took=142ms request_id=RQ0123456789abcdef0123456789abcdef bytes=" +
            std::to_string(i * 37 % 90'000) + "\n";
    if (secret_every > 0 && i % secret_every == 0) text += "retrying with key " + kSecret + " after 429\n";
  }
  return text;
}

// Answers of a service: 3 KB of JSON on one line.
std::string messages() {
  std::string text;
  for (int i = 0; text.size() < kTextBytes; ++i) {
    text += "{\"messages\":[";
    for (int k = 0; k < 12; ++k)
      text +=
          "{\"sid\":\"SM0123456789abcdef0123456789abcdef\",\"status\":\"undelivered\",\"error_code\":30007,\"body\":"
          "\"Your "
          "order number " +
          std::to_string(i * 12 + k) + " is on its way, it will arrive tomorrow before noon\",\"num_segments\":\"1\"},";
    text += "{}]}\n";
  }
  return text;
}

const MaskingGate& gate() {
  static const MaskingGate kGate = [] {
    MaskingGate g;
    for (int i = 0; i < 8; ++i) g.add_secret(Secret("a-credential-in-use-number-" + std::to_string(i)));
    g.add_own("+14155550134");
    return g;
  }();
  return kGate;
}

void whole_gate(benchmark::State& state, const std::string& text) {
  for (auto _ : state) {
    StreamMasker stream(gate());
    std::size_t out = 0;
    for (std::size_t at = 0; at < text.size(); at += 64u << 10)
      out += stream.feed(std::string_view(text).substr(at, 64u << 10)).size();
    out += stream.finish().size();
    benchmark::DoNotOptimize(out);
  }
  state.SetBytesProcessed(static_cast<std::int64_t>(state.iterations() * text.size()));
}

// The floor: does any shape occur in this line? Nothing is located, nothing replaced.
void set_alone(benchmark::State& state, const std::string& text) {
  RE2::Options options;
  options.set_encoding(RE2::Options::EncodingLatin1);
  options.set_max_mem(64 << 20);
  RE2::Set set(options, RE2::UNANCHORED);
  for (const char* shape : masking::shapes()) set.Add(shape, nullptr);
  set.Compile();
  for (auto _ : state) {
    int hits = 0;
    for (std::size_t at = 0; at < text.size();) {
      const auto end = std::min(text.find('\n', at), text.size());
      hits += set.Match(re2::StringPiece(text.data() + at, end - at), nullptr) ? 1 : 0;
      at = end + 1;
    }
    benchmark::DoNotOptimize(hits);
  }
  state.SetBytesProcessed(static_cast<std::int64_t>(state.iterations() * text.size()));
}

BENCHMARK_CAPTURE(set_alone, log_lines, log_lines(0))->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(whole_gate, log_lines, log_lines(0))->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(whole_gate, log_lines_a_secret_in_20, log_lines(20))->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(set_alone, json_messages, messages())->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(whole_gate, json_messages, messages())->Unit(benchmark::kMillisecond);

}  // namespace
