// health.check and credentials.check for Twilio. The probe is a list of one message: it works with every kind of key,
// which the account's own page does not.
#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "connectors/services/twilio/twilio_adapter.h"
#include "engine/base/text.h"

namespace apiops::twilio {

namespace {

constexpr long long kFewDays = 3;
constexpr std::string_view kKeysPage = "https://console.twilio.com/us1/account/keys-credentials/api-keys";

bool well_formed_sid(std::string_view sid, std::string_view head) {
  return sid.size() == 34 && sid.starts_with(head) && std::all_of(sid.begin() + 2, sid.end(), [](char c) {
           return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
         });
}

// First and last four, and nothing of a short one.
std::string shown(const std::string& value) {
  return value.size() < 16 ? (value.empty() ? "" : "****") : value.substr(0, 4) + "…" + value.substr(value.size() - 4);
}

bool well_formed_token(const Secret& token) { return token.reveal().size() == 32; }

CredentialState state_of(std::string name, std::string variable, const std::string& value, bool well_formed,
                         std::string may) {
  CredentialState s;
  s.name = std::move(name);
  s.variable = std::move(variable);
  s.present = !value.empty();
  s.well_formed = well_formed;
  s.shown = shown(value);
  s.may = std::move(may);
  s.mode = s.present ? "live" : "";
  if (s.present && !well_formed)
    s.trouble = fmt::format("{} does not look like {}: compare it with {}", s.variable, s.name, kKeysPage);
  return s;
}

void judge(CredentialState& state, const Result<ApiReply>& tried) {
  if (tried) {
    state.accepted = true;
    return;
  }
  const Error& error = tried.error();
  if (error.kind != ErrorKind::kUnauthorized && error.kind != ErrorKind::kNotFound) return;  // it was not judged
  state.accepted = false;
  state.trouble = error.what + " A credential of another region or account looks the same as a wrong one.";
}

}  // namespace

asio::awaitable<Result<std::vector<CredentialState>>> TwilioAdapter::credentials(bool try_them) {
  std::vector<CredentialState> all;
  CredentialState sid = state_of("account SID", "TWILIO_ACCOUNT_SID", options_.account_sid,
                                 well_formed_sid(options_.account_sid, "AC"), "names the account");
  if (!sid.present) sid.trouble = "TWILIO_ACCOUNT_SID is not set: it is needed beside any key";
  all.push_back(std::move(sid));
  const bool key = !options_.api_key.empty();
  CredentialState token =
      key ? state_of("API key", "TWILIO_API_KEY", options_.api_key, well_formed_sid(options_.api_key, "SK"),
                     "everything but accounts and keys, where it is a standard key")
          : state_of("auth token", "TWILIO_AUTH_TOKEN", options_.auth_token.reveal(),
                     well_formed_token(options_.auth_token), "everything in this account");
  if (!token.present) token.trouble = "neither TWILIO_AUTH_TOKEN nor TWILIO_API_KEY is set";
  if (key && options_.api_secret.empty()) token.trouble = "TWILIO_API_SECRET is not set: the key alone is not accepted";
  if (try_them && configured())
    judge(token, co_await api_.get(Host::kApi, api_.account_path("Messages.json"), {{"PageSize", "1"}}));
  all.push_back(std::move(token));
  co_return all;
}

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
