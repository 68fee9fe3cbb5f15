// Purchases through weather: the order's answer is lost, refused, late or broken, and so may be the reads that look for
// it. However it goes, the account holds the number at most once, and what is told is true.
//   APIOPS_RUNS=1000 APIOPS_SEED=42 build/release/bin/test_twilio_operations -t twilio_lost_replies -l message
#include <array>
#include <cstdlib>

#include "tests/connectors/twilio/simulated_twilio.h"

using namespace apiops;
using apiops::testing::SimulatedTwilio;

namespace {

constexpr std::array<const char*, 8> kOrderFaults{"",     "lost_reply", "lost_reply", "lost_reply",
                                                  "drop", "500",        "html",       "429"};
constexpr std::array<const char*, 5> kReadFaults{"", "", "503", "drop", "cut"};
constexpr int kMostLooks = 20;

unsigned long long setting(const char* name, unsigned long long otherwise) {
  const char* text = std::getenv(name);
  return text == nullptr ? otherwise : std::strtoull(text, nullptr, 10);
}

struct Tally {
  int bought = 0, not_bought = 0, lost = 0;
};

std::size_t owned(SimulatedTwilio& t, const std::string& number) {
  std::size_t n = 0;
  for (const Json& row : t.ask_account("IncomingPhoneNumbers.json?PageSize=1000")["incoming_phone_numbers"])
    n += get_string(row, "phone_number") == number;
  return n;
}

// As the executor does it: one execution, then reads until the outcome is known.
void buy_once(SimulatedTwilio& t, SeededRandom& chance, Tally& tally) {
  const StepDraft step = t.step("twilio.number.buy", {{"area_code", "415"}});
  const std::string number = get_string(step.parameters, "number");
  const Attempt attempt = t.attempt(step);
  const std::string fault = kOrderFaults[chance.below(kOrderFaults.size())];
  if (!fault.empty()) t.fault({{"service", "twilio"}, {"path_regex", "^POST"}, {"kind", fault}, {"count", 1}});
  const std::string read_fault = kReadFaults[chance.below(kReadFaults.size())];
  if (!read_fault.empty())
    t.fault({{"service", "twilio"},
             {"path_regex", "^GET.*IncomingPhoneNumbers"},
             {"kind", read_fault},
             {"count", static_cast<int>(1 + chance.below(9))}});
  Operation& buy = t.operation("twilio.number.buy");
  StepResult result = t.run(buy.execute(attempt));
  if (result.outcome == Outcome::kUnknown) ++tally.lost;
  for (int look = 0; look < kMostLooks && result.outcome == Outcome::kUnknown; ++look) {
    t.time.ahead += std::chrono::minutes(1);
    result = t.run(buy.reconcile(attempt));
  }
  t.no_faults();
  const bool took_effect = fault.empty() || fault == "lost_reply";
  BOOST_TEST((result.outcome == (took_effect ? Outcome::kDone : Outcome::kNotDone)), fault << " " << result.told);
  BOOST_TEST(owned(t, number) == (took_effect ? 1u : 0u), fault << " " << number);
  ++(took_effect ? tally.bought : tally.not_bought);
  if (took_effect)
    t.run(
        t.operation("twilio.number.release").execute(t.attempt(t.step("twilio.number.release", {{"number", number}}))));
}

}  // namespace

BOOST_AUTO_TEST_SUITE(twilio_lost_replies)

BOOST_AUTO_TEST_CASE(row_44_a_lost_reply_on_a_purchase_leaves_exactly_one_number_in_every_run) {
  const auto runs = setting("APIOPS_RUNS", 40), seed = setting("APIOPS_SEED", 1);
  SeededRandom chance(seed);
  Tally tally;
  std::unique_ptr<SimulatedTwilio> t;
  for (unsigned long long i = 0; i < runs; ++i) {
    if (i % 50 == 0) t = std::make_unique<SimulatedTwilio>(sandbox::SandboxOptions{}, seed + i);
    buy_once(*t, chance, tally);
  }
  BOOST_TEST_MESSAGE("seed " << seed << ", " << runs << " runs: " << tally.bought << " bought once, "
                             << tally.not_bought << " not bought, " << tally.lost << " answers lost");
  BOOST_TEST(tally.bought + tally.not_bought == static_cast<int>(runs));
  BOOST_TEST(tally.lost > 0);
}

BOOST_AUTO_TEST_SUITE_END()
