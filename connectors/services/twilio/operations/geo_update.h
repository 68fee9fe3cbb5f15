// twilio.geo.update: switches SMS or calls to a country on or off. Some countries can't be changed over the API, and
// Twilio may accept such a change without carrying it out: only what is read back counts.
#pragma once

#include "connectors/services/twilio/operations/outcomes.h"

namespace apiops::twilio {

class GeoUpdate final : public Operation {
 public:
  explicit GeoUpdate(OperationTools tools) : tools_(std::move(tools)) {}

  std::string_view name() const override { return "twilio.geo.update"; }
  std::string_view title() const override { return "Geographic permissions"; }
  Risk risk(const Json&) const override { return Risk::kChange; }
  asio::awaitable<Result<Planned>> plan(Json slots) override;
  asio::awaitable<Result<Json>> observe(Json parameters) override;
  asio::awaitable<StepResult> execute(Attempt attempt) override;
  asio::awaitable<StepResult> reconcile(Attempt attempt) override;

 private:
  OperationTools tools_;
};

}  // namespace apiops::twilio
