#include "engine/ports/service_adapter.h"

namespace apiops {

namespace {

template <typename T>
Result<T> not_offered(std::string_view title, std::string_view what) {
  return failure(ErrorKind::kUnsupported,
                 std::string(title) + " has no " + std::string(what) + " that its API could tell.");
}

}  // namespace

asio::awaitable<Result<std::vector<CredentialState>>> ServiceAdapter::credentials(bool) {
  co_return not_offered<std::vector<CredentialState>>(title(), "credentials");
}
asio::awaitable<Result<HealthState>> ServiceAdapter::health() { co_return not_offered<HealthState>(title(), "health"); }
std::unique_ptr<PageReader<Failure>> ServiceAdapter::failures(FailureQuery) { return nullptr; }
asio::awaitable<Result<std::map<std::string, long long>>> ServiceAdapter::totals(Period) {
  co_return not_offered<std::map<std::string, long long>>(title(), "totals");
}
asio::awaitable<Result<Diagnosis>> ServiceAdapter::diagnose(DiagnosisQuery) {
  co_return not_offered<Diagnosis>(title(), "diagnosis");
}
asio::awaitable<Result<std::vector<Finding>>> ServiceAdapter::audit_configuration(std::string) {
  co_return not_offered<std::vector<Finding>>(title(), "configuration");
}
asio::awaitable<Result<Page<Resource>>> ServiceAdapter::resources(std::string kind, std::string) {
  co_return not_offered<Page<Resource>>(title(), kind);
}
asio::awaitable<Result<Resource>> ServiceAdapter::resource(std::string) {
  co_return not_offered<Resource>(title(), "such resource");
}
asio::awaitable<Result<std::vector<WebhookState>>> ServiceAdapter::webhooks(Period) {
  co_return not_offered<std::vector<WebhookState>>(title(), "webhook deliveries");
}
asio::awaitable<Result<UsageState>> ServiceAdapter::usage(UsageQuery) {
  co_return not_offered<UsageState>(title(), "usage");
}
asio::awaitable<Result<std::vector<LimitState>>> ServiceAdapter::limits(std::string) {
  co_return not_offered<std::vector<LimitState>>(title(), "limits");
}
asio::awaitable<Result<std::vector<BalanceState>>> ServiceAdapter::balance() {
  co_return not_offered<std::vector<BalanceState>>(title(), "balance");
}
asio::awaitable<Result<std::vector<NumberOffer>>> ServiceAdapter::search_numbers(NumberQuery) {
  co_return not_offered<std::vector<NumberOffer>>(title(), "phone numbers");
}
asio::awaitable<Result<std::vector<Resource>>> ServiceAdapter::idle() {
  co_return not_offered<std::vector<Resource>>(title(), "idle resources");
}
asio::awaitable<Result<VendorState>> ServiceAdapter::vendor_status() {
  co_return not_offered<VendorState>(title(), "status page");
}
asio::awaitable<Result<std::vector<ServiceAdapter::ErrorRate>>> ServiceAdapter::error_rates(Period) {
  co_return not_offered<std::vector<ErrorRate>>(title(), "error rates");
}
asio::awaitable<Result<std::vector<std::string>>> ServiceAdapter::inventory() { co_return std::vector<std::string>{}; }

}  // namespace apiops
