#include "connectors/services/twilio/failures.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "engine/base/text.h"

namespace apiops::twilio {

FailureReader::FailureReader(TwilioApi& api, FailureQuery query) : api_(api), query_(std::move(query)) {
  parts_.push_back({Stage::kAlerts, {}});
  if (wants("messages")) {
    parts_.push_back({Stage::kMessages, {}});
    parts_.push_back({Stage::kNewestMessages, {}});
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
  return query_.resource.empty() || f.resource == query_.resource || f.subject == query_.resource;
}

void FailureReader::keep(Page<Failure>& page, Failure failure) {
  if (is_wanted(failure) && told_.insert(failure.resource + " " + failure.code).second)
    page.items.push_back(std::move(failure));
}

void FailureReader::part_done() {
  parts_.pop_front();
  next_.clear();
  pages_ = 0;
  pages_seen_.clear();
}

asio::awaitable<Status> FailureReader::alerts(Page<Failure>& page) {
  auto read = co_await read_alerts(api_, query_.period);
  part_done();
  if (!read) {
    page.notes.push_back("Twilio's alert list could not be read (" + read.error().what + ")");
    co_return Status{};
  }
  alerts_ = std::move(read->items);
  for (const auto& [resource, list] : alerts_) page.scanned["alerts"] += static_cast<long long>(list.size());
  if (read->cut)
    cut_ = true,
    page.notes.push_back("Twilio keeps alerts for 30 days and lists 10,000 at most; older ones were not read.");
  if (query_.kinds.empty())
    page.notes.push_back("Twilio's alert list lacks some carrier errors, so messages and alerts were merged.");
  co_return Status{};
}

asio::awaitable<Status> FailureReader::messages(Page<Failure>& page, bool unfiltered) {
  net::Headers query;
  if (next_.empty()) {
    query = people();
    if (!unfiltered) {
      query.emplace_back("DateSent>", utc_day(query_.period.from));
      query.emplace_back("DateSent<", utc_day(query_.period.to + std::chrono::hours(24)));
    }
    query.emplace_back("PageSize", std::to_string(kLargePage));
  }
  auto read = co_await api_.page(Host::kApi, next_.empty() ? api_.account_path("Messages.json") : next_, "messages",
                                 std::move(query));
  if (!read) co_return std::unexpected(read.error());
  for (const Json& row : read->rows()) {
    const Record message = message_of(row);
    const bool was_sent = !get_string(row, "date_sent").empty();
    if (unfiltered && was_sent) continue;  // looked at already
    if (query_.period.contains(message.at)) ++page.scanned["messages"];
    if (message_failed(message)) keep(page, failure_of(message, "messages"));
  }
  next_ = read->next;
  ++pages_;
  const bool loops = !next_.empty() && !pages_seen_.insert(next_).second;
  const bool bound = pages_ >= kMaxTrafficPages || loops;
  if (bound && !next_.empty() && !unfiltered)
    cut_ = true, page.notes.push_back(fmt::format("Stopped after {} pages of messages.", pages_));
  if (next_.empty() || bound || unfiltered) part_done();
  co_return Status{};
}

asio::awaitable<Status> FailureReader::calls(Page<Failure>& page, std::string status) {
  net::Headers filter = people();
  filter.emplace_back("Status", status);
  auto read = co_await read_calls(api_, query_.period, std::move(filter));
  if (!read) co_return std::unexpected(read.error());
  part_done();
  page.scanned[status + " calls"] += static_cast<long long>(read->items.size());
  const int before = lookups_;
  co_await add_codes(api_, read->items, alerts_, lookups_);
  if (before > 0 && lookups_ == 0 && !lookups_told_) {
    lookups_told_ = true;
    page.notes.push_back(fmt::format("The error code was looked up for {} calls only.", kMaxNotificationLookups));
  }
  for (const Record& call : read->items) keep(page, failure_of(call, "calls"));
  cut_ = cut_ || read->cut;
  co_return Status{};
}

// A call can end as "completed" although its webhook failed: only the alert tells. Its number is on the call.
asio::awaitable<Status> FailureReader::calls_of_alerts(Page<Failure>& page) {
  const bool any = std::any_of(alerts_.begin(), alerts_.end(), [this](const auto& entry) {
    return entry.first.starts_with("CA") && !told_.contains(entry.first + " " + entry.second.front().code);
  });
  if (any) {
    auto read = co_await read_calls(api_, query_.period, people());
    if (!read) co_return std::unexpected(read.error());
    page.scanned["calls"] += static_cast<long long>(read->items.size());
    cut_ = cut_ || read->cut;
    for (Record& call : read->items) {
      const auto alert = alerts_.find(call.sid);
      if (alert == alerts_.end()) continue;
      call.code = alert->second.front().code;
      keep(page, failure_of(call, "calls"));
    }
  }
  part_done();
  co_return Status{};
}

void FailureReader::left_alerts(Page<Failure>& page) {
  for (const auto& [resource, list] : alerts_)
    for (const Alert& alert : list)
      if (!told_.contains(resource + " " + alert.code)) keep(page, failure_of(alert));
  part_done();
}

asio::awaitable<Result<Page<Failure>>> FailureReader::next() {
  Page<Failure> page;
  Status done;
  if (!parts_.empty()) {
    const Part part = parts_.front();
    switch (part.stage) {
      case Stage::kAlerts:
        done = co_await alerts(page);
        break;
      case Stage::kMessages:
        done = co_await messages(page, false);
        break;
      case Stage::kNewestMessages:
        done = co_await messages(page, true);
        break;
      case Stage::kCalls:
        done = co_await calls(page, part.status);
        break;
      case Stage::kCallsOfAlerts:
        done = co_await calls_of_alerts(page);
        break;
      case Stage::kLeftAlerts:
        left_alerts(page);
        break;
    }
  }
  if (!done) co_return std::unexpected(done.error());
  page.last = parts_.empty();
  page.cut = page.last && cut_;
  co_return page;
}

}  // namespace apiops::twilio
