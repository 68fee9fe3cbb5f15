#include "connectors/services/stripe/operations/webhook_switch.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "connectors/services/stripe/deliveries.h"
#include "engine/base/text.h"

namespace apiops::stripe {

namespace {

constexpr std::size_t kChoices = 5;

// Endpoints that could be switched, as buttons.
Planned which_endpoint(std::string what, const std::vector<Endpoint>& all, const std::string& intent, bool enable) {
  Refusal refusal{std::move(what), "endpoint", {}};
  for (const auto& endpoint : all) {
    if (refusal.choices.size() == kChoices || endpoint.enabled() == enable) continue;
    Json subject{{"intent", intent},
                 {"slots", {{"endpoint", endpoint.id}}},
                 {"text", fmt::format("{} {}", enable ? "enable" : "disable", endpoint.id)}};
    refusal.choices.push_back(
        Button{.label = clip(host_of(endpoint.url) + " " + endpoint.id, 70), .action = {"ask", std::move(subject)}});
  }
  return Planned{.refusal = std::move(refusal)};
}

const Endpoint* find(const std::vector<Endpoint>& all, const std::string& wanted) {
  for (const auto& endpoint : all) {
    if (endpoint.id == wanted || endpoint.url == wanted) return &endpoint;
  }
  return nullptr;
}

Json state_of(const Endpoint& endpoint) { return Json{{"url", endpoint.url}, {"status", endpoint.status}}; }

}  // namespace

asio::awaitable<Result<Planned>> WebhookSwitch::plan(Json slots) {
  auto all = co_await endpoints(api_);
  if (!all) co_return std::unexpected(all.error());
  std::string id = get_string(slots, "endpoint");
  if (id.empty()) id = get_string(slots, "resource");
  const std::string verb = enable_ ? "enable" : "disable";
  std::vector<const Endpoint*> candidates;
  for (const auto& endpoint : *all) {
    if (endpoint.enabled() != enable_) candidates.push_back(&endpoint);
  }
  if (id.empty() && candidates.empty()) {
    co_return Planned{
        .refusal = Refusal{fmt::format("All {} are {} already.",
                                       count_of(static_cast<long long>(all->size()), "webhook endpoint"), wanted()),
                           {},
                           {}}};
  }
  if (id.empty() && candidates.size() == 1 && enable_) id = candidates.front()->id;
  if (id.empty())
    co_return which_endpoint(fmt::format("Which webhook endpoint shall I {}?", verb), *all, std::string(name()),
                             enable_);
  const Endpoint* endpoint = find(*all, id);
  if (!endpoint)
    co_return which_endpoint(
        fmt::format("Stripe ({}) has no webhook endpoint {}. Which one?", api_.live() ? "LIVE" : "TEST", id), *all,
        std::string(name()), enable_);
  if (endpoint->enabled() == enable_)
    co_return Planned{.refusal = Refusal{fmt::format("{} is {} already.", endpoint->id, wanted()), {}, {}}};

  StepDraft step;
  step.service = "stripe";
  step.account = account_;
  step.operation = std::string(name());
  step.risk = Risk::kChange;
  step.environment = api_.live() ? "live" : "test";
  step.parameters = Json{{"endpoint", endpoint->id}};
  step.expected = state_of(*endpoint);
  step.undo_operation = enable_ ? "stripe.webhook.disable" : "stripe.webhook.enable";
  step.undo_parameters = Json{{"endpoint", endpoint->id}};
  step.summary = fmt::format("{} {} ({})", enable_ ? "Enable" : "Disable", endpoint->id, endpoint->url);
  step.fields = {{"Status", std::string(wanted()), endpoint->status, Tone::kPlain},
                 {"URL", endpoint->url, {}, Tone::kPlain},
                 {"Events", clip(join(endpoint->events, ", "), 200), {}, Tone::kPlain},
                 {"Mode", api_.live() ? "LIVE" : "TEST", {}, Tone::kPlain}};
  step.effect =
      enable_ ? "Stripe delivers new events to it from now on; events made while it was disabled are not sent later"
              : "Stripe stops delivering to it; events made meanwhile are not sent later";
  step.undo = enable_ ? "disable it again" : "enable it again";
  PlanDraft draft;
  draft.title = std::string(title());
  draft.steps.push_back(std::move(step));
  co_return Planned{.draft = std::move(draft)};
}

asio::awaitable<Result<Json>> WebhookSwitch::observe(Json parameters) {
  auto reply = co_await api_.get("/v1/webhook_endpoints/" + net::encode_component(get_string(parameters, "endpoint")));
  if (!reply && reply.error().kind == ErrorKind::kNotFound) co_return Json{{"url", ""}, {"status", "deleted"}};
  if (!reply) co_return std::unexpected(reply.error());
  co_return state_of(endpoint_of(reply->body));
}

asio::awaitable<StepResult> WebhookSwitch::read_back(std::string endpoint) {
  StepResult result;
  auto reply = co_await api_.get("/v1/webhook_endpoints/" + net::encode_component(endpoint));
  if (!reply) {
    result.error = reply.error();
    result.outcome = Outcome::kUnknown;
    result.told = fmt::format("Whether {} is {} could not be read back: {}", endpoint, wanted(), reply.error().what);
    co_return result;
  }
  const Endpoint now = endpoint_of(reply->body);
  result.outcome = now.enabled() == enable_ ? Outcome::kDone : Outcome::kNotDone;
  result.result = Json{{"endpoint", now.id}, {"status", now.status}};
  result.told = result.outcome == Outcome::kDone ? fmt::format("{} is {}: {}", now.id, now.status, now.url)
                                                 : fmt::format("{} is still {}: {}", now.id, now.status, now.url);
  co_return result;
}

asio::awaitable<StepResult> WebhookSwitch::execute(Attempt attempt) {
  const auto endpoint = get_string(attempt.parameters, "endpoint");
  Sent sent = co_await api_.post("/v1/webhook_endpoints/" + net::encode_component(endpoint),
                                 {{"disabled", enable_ ? "false" : "true"}}, attempt.idempotency_key);
  StepResult result;
  if (sent.outcome != Outcome::kNotDone) {
    result = co_await read_back(endpoint);
    if (result.outcome == Outcome::kNotDone)
      result.error = Error{.kind = ErrorKind::kRejected, .what = "Reading back shows another status than was sent."};
    // Without an answer the request may still be on its way: an unchanged state proves nothing yet.
    if (sent.outcome == Outcome::kUnknown && result.outcome == Outcome::kNotDone) {
      result.outcome = Outcome::kUnknown;
      result.error = sent.error;
    }
    co_return result;
  }
  result.outcome = Outcome::kNotDone;
  result.error = sent.error;
  result.told = fmt::format("{} was not {}. {}", endpoint, wanted(), sent.error ? sent.error->what : "");
  co_return result;
}

asio::awaitable<StepResult> WebhookSwitch::reconcile(Attempt attempt) {
  StepResult result = co_await read_back(get_string(attempt.parameters, "endpoint"));
  if (result.outcome == Outcome::kNotDone)
    result.error = Error{.kind = ErrorKind::kTransient, .what = "The change did not reach Stripe."};
  co_return result;
}

}  // namespace apiops::stripe
