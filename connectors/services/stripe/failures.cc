// errors.report for Stripe: failed payments and undelivered events, both from the event list, a page at a time.
#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>

#include "connectors/services/stripe/payments.h"
#include "connectors/services/stripe/stripe_adapter.h"

namespace apiops::stripe {

namespace {

constexpr std::size_t kMaxEventPages = 60;
constexpr std::chrono::days kEventsKeptFor{30};

class FailureReader final : public PageReader<Failure> {
 public:
  FailureReader(StripeApi& api, Clock& clock, FailureQuery query)
      : api_(api), clock_(clock), query_(std::move(query)) {}

  asio::awaitable<Result<Page<Failure>>> next() override {
    if (stage_ == Stage::kPayments && !wants("payments")) stage_ = Stage::kWebhooks;
    if (stage_ == Stage::kWebhooks && !wants("webhooks")) stage_ = Stage::kDone;
    Page<Failure> page;
    if (pages_ == 0 && clock_.now() - query_.period.from > kEventsKeptFor)
      page.notes.push_back("Stripe keeps events for 30 days: older failures are not counted.");
    if (stage_ == Stage::kDone) {
      page.last = true;
      co_return page;
    }
    if (pages_ == 0) {
      // A restricted key may lack endpoints; events are then told without naming theirs.
      auto all = co_await endpoints(api_);
      if (all) endpoints_ = std::move(*all);
    }
    if (pages_++ >= kMaxEventPages) {
      page.cut = page.last = true;
      co_return page;
    }
    net::Headers query = stage_query();
    auto reply = co_await api_.get("/v1/events", std::move(query));
    if (!reply) co_return std::unexpected(reply.error());
    take(page, reply->body);
    page.last = stage_ == Stage::kDone;
    co_return page;
  }

 private:
  enum class Stage { kPayments, kWebhooks, kDone };

  bool wants(std::string_view kind) const {
    return query_.kinds.empty() || std::ranges::find(query_.kinds, kind) != query_.kinds.end();
  }

  net::Headers stage_query() const {
    net::Headers query = created_in(query_.period);
    query.emplace_back("limit", "100");
    if (stage_ == Stage::kPayments) {
      query.emplace_back("types[0]", "charge.failed");
      query.emplace_back("types[1]", "payment_intent.payment_failed");
    } else {
      query.emplace_back("delivery_success", "false");
    }
    if (!after_.empty()) query.emplace_back("starting_after", after_);
    return query;
  }

  void take(Page<Failure>& page, const Json& body) {
    const Json& data = get_array(body, "data");
    for (const auto& event : data) {
      auto failure =
          stage_ == Stage::kPayments ? failed_payment(event, charges_) : std::optional(undelivered_event(event));
      if (failure && fits(*failure)) page.items.push_back(std::move(*failure));
    }
    page.scanned["events"] = static_cast<long long>(data.size());
    const std::string last = data.empty() ? std::string() : get_string(data.back(), "id");
    const bool more = get_bool(body, "has_more").value_or(false) && !last.empty();
    if (more && last_ids_.insert(last).second) {
      after_ = last;
      return;
    }
    if (more) page.cut = true;  // a page that was already read
    after_.clear();
    last_ids_.clear();
    stage_ = stage_ == Stage::kPayments && wants("webhooks") ? Stage::kWebhooks : Stage::kDone;
  }

  Failure undelivered_event(const Json& event) const {
    Failure failure;
    const Undelivered row{get_string(event, "id"), get_string(event, "type", "unknown"),
                          from_seconds(get_integer(event, "created").value_or(0)), 0};
    failure.kind = "webhooks";
    failure.resource = row.event;
    failure.detail = row.type;
    failure.status = "undelivered";
    failure.at = row.at;
    const auto waiting = waiting_endpoints(endpoints_, row);
    if (!waiting.empty()) failure.subject = waiting.front()->id;
    failure.code = !waiting.empty() && !waiting.front()->enabled() ? "endpoint_disabled" : "event_undelivered";
    return failure;
  }

  bool fits(const Failure& failure) const {
    if (!query_.period.contains(failure.at)) return false;
    if (!query_.code.empty() && query_.code != failure.code && query_.code != failure.detail) return false;
    if (!query_.customer.empty() && query_.customer != failure.from) return false;
    return query_.resource.empty() || query_.resource == failure.resource || query_.resource == failure.subject;
  }

  StripeApi& api_;
  Clock& clock_;
  FailureQuery query_;
  Stage stage_ = Stage::kPayments;
  std::string after_;
  std::size_t pages_ = 0;
  std::vector<Endpoint> endpoints_;
  std::set<std::string> charges_, last_ids_;
};

struct Rows {
  long long count = 0;
  bool more = false;
};

asio::awaitable<Result<Rows>> count_rows(StripeApi& api, std::string path, Period period) {
  auto listed = co_await api.list(std::move(path), created_in(period));
  if (!listed) co_return std::unexpected(listed.error());
  co_return Rows{static_cast<long long>(listed->rows.size()), listed->more};
}

}  // namespace

std::unique_ptr<PageReader<Failure>> StripeAdapter::failures(FailureQuery query) {
  return std::make_unique<FailureReader>(api_, clock_, std::move(query));
}

asio::awaitable<Result<std::map<std::string, long long>>> StripeAdapter::totals(Period period) {
  std::map<std::string, long long> totals;
  const auto payments = co_await count_rows(api_, "/v1/charges", period);
  if (!payments) co_return std::unexpected(payments.error());
  if (!payments->more) totals["payments"] = payments->count;
  const auto events = co_await count_rows(api_, "/v1/events", period);
  if (events && !events->more) totals["webhooks"] = events->count;
  co_return totals;
}

asio::awaitable<Result<std::vector<ServiceAdapter::ErrorRate>>> StripeAdapter::error_rates(Period period) {
  const auto all = co_await totals(period);
  if (!all) co_return std::unexpected(all.error());
  FailureQuery query;
  query.period = period;
  query.kinds = {"payments"};
  FailureReader reader(api_, clock_, std::move(query));
  ErrorRate payments{.what = "payments"};
  std::map<std::string, long long> codes;
  for (bool last = false; !last;) {
    auto page = co_await reader.next();
    if (!page) co_return std::unexpected(page.error());
    for (const auto& failed : page->items) {
      ++payments.failed;
      ++codes[failed.code];
      payments.since = payments.since ? std::min(*payments.since, failed.at) : failed.at;
    }
    last = page->last;
  }
  for (const auto& [code, count] : codes) {
    if (payments.code.empty() || count > codes[payments.code]) payments.code = code;
  }
  const auto total = all->find("payments");
  payments.total = total == all->end() ? payments.failed : std::max(total->second, payments.failed);
  std::vector<ErrorRate> rates;
  if (payments.total > 0) rates.push_back(std::move(payments));
  co_return rates;
}

}  // namespace apiops::stripe
