// openai.completion.test: one tiny completion, the only proof that generation works. Costs a few tokens; there is no
// idempotency key, so it is sent once and a lost reply stays unknown.
#pragma once

#include "connectors/services/openai/openai_api.h"
#include "engine/ports/operation.h"

namespace apiops::openai {

inline constexpr int kTestTokens = 16;  // fewer are refused by current models

class CompletionTest final : public Operation {
 public:
  explicit CompletionTest(OpenAiApi& api) : api_(api) {}

  std::string_view name() const override { return "openai.completion.test"; }
  std::string_view title() const override { return "Test the OpenAI API"; }
  Risk risk(const Json&) const override { return Risk::kTest; }
  asio::awaitable<Result<Planned>> plan(Json slots) override;
  asio::awaitable<Result<Json>> observe(Json parameters) override;
  asio::awaitable<StepResult> execute(Attempt attempt) override;
  asio::awaitable<StepResult> reconcile(Attempt attempt) override;

 private:
  OpenAiApi& api_;
};

}  // namespace apiops::openai
