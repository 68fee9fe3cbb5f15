// health.check for OpenAI. A green model list proves key and network only; so a token count, which is free and refused
// as a model call would be, is asked as well. What was not checked is named.
#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "connectors/services/openai/openai_adapter.h"
#include "connectors/services/openai/openai_errors.h"
#include "engine/base/text.h"

namespace apiops::openai {

namespace {

constexpr long long kNearlyUsedUp = 10;  // per cent left of a rate limit

std::string since(std::optional<Time> when, Time now) {
  return when ? fmt::format(" (since {})", utc(*when, now)) : std::string();
}

// The clause for a model call that is refused although the key works.
std::string refused_clause(const Error& error, const std::string& project, const std::string& model,
                           const std::string& when) {
  const std::string whose = project.empty() ? "the project" : "project " + project;
  switch (trouble_of(error)) {
    case Trouble::kMoney:
      if (error.code == "project_spend_limit_exceeded")
        return fmt::format("the key works, but {} has reached its spend limit{}", whose, when);
      if (error.code == "organization_spend_limit_exceeded")
        return "the key works, but the organisation has reached its spend limit" + when;
      return fmt::format("the key works, but {} has no credit left{}", whose, when);
    case Trouble::kRate:
      return fmt::format("the key works, but {} is at its rate limit for {}", whose, model);
    case Trouble::kRamp:
      return "the key works, but OpenAI asks to slow down (traffic grew too fast)";
    case Trouble::kModel:
      return fmt::format("the key works, but {} may not use {}", whose, model);
    case Trouble::kOverload:
      return fmt::format("models are listed, but a count on {} got {}", model, error.http_status);
    case Trouble::kNetwork:
      return "models are listed, but a token count got no answer: " + error.what;
    default:
      return fmt::format("whether model calls succeed was not seen: a token count was refused ({})",
                         error.code.empty() ? std::to_string(error.http_status) : error.code);
  }
}

// The clause for a key or a service that does not even list models.
std::string down_clause(const Error& error) {
  switch (trouble_of(error)) {
    case Trouble::kKey:
      return fmt::format("the key is refused ({}): set a valid one", error.code.empty() ? "401" : error.code);
    case Trouble::kRegion:
      return "OpenAI does not serve the region of this host's address";
    case Trouble::kScope:
      return "the key may not list models: widen its permissions";
    case Trouble::kNetwork:
      return "no answer: " + error.what;
    default:
      return error.what;
  }
}

bool is_refusal_that_matters(const Error& error) {
  const Trouble trouble = trouble_of(error);
  return trouble != Trouble::kRequest && trouble != Trouble::kScope && trouble != Trouble::kTooLarge;
}

void tell_rates(HealthState& state, const RateBucket& bucket, const std::string& model, std::string_view unit) {
  if (!bucket.known() || *bucket.limit <= 0 || *bucket.left * 100 / *bucket.limit >= kNearlyUsedUp) return;
  state.facts.push_back(
      fmt::format("{} has {} of {} {} left", model, with_thousands(*bucket.left), with_thousands(*bucket.limit), unit));
  state.verdict = Verdict::kDegraded;
}

}  // namespace

asio::awaitable<Result<HealthState>> OpenAiAdapter::health() {
  HealthState state;
  if (!api_.has(Key::kProject)) {
    state.verdict = Verdict::kDegraded;
    state.facts.push_back("OPENAI_API_KEY is not set: model calls were not checked");
    co_return state;
  }
  const FreeProbe seen = co_await free_probe(api_, {});
  state.latency = seen.latency;
  if (seen.models_error) {
    const Trouble trouble = trouble_of(*seen.models_error);
    state.verdict = trouble == Trouble::kRate || trouble == Trouble::kRamp ? Verdict::kDegraded : Verdict::kDown;
    state.facts.push_back(down_clause(*seen.models_error));
    state.follow_ups.push_back(
        ask("failures.diagnose", Json{{"service", "openai"}, {"kind", "requests"}}, "Why is OpenAI down?"));
    co_return state;
  }
  if (seen.count_error) {
    const std::string project = co_await project_name();
    const bool money = trouble_of(*seen.count_error) == Trouble::kMoney;
    const auto stopped = money && own_project_ ? co_await stopped_at(own_project_->id) : std::optional<Time>();
    state.facts.push_back(refused_clause(*seen.count_error, project, seen.model, since(stopped, clock_.now())));
    if (is_refusal_that_matters(*seen.count_error)) {
      state.verdict = Verdict::kDegraded;
      state.follow_ups.push_back(
          ask("failures.diagnose", Json{{"service", "openai"}, {"kind", "requests"}}, "Why is OpenAI degraded?"));
    }
  } else if (seen.rates) {
    tell_rates(state, seen.rates->requests, seen.model, "requests");
    tell_rates(state, seen.rates->tokens, seen.model, "tokens");
    state.facts.push_back(fmt::format("{}, a token count on {} is accepted",
                                      count_of(static_cast<long long>(seen.models.size()), "model"), seen.model));
  } else {
    state.facts.push_back("no small text model is listed, so whether model calls succeed was not seen");
  }
  if (!api_.has(Key::kAdmin))
    state.facts.push_back("usage, costs and limits were not checked: OPENAI_ADMIN_KEY is not set");
  co_return state;
}

}  // namespace apiops::openai
