// webhooks.failing for Stripe, and the diagnosis of webhooks: which endpoints wait for which events, and what a look at
// their URLs says. Stripe tells no delivery attempts, so the two are put together here, and inferences are told as
// such.
#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <tuple>

#include "connectors/services/stripe/stripe_adapter.h"
#include "engine/base/text.h"

namespace apiops::stripe {

namespace {

constexpr std::size_t kMaxLooks = 20;
constexpr std::string_view kNotProbed = "was not probed";  // the beginning of Look::not_seen

void attribute(std::vector<WebhookState>& states, const std::vector<Endpoint>& all, const UndeliveredEvents& events) {
  for (const auto& event : events.events) {
    for (const Endpoint* endpoint : waiting_endpoints(all, event)) {
      const auto at = static_cast<std::size_t>(endpoint - all.data());
      WebhookState& state = states[at];
      ++state.undelivered;
      ++state.by_type[event.type];
      state.oldest = state.oldest ? std::min(*state.oldest, event.at) : event.at;
    }
  }
}

// An endpoint that answers and is enabled takes what it is sent: events that others also want wait for the others.
bool was_looked_at(const WebhookState& state) { return !state.trouble.starts_with(kNotProbed); }
bool is_troubled(const WebhookState& state) { return !state.trouble.empty() && was_looked_at(state); }
bool is_suspect(const WebhookState& state) { return state.state == "disabled" || is_troubled(state); }

void clear_the_innocent(std::vector<WebhookState>& states) {
  if (std::ranges::none_of(states, is_suspect)) return;
  for (auto& state : states) {
    if (is_suspect(state)) continue;
    const bool shared = std::ranges::all_of(state.by_type, [&](const auto& type) {
      return std::ranges::any_of(
          states, [&](const WebhookState& other) { return is_suspect(other) && other.by_type.contains(type.first); });
    });
    if (!shared) continue;
    state.undelivered = 0;
    state.by_type.clear();
    state.oldest.reset();
  }
}

std::string types_of(const WebhookState& state) {
  std::vector<std::pair<long long, std::string>> sorted;
  for (const auto& [type, count] : state.by_type) sorted.emplace_back(count, type);
  std::ranges::sort(sorted, std::greater<>());
  std::vector<std::string> parts;
  for (const auto& [count, type] : sorted) {
    if (parts.size() == 3) break;
    parts.push_back(fmt::format("{} {}", with_thousands(count), type));
  }
  return join(parts, ", ") + (sorted.size() > 3 ? " and others" : "");
}

std::string evidence_of(const WebhookState& state, Time now) {
  std::string line = fmt::format("{} ({})", state.url, state.id);
  if (state.state == "disabled") line += " is disabled";
  if (!state.trouble.empty()) {
    line += fmt::format("{} {}{}", state.state == "disabled" ? " and" : "", state.trouble,
                        was_looked_at(state) ? " (looked just now)" : "");
  }
  if (state.undelivered > 0)
    line += fmt::format("; {} {}: {}", count_of(state.undelivered, "event"), state.undelivered == 1 ? "waits" : "wait",
                        types_of(state));
  if (state.oldest) line += fmt::format(", the oldest since {}", utc(*state.oldest, now));
  return line;
}

std::string verdict_of_one(const WebhookState& state, const std::string& events) {
  if (state.state == "disabled") return fmt::format("{} is disabled; {}.", state.id, events);
  if (!state.trouble.empty())
    return fmt::format("{} {}{}; {}.", state.id, was_looked_at(state) ? "" : "is enabled but ", state.trouble, events);
  return fmt::format("{} is enabled and answers; {}.", state.id, events);
}

std::string verdict_of_all(const std::vector<WebhookState>& states, const std::string& events) {
  const auto disabled = std::ranges::count_if(states, [](const WebhookState& s) { return s.state == "disabled"; });
  const auto troubled =
      std::ranges::count_if(states, [](const WebhookState& s) { return s.state != "disabled" && is_troubled(s); });
  const bool all_looked_at = std::ranges::all_of(states, was_looked_at);
  const std::string all = count_of(static_cast<long long>(states.size()), "Stripe webhook endpoint");
  std::vector<std::string> parts;
  if (disabled > 0) parts.push_back(fmt::format("{} {} disabled", disabled, disabled == 1 ? "is" : "are"));
  if (troubled > 0) parts.push_back(fmt::format("{} {} not take events", troubled, troubled == 1 ? "does" : "do"));
  if (parts.empty()) return fmt::format("{}: all enabled{}; {}.", all, all_looked_at ? " and answering" : "", events);
  return fmt::format("Of {}, {}; {}.", all, join(parts, " and "), events);
}

std::string undelivered_clause(long long count) {
  if (count == 0) return "no event is undelivered";
  return fmt::format("{} {} undelivered", count_of(count, "event"), count == 1 ? "is" : "are");
}

void tell_evidence(Diagnosis& d, const std::vector<WebhookState>& states, Time now) {
  long long fine = 0;
  for (const auto& state : states) {
    if (is_suspect(state) || state.undelivered > 0 || !was_looked_at(state)) {
      d.evidence.push_back(evidence_of(state, now));
    } else {
      ++fine;
    }
  }
  if (fine == 0 || states.size() == 1) return;
  d.evidence.push_back(fmt::format("{} {} enabled, {} and {} nothing waiting", count_of(fine, "other endpoint"),
                                   fine == 1 ? "is" : "are", fine == 1 ? "answers" : "answer",
                                   fine == 1 ? "has" : "have"));
}

// One way out: enable what is disabled and would take events again; else words.
void propose(Diagnosis& d, const std::vector<WebhookState>& states) {
  for (const auto& state : states) {
    if (state.state != "disabled" || is_troubled(state)) continue;
    d.remedy = ask("stripe.webhook.enable", Json{{"endpoint", state.id}}, "Enable " + state.id);
    d.remedy_text =
        fmt::format("Proposed: enable {}; {}. Events made while it was disabled are not sent later.", state.id,
                    state.trouble.empty() ? "its URL answers" : "whether its URL answers could not be looked at");
    return;
  }
  for (const auto& state : states) {
    if (!is_troubled(state)) continue;
    d.next = fmt::format(
        "Repair the receiver at {}: Stripe repeats deliveries for 3 days (LIVE), then disables the endpoint.",
        host_of(state.url));
    return;
  }
}

}  // namespace

asio::awaitable<Result<std::vector<WebhookState>>> StripeAdapter::webhooks(Period period) {
  const auto all = co_await endpoints(api_);
  if (!all) co_return std::unexpected(all.error());
  const auto events = co_await undelivered(api_, period);
  if (!events) co_return std::unexpected(events.error());
  std::vector<WebhookState> states;
  for (const auto& endpoint : *all)
    states.push_back({endpoint.id, endpoint.url, endpoint.status, 0, {}, {}, "", endpoint.events});
  attribute(states, *all, *events);
  for (std::size_t i = 0; i < states.size() && i < kMaxLooks; ++i) {
    const Look look = co_await look_at(guard_, states[i].url);
    states[i].trouble = look.trouble.empty() ? look.not_seen : look.trouble;
  }
  clear_the_innocent(states);
  std::ranges::sort(states, [](const WebhookState& a, const WebhookState& b) {
    return std::tuple(b.undelivered, is_suspect(b), std::string_view(a.id)) <
           std::tuple(a.undelivered, is_suspect(a), std::string_view(b.id));
  });
  co_return states;
}

asio::awaitable<Result<Diagnosis>> StripeAdapter::diagnose_webhooks(Period period, std::string endpoint) {
  auto states = co_await webhooks(period);
  if (!states) co_return std::unexpected(states.error());
  const std::string mode = api_.live() ? "LIVE" : "TEST";
  if (!endpoint.empty()) {
    std::erase_if(*states, [&](const WebhookState& state) { return state.id != endpoint && state.url != endpoint; });
    if (states->empty())
      co_return failure(ErrorKind::kNotFound, fmt::format("Stripe ({}) has no webhook endpoint {}.", mode, endpoint));
  }
  const auto events = co_await undelivered(api_, period);
  if (!events) co_return std::unexpected(events.error());
  Diagnosis d;
  if (states->empty()) {
    d.tone = Tone::kWarning;
    d.verdict = fmt::format("There is no webhook endpoint in this account ({}).", mode);
    co_return d;
  }
  const long long waiting =
      endpoint.empty() ? static_cast<long long>(events->events.size()) : states->front().undelivered;
  const std::string clause = undelivered_clause(waiting);
  const bool any = std::ranges::any_of(*states, is_suspect);
  d.verdict = endpoint.empty() ? verdict_of_all(*states, clause) : verdict_of_one(states->front(), clause);
  d.tone = any ? Tone::kBad : waiting > 0 ? Tone::kWarning : Tone::kGood;
  tell_evidence(d, *states, clock_.now());
  if (waiting > 0 && !any) {
    d.next = fmt::format("Stripe repeats these deliveries by itself. The answers that it got stand at {}.",
                         dashboard(api_.live(), "/webhooks"));
  }
  if (waiting > 0 && any)
    d.evidence.push_back(
        fmt::format("which answers Stripe got is not in its API: see {}", dashboard(api_.live(), "/webhooks")));
  propose(d, *states);
  co_return d;
}

}  // namespace apiops::stripe
