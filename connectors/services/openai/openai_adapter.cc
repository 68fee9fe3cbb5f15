#include "connectors/services/openai/openai_adapter.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "connectors/services/openai/openai_errors.h"

namespace apiops {

std::unique_ptr<ServiceAdapter> make_openai(OpenAiOptions options, net::HttpClient& http, net::UrlGuard&, Clock& clock,
                                            Random& random) {
  return std::make_unique<openai::OpenAiAdapter>(std::move(options), http, clock, random);
}

}  // namespace apiops

namespace apiops::openai {

OpenAiAdapter::OpenAiAdapter(OpenAiOptions options, net::HttpClient& http, Clock& clock, Random& random)
    : options_(std::move(options)),
      http_(http),
      clock_(clock),
      api_(options_, http_, clock_, random),
      completion_test_(api_),
      operations_{&completion_test_} {}

Action ask(std::string intent, Json slots, std::string label) {
  Json subject{{"intent", std::move(intent)}, {"slots", std::move(slots)}, {"text", label}, {"label", label}};
  return Action{"ask", std::move(subject)};
}

asio::awaitable<std::string> OpenAiAdapter::project_name() {
  if (!own_project_ && api_.has(Key::kAdmin) && api_.has(Key::kProject)) own_project_ = co_await own_project(api_);
  co_return own_project_ ? own_project_->name : std::string();
}

asio::awaitable<std::optional<Time>> OpenAiAdapter::stopped_at(std::string project) {
  const Time now = clock_.now();
  auto seen = co_await activity(api_, {now - std::chrono::hours(24), now});
  if (!seen) co_return std::nullopt;
  const auto found = seen->find(project);
  if (found == seen->end() || !found->second.last_until) co_return std::nullopt;
  co_return co_await last_minute(api_, std::move(project), *found->second.last_until);
}

asio::awaitable<Result<std::vector<BalanceState>>> OpenAiAdapter::balance() {
  co_return failure(ErrorKind::kUnsupported,
                    fmt::format("OpenAI has no API for the credit that is left. Please look at {}", kBillingPage));
}

asio::awaitable<Result<std::map<std::string, long long>>> OpenAiAdapter::totals(Period period) {
  std::map<std::string, long long> total;
  if (!api_.has(Key::kAdmin)) co_return total;
  auto seen = co_await activity(api_, period);
  if (!seen) co_return std::unexpected(seen.error());
  for (const auto& [project, active] : *seen) total["requests"] += active.requests;
  co_return total;
}

}  // namespace apiops::openai
