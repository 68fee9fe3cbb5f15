// Watches the share of a service's work that fails, by subject (a number, an endpoint). A share that is high, and far
// higher than on the day before, opens one alert; the alert is edited while it lasts, and says when it is over and how
// that is known.
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
  int times_the_usual = 3;  // against the day before
  Duration recent = std::chrono::hours(1);
  Duration usual = std::chrono::hours(24);
  Duration quiet = std::chrono::minutes(15);  // no failure for so long: over, inferred
  long long proof = 3;                        // so many that went through since the last failure: over, observed
  Duration every = std::chrono::seconds(60);
};

// One for each service that can tell its error rates. Loop thread only.
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
  asio::awaitable<Result<double>> usual_percent(const ServiceAdapter::ErrorRate& rate);
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
