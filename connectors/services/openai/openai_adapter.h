// OpenAI: what it can be asked. Model calls go with the project key, everything about the organisation with the admin
// key; where the admin key is missing, the answer says so instead of guessing. Each question has a file of its own.
//
// What OpenAI's API can't tell, and is said so: the credit that is left, and how many calls failed (usage counts
// successes).
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "connectors/services/openai/openai.h"
#include "connectors/services/openai/openai_api.h"
#include "connectors/services/openai/operations/completion_test.h"
#include "connectors/services/openai/readings.h"

namespace apiops::openai {

class OpenAiAdapter final : public ServiceAdapter {
 public:
  OpenAiAdapter(OpenAiOptions options, net::HttpClient& http, Clock& clock, Random& random);

  std::string_view service() const override { return "openai"; }
  std::string_view title() const override { return "OpenAI"; }
  std::string_view account() const override { return options_.account; }
  std::string_view environment() const override { return "live"; }
  bool configured() const override { return api_.has(Key::kProject) || api_.has(Key::kAdmin); }
  std::span<Operation* const> operations() const override { return operations_; }

  asio::awaitable<Result<std::vector<CredentialState>>> credentials(bool try_them) override;
  asio::awaitable<Result<HealthState>> health() override;
  std::unique_ptr<PageReader<Failure>> failures(FailureQuery query) override;
  asio::awaitable<Result<std::map<std::string, long long>>> totals(Period period) override;
  asio::awaitable<Result<Diagnosis>> diagnose(DiagnosisQuery query) override;
  asio::awaitable<Result<std::vector<Finding>>> audit_configuration(std::string kind) override;
  asio::awaitable<Result<Page<Resource>>> resources(std::string kind, std::string filter) override;
  std::vector<std::string> resource_kinds() const override;
  asio::awaitable<Result<Resource>> resource(std::string id) override;
  asio::awaitable<Result<UsageState>> usage(UsageQuery query) override;
  asio::awaitable<Result<std::vector<LimitState>>> limits(std::string model) override;
  asio::awaitable<Result<std::vector<BalanceState>>> balance() override;
  asio::awaitable<Result<std::vector<Resource>>> idle() override;
  asio::awaitable<Result<VendorState>> vendor_status() override;

 private:
  asio::awaitable<std::string> project_name();  // of the project key: "web-prod", or empty where it can't be told
  // Since when the project completes nothing, where the usage report can tell.
  asio::awaitable<std::optional<Time>> stopped_at(std::string project);
  asio::awaitable<Diagnosis> diagnose_project(Diagnosis diagnosis, Period period);
  asio::awaitable<Result<Diagnosis>> diagnose_job(std::string id);

  OpenAiOptions options_;
  net::HttpClient& http_;
  Clock& clock_;
  OpenAiApi api_;
  std::optional<Project> own_project_;  // a key stays in its project, so it is looked up once
  CompletionTest completion_test_;
  std::vector<Operation*> operations_;
};

// A button that asks; `label` is what it says.
Action ask(std::string intent, Json slots, std::string label);

}  // namespace apiops::openai
