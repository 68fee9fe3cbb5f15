// Calls, messages and alerts as they were read, and what of them failed. A call has no error of its own: its code comes
// from the alerts or, where those lack it, from the call's notifications.
#pragma once

#include <asio/awaitable.hpp>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "connectors/services/twilio/traffic_reader.h"
#include "connectors/services/twilio/twilio_api.h"
#include "engine/ports/service_types.h"

namespace apiops::twilio {

inline constexpr std::size_t kMaxAlertPages = 20;     // of kLargePage alerts; Twilio lists 10,000 at most
inline constexpr long long kMaxRecordsKept = 20'000;  // where a reading keeps its records, not only counts them
inline constexpr int kMaxNotificationLookups = 20;
inline constexpr std::chrono::hours kAlertsKept{30 * 24};  // older ones are refused by Twilio

struct Alert {
  std::string sid, resource, code, url, text;
  int http_status = 0;  // of the webhook's answer, where the alert tells it
  Time at{};
};
// By the resource that they are about; alerts without one are under their own sid.
using Alerts = std::map<std::string, std::vector<Alert>>;

struct Record {  // a call or a message
  std::string sid, from, to, own, status, direction, code, service;
  Time at{};
  std::string code_text;  // the service's own words
};
Record message_of(const Json& row);
Record call_of(const Json& row);
Record record_of(const RecordView& view);
bool message_failed(std::string_view status);
// Failed by its status, or by an alert about it. Busy and no-answer are not errors by themselves.
bool call_failed(const Record& call);

Alert alert_of(const Json& row);
Failure failure_of(const Record& record, std::string kind);
// An alert that belongs to no call or message that was read.
Failure failure_of(const Alert& alert);

std::string utc_day(Time t);  // "2026-11-24"

template <typename T>
struct Reading {
  T items;
  bool cut = false;
  long long foreign = 0;  // left out: they belong to another account than the one that is asked about
};
// A parent's credential that is used for a subaccount gets the parent's alerts, since the product's host goes by the
// credential alone: those are left out, and counted.
asio::awaitable<Result<Reading<Alerts>>> read_alerts(TwilioApi& api, Period period);
// `filter`: To, From, Status. The newest kMaxRecordsKept of the period, newest first; what only counts uses scan().
asio::awaitable<Result<Reading<std::vector<Record>>>> read_records(TwilioApi& api, RecordKind kind, Period period,
                                                                   net::Headers filter = {});

// Gives calls their codes: from the alerts, then for failed ones from notifications, newest first, `lookups` at most.
asio::awaitable<void> add_codes(TwilioApi& api, std::vector<Record>& calls, const Alerts& alerts, int& lookups);
asio::awaitable<std::string> code_from_notifications(TwilioApi& api, std::string call);

// Of one of our numbers: the calls or messages to and from it.
asio::awaitable<Result<Reading<std::vector<Record>>>> records_of_number(TwilioApi& api, RecordKind kind,
                                                                        std::string number, Period period);

}  // namespace apiops::twilio
