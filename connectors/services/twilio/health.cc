// health.check for Twilio. The probe is a list of one message: it works with every kind of key,
// which the account's own page does not.
#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "connectors/services/twilio/twilio_adapter.h"
#include "engine/base/text.h"

namespace apiops::twilio {

namespace {

constexpr long long kFewDays = 3;
constexpr std::chrono::minutes kClockDifference{2};  // more is told

// Periods are cut by our clock, and Twilio's records are dated by its own.
std::string clock_words(std::optional<Duration> ahead) {
  if (!ahead || (*ahead < kClockDifference && -*ahead < kClockDifference)) return {};
  return fmt::format("Twilio's clock is {} {} mine: “today” and “last hour” are off by that",
                     human_duration(*ahead < Duration(0) ? -*ahead : *ahead),
                     *ahead < Duration(0) ? "behind" : "ahead of");
}

}  // namespace

asio::awaitable<Result<HealthState>> TwilioAdapter::health() {
  HealthState state;
  auto probe = co_await api_.get(Host::kApi, api_.account_path("Messages.json"), {{"PageSize", "1"}});
  if (!probe) {
    const Error& error = probe.error();
    if (error.kind == ErrorKind::kUnauthorized && error.code == "not_configured") co_return std::unexpected(error);
    state.verdict = error.kind == ErrorKind::kRateLimited ? Verdict::kDegraded : Verdict::kDown;
    state.facts.push_back(error.what);
    co_return state;
  }
  state.latency = probe->took;
  if (auto money = co_await balance(); money && !money->empty()) {
    const BalanceState& b = money->front();
    std::string fact = "balance " + to_text(b.available);
    if (b.spent_a_day && b.spent_a_day->micros > 0 && b.available.micros >= 0) {
      const long long days = b.available.micros / b.spent_a_day->micros;
      fact += fmt::format(", about {} at this rate", count_of(days, "day"));
      if (days < kFewDays) state.verdict = Verdict::kDegraded;
    }
    if (b.available.micros <= 0) state.verdict = Verdict::kDegraded, fact += ": nothing can be sent";
    state.facts.push_back(std::move(fact));
  } else if (!money) {
    state.facts.push_back("the balance could not be read");
  }
  if (std::string words = clock_words(api_.clock_ahead()); !words.empty()) state.facts.push_back(std::move(words));
  const Time now = clock_.now();
  if (auto rates = co_await error_rates({now - std::chrono::hours(1), now})) {
    for (const ErrorRate& rate : *rates) {
      if (rate.what != "calls" || rate.failed * 2 < rate.total || rate.failed < 2) continue;
      state.verdict = std::max(state.verdict, Verdict::kDegraded);
      state.facts.push_back(fmt::format("{} of {} calls of {} failed in the last hour{}", rate.failed, rate.total,
                                        spaced_number(rate.subject), rate.code.empty() ? "" : " with " + rate.code));
      state.follow_ups.push_back(
          ask("failures.diagnose", Json{{"service", "twilio"}, {"kind", "calls"}}, "Why are calls failing?"));
    }
  }
  co_return state;
}

}  // namespace apiops::twilio
