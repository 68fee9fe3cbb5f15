// Reads what failed at Twilio, a page for each pull: alerts first (they give calls their codes), then messages, calls,
// and at the end the alerts that belong to none of them. Messages can't be filtered by status at Twilio, so all are
// looked at.
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
  enum class Stage : std::uint8_t { kAlerts, kMessages, kNewestMessages, kCalls, kCallsOfAlerts, kLeftAlerts };
  struct Part {
    Stage stage;
    std::string status;  // of the calls asked for
  };

  bool wants(std::string_view kind) const;
  net::Headers people() const;
  bool is_wanted(const Failure& failure) const;
  void keep(Page<Failure>& page, Failure failure);
  void part_done();
  asio::awaitable<Status> alerts(Page<Failure>& page);
  asio::awaitable<Status> messages(Page<Failure>& page, bool unfiltered);
  asio::awaitable<Status> calls(Page<Failure>& page, std::string status);
  asio::awaitable<Status> calls_of_alerts(Page<Failure>& page);
  void left_alerts(Page<Failure>& page);

  TwilioApi& api_;
  FailureQuery query_;
  std::deque<Part> parts_;
  std::string next_;  // of the part that is being read
  std::size_t pages_ = 0;
  std::set<std::string> pages_seen_, told_;  // told_: resource and code
  Alerts alerts_;
  int lookups_ = kMaxNotificationLookups;
  bool lookups_told_ = false;
  bool cut_ = false;  // told on the last page: the other parts are read all the same
};

}  // namespace apiops::twilio
