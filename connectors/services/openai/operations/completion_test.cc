#include "connectors/services/openai/operations/completion_test.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "connectors/services/openai/openai_errors.h"
#include "connectors/services/openai/readings.h"
#include "engine/base/text.h"

namespace apiops::openai {

namespace {

constexpr std::size_t kChoices = 5;

Planned which_model(std::string what, const std::vector<std::string>& models) {
  Refusal refusal{std::move(what), "model", {}};
  for (const auto& model : models) {
    if (refusal.choices.size() == kChoices) break;
    if (!model.starts_with("gpt-")) continue;
    Json subject{{"intent", "openai.completion.test"},
                 {"slots", {{"model", model}}},
                 {"text", "test the OpenAI API with " + model}};
    refusal.choices.push_back(Button{.label = model, .action = {"ask", std::move(subject)}});
  }
  return Planned{.refusal = std::move(refusal)};
}

StepDraft draft_for(const std::string& model) {
  StepDraft step;
  step.service = "openai";
  step.operation = "openai.completion.test";
  step.risk = Risk::kTest;
  step.environment = "live";
  step.parameters = Json{{"model", model}};
  step.expected = Json{{"model", model}, {"available", true}};
  step.summary = fmt::format("Send one test completion to {}", model);
  step.fields = {{"Model", model, {}, Tone::kPlain},
                 {"Sent", "\"ping\"", {}, Tone::kPlain},
                 {"Answer", fmt::format("at most {} tokens", kTestTokens), {}, Tone::kPlain}};
  step.effect =
      fmt::format("costs about {} tokens, less than a cent; counts against the project's rate limit", kTestTokens + 8);
  step.undo = "nothing to take back; the tokens stay billed";
  return step;
}

std::string told_of(const std::string& model, const ApiReply& reply) {
  const Json& usage = get_object(reply.body, "usage");
  return fmt::format("{} answered in {}: {} tokens in, {} out.", model, human_duration(reply.took),
                     get_integer(usage, "prompt_tokens").value_or(0),
                     get_integer(usage, "completion_tokens").value_or(0));
}

// Certainly nothing was generated: a refusal, or nothing was sent.
bool was_refused(const Error& error) {
  return error.http_status >= 400 || error.kind == ErrorKind::kTransient || error.kind == ErrorKind::kUnauthorized;
}

}  // namespace

asio::awaitable<Result<Planned>> CompletionTest::plan(Json slots) {
  auto reply = co_await api_.get(Key::kProject, "/models");
  if (!reply) co_return std::unexpected(reply.error());
  std::vector<std::string> models;
  for (const auto& row : get_array(reply->body, "data")) models.push_back(get_string(row, "id"));
  std::string model = get_string(slots, "model");
  if (model.empty()) model = small_model(models);
  if (model.empty())
    co_return which_model("Which model? None of this project's looks like a small text model.", models);
  if (std::ranges::find(models, model) == models.end()) {
    co_return which_model(fmt::format("This project has no model {}. Which one?", model), models);
  }
  PlanDraft draft;
  draft.title = "Test the OpenAI API";
  draft.steps.push_back(draft_for(model));
  co_return Planned{.draft = std::move(draft)};
}

asio::awaitable<Result<Json>> CompletionTest::observe(Json parameters) {
  const std::string model = get_string(parameters, "model");
  auto reply = co_await api_.get(Key::kProject, "/models/" + net::encode_component(model));
  if (!reply && trouble_of(reply.error()) != Trouble::kModel) co_return std::unexpected(reply.error());
  co_return Json{{"model", model}, {"available", reply.has_value()}};
}

asio::awaitable<StepResult> CompletionTest::execute(Attempt attempt) {
  const std::string model = get_string(attempt.parameters, "model");
  Json message{{"role", "user"}, {"content", "ping"}};
  Json request{{"model", model}, {"max_completion_tokens", kTestTokens}};
  request["messages"] = Json::array({std::move(message)});
  auto reply = co_await api_.post("/chat/completions", std::move(request), attempt.id);
  StepResult result;
  if (reply) {
    result.outcome = Outcome::kDone;
    result.told = told_of(model, *reply);
    result.result = Json{{"model", model}, {"id", get_string(reply->body, "id")}};
    co_return result;
  }
  result.error = reply.error();
  result.outcome = was_refused(reply.error()) ? Outcome::kNotDone : Outcome::kUnknown;
  result.told = result.outcome == Outcome::kNotDone
                    ? fmt::format("{} did not answer. {}", model, reply.error().what)
                    : fmt::format("No answer arrived from {}. Whether it was billed can't be told: at most {} tokens.",
                                  model, kTestTokens + 8);
  co_return result;
}

// OpenAI keeps no record of a chat completion that could be read back.
asio::awaitable<StepResult> CompletionTest::reconcile(Attempt attempt) {
  StepResult result;
  result.outcome = Outcome::kUnknown;
  result.told = fmt::format(
      "OpenAI can't be asked what became of a test completion. At most {} tokens were billed; the call's own id is {}.",
      kTestTokens + 8, attempt.id);
  co_return result;
}

}  // namespace apiops::openai
