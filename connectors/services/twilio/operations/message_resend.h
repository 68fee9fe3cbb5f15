// twilio.message.resend: failed messages once more, one step each, with what that costs. What would fail again, arrive
// twice or reach somebody who unsubscribed is left out and named. A step refers to the message by its SID; text and
// recipient are read again when it is sent.
#pragma once

#include <functional>
#include <map>
#include <memory>

#include "connectors/services/twilio/operations/outgoing.h"
#include "engine/ports/service_types.h"

namespace apiops::twilio {

inline constexpr std::size_t kMostResends = 50;  // in one plan; the rest is named and can be asked for again

class MessageResend final : public Operation {
 public:
  using FailureSource = std::function<std::unique_ptr<PageReader<Failure>>(FailureQuery)>;
  using RetryAdvice = std::function<std::string(std::string_view code)>;  // "never", "later", "after_fix"

  MessageResend(OperationTools tools, FailureSource failures, RetryAdvice advice)
      : tools_(std::move(tools)), failures_(std::move(failures)), advice_(std::move(advice)) {}

  std::string_view name() const override { return "twilio.message.resend"; }
  std::string_view title() const override { return "Resend failed messages"; }
  Risk risk(const Json&) const override { return Risk::kSpend; }
  asio::awaitable<Result<Planned>> plan(Json slots) override;
  asio::awaitable<Result<Json>> observe(Json parameters) override;
  asio::awaitable<StepResult> execute(Attempt attempt) override;
  asio::awaitable<StepResult> reconcile(Attempt attempt) override;

 private:
  struct Selection;
  asio::awaitable<Result<Selection>> select(Json slots);
  asio::awaitable<Result<Selection>> select_named(std::vector<std::string> sids);
  asio::awaitable<Result<Planned>> draft_of(Selection selection);
  StepDraft step_of(const Failure& failure, const std::optional<Money>& price);

  OperationTools tools_;
  FailureSource failures_;
  RetryAdvice advice_;
};

}  // namespace apiops::twilio
