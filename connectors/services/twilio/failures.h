// Reads what failed at Twilio, a page for each pull: alerts first (they give calls their codes; a list of messages does
// without), then messages, calls, and at the end the alerts that belong to none of them. Messages can't be filtered by
// status at Twilio, so all are looked at; what is kept of a page is its failures. A part that can't be read does not
// keep the others from being read: the error comes last.
#pragma once

#include <deque>
#include <set>

#include "connectors/services/twilio/traffic.h"

namespace apiops::twilio {

class FailureReader final : public PageReader<Failure> {
 public:
  FailureReader(TwilioApi& api, FailureQuery query);
  asio::awaitable<Result<Page<Failure>>> next() override;

 private:
  enum class Stage : std::uint8_t { kAlerts, kUnsentMessages, kMessages, kCalls, kCallsOfAlerts, kLeftAlerts };
  struct Part {
    Stage stage;
    std::string status;  // of the calls asked for
  };
  using Step = TrafficReader::Step;

  bool wants(std::string_view kind) const;
  bool is_wanted(const Failure& failure) const;
  net::Headers people() const;
  TrafficReader& reader(RecordKind kind, net::Headers filter, bool newest_page_only = false);
  void part_done();
  void tell(Page<Failure>& page, Failure failure);
  asio::awaitable<Status> read(const Part& part, Page<Failure>& page);
  asio::awaitable<Status> alerts(Page<Failure>& page);
  asio::awaitable<Status> unsent_messages(Page<Failure>& page);
  asio::awaitable<Status> messages(Page<Failure>& page);
  asio::awaitable<Status> calls(Page<Failure>& page, std::string status);
  asio::awaitable<Status> calls_of_alerts(Page<Failure>& page);
  void left_alerts(Page<Failure>& page);

  TwilioApi& api_;
  FailureQuery query_;
  std::deque<Part> parts_;
  std::unique_ptr<TrafficReader> reader_;  // of the part that is being read
  using Sids = std::set<std::string, std::less<>>;
  std::shared_ptr<Sids> unsent_seen_ = std::make_shared<Sids>();  // of one page at most; shared with the pool
  Sids asked_url_;  // what had an alert about the URL that is asked for, where `resource` is one
  Alerts alerts_;   // that were not told yet
  int lookups_ = kMaxNotificationLookups;
  bool lookups_told_ = false;
  bool cut_ = false;  // told on the last page: the other parts are read all the same
  std::optional<Error> trouble_;
};

}  // namespace apiops::twilio
