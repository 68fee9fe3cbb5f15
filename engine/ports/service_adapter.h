// One outside API (Twilio, OpenAI, Stripe). Called from the event loop's thread only. A remote failure is an Error, not
// an exception. Replies hold raw values: the engine masks them before anything is stored, logged or shown.
//
// A service that does not have a thing (Stripe has no phone numbers) leaves that question to the default, which answers
// kUnsupported; the engine then leaves the service out, and says so where it was asked for by name.
#pragma once

#include <asio/awaitable.hpp>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/ports/operation.h"
#include "engine/ports/service_types.h"

namespace apiops {

class ServiceAdapter {
 public:
  virtual ~ServiceAdapter() = default;
  virtual std::string_view service() const = 0;      // "twilio"
  virtual std::string_view title() const = 0;        // "Twilio"
  virtual std::string_view account() const = 0;      // "main"
  virtual std::string_view environment() const = 0;  // "live", "test"
  virtual bool configured() const = 0;               // are the credentials it needs present?
  virtual std::span<Operation* const> operations() const = 0;

  // Questions. Reads of one service run at most kReadsAtOnce side by side; each has the deadline of its ask.
  virtual asio::awaitable<Result<std::vector<CredentialState>>> credentials(bool try_them);
  virtual asio::awaitable<Result<HealthState>> health();
  virtual std::unique_ptr<PageReader<Failure>> failures(FailureQuery query);  // null: has none
  // What all failures are a part of: "messages" → 9,310 in that period; a kind that can't be counted is left out.
  virtual asio::awaitable<Result<std::map<std::string, long long>>> totals(Period period);
  virtual asio::awaitable<Result<Diagnosis>> diagnose(DiagnosisQuery query);
  virtual asio::awaitable<Result<std::vector<Finding>>> audit_configuration(std::string kind);
  virtual asio::awaitable<Result<Page<Resource>>> resources(std::string kind, std::string filter);
  virtual std::vector<std::string> resource_kinds() const { return {}; }
  virtual asio::awaitable<Result<Resource>> resource(std::string id);
  virtual asio::awaitable<Result<std::vector<WebhookState>>> webhooks(Period period);
  virtual asio::awaitable<Result<UsageState>> usage(UsageQuery query);
  virtual asio::awaitable<Result<std::vector<LimitState>>> limits(std::string model);
  virtual asio::awaitable<Result<std::vector<BalanceState>>> balance();
  virtual asio::awaitable<Result<std::vector<NumberOffer>>> search_numbers(NumberQuery query);
  virtual asio::awaitable<Result<std::vector<Resource>>> idle();
  virtual asio::awaitable<Result<VendorState>> vendor_status();
  // The share of failing work just now, for the monitor of error rates: failures and total in the period, by subject.
  struct ErrorRate {
    std::string subject;  // the number, endpoint or project, or empty for the whole service
    std::string code;     // the leading code
    long long failed = 0, total = 0;
    std::string what;      // "calls"
    std::string evidence;  // "the webhook's host does not resolve"
    std::optional<Action> remedy;
    std::optional<Time> since;  // the first failure of this run
  };
  virtual asio::awaitable<Result<std::vector<ErrorRate>>> error_rates(Period period);
  // Own phone numbers, addresses: what the masking gate leaves readable.
  virtual asio::awaitable<Result<std::vector<std::string>>> inventory();
};

inline constexpr std::size_t kReadsAtOnce = 8;

}  // namespace apiops
