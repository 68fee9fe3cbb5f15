#include "connectors/services/twilio/failures.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "engine/base/text.h"

namespace apiops::twilio {

namespace {

// The failed messages of a page; made in the pool.
struct FailedMessages {
  std::vector<Failure> failures;
  long long looked_at = 0;
  void add(const RecordView& message) {
    ++looked_at;
    if (message_failed(message.status)) failures.push_back(failure_of(record_of(message), "messages"));
  }
};

// Nothing more would be answered, whatever is asked.
bool ends_all(const Error& error) {
  return error.kind == ErrorKind::kUnauthorized || error.kind == ErrorKind::kRateLimited ||
         error.kind == ErrorKind::kUnavailable;
}

}  // namespace

FailureReader::FailureReader(TwilioApi& api, FailureQuery query) : api_(api), query_(std::move(query)) {
  // A message carries its own code: alerts would add nothing to a list of messages.
  if (wants("calls") || wants("webhooks")) parts_.push_back({Stage::kAlerts, {}});
  if (wants("messages")) {
    parts_.push_back({Stage::kUnsentMessages, {}});
    parts_.push_back({Stage::kMessages, {}});
  }
  if (wants("calls")) {
    parts_.push_back({Stage::kCalls, "failed"});
    const bool calls_asked_for = std::find(query_.kinds.begin(), query_.kinds.end(), "calls") != query_.kinds.end();
    if (calls_asked_for) {  // not errors by themselves
      parts_.push_back({Stage::kCalls, "busy"});
      parts_.push_back({Stage::kCalls, "no-answer"});
    }
    parts_.push_back({Stage::kCallsOfAlerts, {}});
  }
  if (wants("webhooks")) parts_.push_back({Stage::kLeftAlerts, {}});
}

bool FailureReader::wants(std::string_view kind) const {
  return query_.kinds.empty() || std::find(query_.kinds.begin(), query_.kinds.end(), kind) != query_.kinds.end();
}

net::Headers FailureReader::people() const {
  net::Headers filter;
  if (!query_.to.empty()) filter.emplace_back("To", query_.to);
  if (!query_.from.empty()) filter.emplace_back("From", query_.from);
  return filter;
}

bool FailureReader::is_wanted(const Failure& f) const {
  if (!query_.period.contains(f.at)) return false;
  if (!query_.code.empty() && f.code != query_.code) return false;
  if (!query_.to.empty() && f.to != query_.to) return false;
  if (!query_.from.empty() && f.from != query_.from) return false;
  return query_.resource.empty() || f.resource == query_.resource || f.subject == query_.resource ||
         asked_url_.contains(f.resource);
}

// An alert about the same is not told again.
void FailureReader::tell(Page<Failure>& page, Failure failure) {
  if (!is_wanted(failure)) return;
  if (const auto alerts = alerts_.find(failure.resource); alerts != alerts_.end()) {
    std::erase_if(alerts->second, [&failure](const Alert& a) { return a.code == failure.code; });
    if (alerts->second.empty()) alerts_.erase(alerts);
  }
  page.items.push_back(std::move(failure));
}

TrafficReader& FailureReader::reader(RecordKind kind, net::Headers filter, bool newest_page_only) {
  if (!reader_)
    reader_ = std::make_unique<TrafficReader>(
        api_,
        TrafficQuery{
            .kind = kind, .period = query_.period, .filter = std::move(filter), .newest_page_only = newest_page_only});
  return *reader_;
}

void FailureReader::part_done() {
  parts_.pop_front();
  reader_.reset();
}

asio::awaitable<Status> FailureReader::alerts(Page<Failure>& page) {
  part_done();
  auto read = co_await read_alerts(api_, query_.period);
  if (!read) {
    if (ends_all(read.error())) co_return std::unexpected(read.error());
    page.notes.push_back("Twilio's alert list could not be read (" + read.error().what + ")");
    co_return Status{};
  }
  alerts_ = std::move(read->items);
  for (const auto& [resource, list] : alerts_) {
    page.scanned["alerts"] += static_cast<long long>(list.size());
    const bool about_url =
        std::ranges::any_of(list, [&](const Alert& a) { return !a.url.empty() && a.url == query_.resource; });
    if (about_url) asked_url_.insert(resource);
  }
  if (read->foreign > 0)
    page.notes.push_back(
        fmt::format("{} of another account left out: this credential sees its own account's alerts only.",
                    count_of(read->foreign, "alert")));
  if (read->cut) {
    cut_ = true;
    page.notes.push_back("Twilio keeps alerts for 30 days and lists 10,000 at most; older ones were not read.");
  }
  if (query_.kinds.empty())
    page.notes.push_back("Twilio's alert list lacks some carrier errors, so messages and alerts were merged.");
  co_return Status{};
}

// A message that failed before it was sent may have no date of sending, so no date filter finds it: the newest page of
// all is looked at, too.
asio::awaitable<Status> FailureReader::unsent_messages(Page<Failure>& page) {
  auto found = std::make_shared<FailedMessages>();
  const auto step =
      co_await reader(RecordKind::kMessages, people(), true).next([found, seen = unsent_seen_](const RecordView& m) {
        if (m.was_sent) return;
        seen->emplace(m.sid);
        found->add(m);
      });
  part_done();
  if (!step) co_return std::unexpected(step.error());
  page.scanned["messages"] += found->looked_at;
  for (Failure& failure : found->failures) tell(page, std::move(failure));
  co_return Status{};
}

asio::awaitable<Status> FailureReader::messages(Page<Failure>& page) {
  auto found = std::make_shared<FailedMessages>();
  const auto step =
      co_await reader(RecordKind::kMessages, people()).next([found, seen = unsent_seen_](const RecordView& m) {
        if (m.was_sent || !seen->contains(m.sid)) found->add(m);
      });
  if (!step) co_return std::unexpected(step.error());
  page.scanned["messages"] += found->looked_at;
  for (Failure& failure : found->failures) tell(page, std::move(failure));
  if (step->cut) page.notes.push_back(fmt::format("Stopped after {} messages.", with_thousands(kMaxRecordsRead)));
  cut_ = cut_ || step->cut;
  if (step->last) part_done();
  co_return Status{};
}

asio::awaitable<Status> FailureReader::calls(Page<Failure>& page, std::string status) {
  net::Headers filter = people();
  filter.emplace_back("Status", status);
  auto found = std::make_shared<std::vector<Record>>();
  auto step = co_await reader(RecordKind::kCalls, std::move(filter)).next([found](const RecordView& c) {
    found->push_back(record_of(c));
  });
  if (!step) co_return std::unexpected(step.error());
  page.scanned[status + " calls"] += step->records;
  cut_ = cut_ || step->cut;
  if (step->last) part_done();
  const int before = lookups_;
  co_await add_codes(api_, *found, alerts_, lookups_);
  if (before > 0 && lookups_ == 0 && !lookups_told_) {
    lookups_told_ = true;
    page.notes.push_back(fmt::format("The error code was looked up for {} calls only.", kMaxNotificationLookups));
  }
  for (const Record& call : *found) tell(page, failure_of(call, "calls"));
  co_return Status{};
}

// A call can end as "completed" although its webhook failed: only the alert tells. Its number is on the call.
asio::awaitable<Status> FailureReader::calls_of_alerts(Page<Failure>& page) {
  auto named = std::make_shared<std::set<std::string, std::less<>>>();
  for (const auto& [resource, list] : alerts_)
    if (resource.starts_with("CA")) named->insert(resource);
  if (named->empty()) {
    part_done();
    co_return Status{};
  }
  auto found = std::make_shared<std::vector<Record>>();
  auto step = co_await reader(RecordKind::kCalls, people()).next([found, named](const RecordView& c) {
    if (named->contains(c.sid)) found->push_back(record_of(c));
  });
  if (!step) co_return std::unexpected(step.error());
  page.scanned["calls"] += step->records;
  cut_ = cut_ || step->cut;
  if (step->last) part_done();
  for (Record& call : *found)
    if (const auto alert = alerts_.find(call.sid); alert != alerts_.end()) {
      call.code = alert->second.front().code;
      tell(page, failure_of(call, "calls"));
    }
  co_return Status{};
}

void FailureReader::left_alerts(Page<Failure>& page) {
  part_done();
  for (const auto& [resource, list] : std::exchange(alerts_, {})) {
    std::set<std::string> codes;  // repeated deliveries of one event are one failure
    for (const Alert& alert : list)
      if (codes.insert(alert.code).second) tell(page, failure_of(alert));
  }
}

asio::awaitable<Status> FailureReader::read(const Part& part, Page<Failure>& page) {
  switch (part.stage) {
    case Stage::kAlerts:
      co_return co_await alerts(page);
    case Stage::kUnsentMessages:
      co_return co_await unsent_messages(page);
    case Stage::kMessages:
      co_return co_await messages(page);
    case Stage::kCalls:
      co_return co_await calls(page, part.status);
    case Stage::kCallsOfAlerts:
      co_return co_await calls_of_alerts(page);
    case Stage::kLeftAlerts:
      left_alerts(page);
      co_return Status{};
  }
  co_return Status{};
}

asio::awaitable<Result<Page<Failure>>> FailureReader::next() {
  Page<Failure> page;
  if (parts_.empty() && trouble_) co_return std::unexpected(*std::exchange(trouble_, {}));
  if (!parts_.empty()) {
    const Part part = parts_.front();
    const std::size_t left = parts_.size();
    if (auto done = co_await read(part, page); !done) {
      if (ends_all(done.error())) co_return std::unexpected(done.error());
      if (!trouble_) trouble_ = done.error();
      if (parts_.size() == left) part_done();
      if (part.stage == Stage::kUnsentMessages) part_done();  // of the same list: it would fail the same way
    }
  }
  page.last = parts_.empty() && !trouble_;
  page.cut = page.last && cut_;
  co_return page;
}

}  // namespace apiops::twilio
