// Watches the share of a service's work that fails, by subject (a number, an endpoint). A share that is high, and far
// higher than at the same hour of the days before, opens one alert; the alert is edited while it lasts, and says when
// it is over and how that is known.
#pragma once

#include <map>
#include <string>

#include "engine/base/signal.h"
#include "engine/ports/service_adapter.h"
#include "engine/watch/alerts.h"

namespace apiops {

struct ErrorRateRule {
  long long least_failures = 3;  // fewer are no spike
  int least_percent = 30;
  int times_the_usual = 3;  // against the same hour of the days before
  Duration recent = std::chrono::hours(1);
  int days_before = 7;
  Duration begun_within = std::chrono::hours(24);  // how far back its first failure is looked for
  Duration quiet = std::chrono::minutes(15);       // no failure for so long: over, inferred
  long long proof = 3;                             // so many that went through since the last failure: over, observed
  Duration every = std::chrono::seconds(60);
};

// One for each service; where a service can't tell its error rates, it ends and is not listed. Loop thread only.
class ErrorRateMonitor {
 public:
  ErrorRateMonitor(AlertDesk& desk, ServiceAdapter& service, ErrorRateRule rule, const asio::any_io_executor& loop)
      : desk_(desk), service_(service), rule_(rule), signal_(loop) {}

  asio::awaitable<void> run();  // until stop()
  void stop();
  void look_now() { signal_.set(); }  // after a plan has succeeded: perhaps it is over
  asio::awaitable<Status> look();     // one reading

 private:
  using Rates = std::vector<ServiceAdapter::ErrorRate>;
  asio::awaitable<Status> open(ServiceAdapter::ErrorRate rate);
  asio::awaitable<Status> follow(AlertRow alert);
  // The same kind of work of the same subject, at the same hour of the days before.
  asio::awaitable<Result<ServiceAdapter::ErrorRate>> usual_of(const ServiceAdapter::ErrorRate& rate);
  asio::awaitable<std::optional<ServiceAdapter::ErrorRate>> read(const ServiceAdapter::ErrorRate& like, Period period);
  std::string id() const { return std::string(service_.service()) + ".error_rate"; }

  AlertDesk& desk_;
  ServiceAdapter& service_;
  ErrorRateRule rule_;
  Signal signal_;
  bool stopping_ = false;
  Rates usual_;
  Time usual_at_{};
};

}  // namespace apiops
