#include "engine/watch/error_rate_monitor.h"

#include <fmt/format.h>

#include <algorithm>

#include "engine/base/json.h"
#include "engine/base/text.h"

namespace apiops {

namespace {

using Rate = ServiceAdapter::ErrorRate;

double percent(const Rate& rate) {
  return rate.total == 0 ? 0 : 100.0 * static_cast<double>(rate.failed) / static_cast<double>(rate.total);
}

// A pointer to the rate of that subject and kind of work, or null.
auto find(auto& rates, const std::string& subject, const std::string& what) -> decltype(rates.data()) {
  for (auto& rate : rates)
    if (rate.subject == subject && rate.what == what) return &rate;
  return nullptr;
}

std::string fingerprint(const std::string& service, const Rate& rate) {
  return service + "/" + rate.what + "/" + rate.subject;
}

// "none of 118 did at this hour of the last 7 days"
std::string in_words(const Rate& usual, int days) {
  if (usual.total == 0) return fmt::format("there were none at this hour of the last {} days", days);
  return fmt::format("{} of {} did at this hour of the last {} days",
                     usual.failed == 0 ? "none" : with_thousands(usual.failed), with_thousands(usual.total), days);
}

// "37 of 41 calls fail; none of 118 did at this hour of the last 7 days. The webhook …: the name does not resolve."
std::string what_happens(const Rate& rate, const std::string& usual) {
  std::string text =
      fmt::format("{} of {} {} fail", with_thousands(rate.failed), with_thousands(rate.total), rate.what);
  text += (usual.empty() ? "" : "; " + usual) + ".";
  if (!rate.evidence.empty())
    text +=
        " " + std::string(1, static_cast<char>(std::toupper(rate.evidence.front()))) + rate.evidence.substr(1) + ".";
  return text;
}

Json remedy_of(const Rate& rate) {
  if (!rate.remedy) return Json::object();
  Json remedy = rate.remedy->subject;
  if (get_string(remedy, "label").empty()) remedy["label"] = "Fix it";
  return remedy;
}

Json document_of(std::string_view title, const Rate& rate, const std::string& usual, Json series) {
  return {{"title", fmt::format("{} {} on {}", title, rate.code, spaced_number(rate.subject))},
          {"code", rate.code},
          {"kind", rate.what},
          {"before", usual},
          {"what", what_happens(rate, usual)},
          {"remedy", remedy_of(rate)},
          {"series", std::move(series)}};
}

constexpr std::size_t kMaxSeries = 48;

}  // namespace

asio::awaitable<void> ErrorRateMonitor::run() {
  MonitorRow row{.id = id(),
                 .service = std::string(service_.service()),
                 .account = std::string(service_.account()),
                 .kind = "error_rate",
                 .route = desk_.places.empty() ? "" : desk_.places.front().channel,
                 .parameters = Json{{"every_ms", rule_.every.count()}},
                 .threshold = Json{{"percent", rule_.least_percent}, {"failures", rule_.least_failures}},
                 .next_at = desk_.clock.now()};
  for (bool listed = false; !stopping_; listed = true) {
    const Status looked = co_await look();  // a reading that fails is taken again at its next time
    if (!looked && looked.error().kind == ErrorKind::kUnsupported) co_return;
    if (!listed) (void)co_await desk_.store.put_monitor(row);
    co_await signal_.wait(rule_.every);
  }
}

void ErrorRateMonitor::stop() {
  stopping_ = true;
  signal_.set();
}

asio::awaitable<Status> ErrorRateMonitor::look() {
  const Time now = desk_.clock.now();
  auto open_alerts = co_await desk_.store.alerts(false, 1'000);
  if (!open_alerts) co_return std::unexpected(open_alerts.error());
  auto rates = co_await service_.error_rates({now - rule_.recent, now});
  if (!rates) co_return std::unexpected(rates.error());
  double worst = 0;
  long long total = 0;
  for (const auto& rate : *rates) {
    total += rate.total;
    if (rate.failed >= rule_.least_failures) worst = std::max(worst, percent(rate));
    const std::string print = fingerprint(std::string(service_.service()), rate);
    const bool known = std::any_of(open_alerts->begin(), open_alerts->end(),
                                   [&](const AlertRow& a) { return a.fingerprint == print; });
    if (known || rate.failed < rule_.least_failures || percent(rate) < rule_.least_percent) continue;
    auto usual = co_await usual_of(rate);
    if (!usual) co_return std::unexpected(usual.error());
    if (percent(rate) < percent(*usual) * rule_.times_the_usual) continue;
    if (auto opened = co_await open(rate); !opened) co_return opened;
  }
  for (auto& alert : *open_alerts)
    if (alert.monitor == id())
      if (auto followed = co_await follow(std::move(alert)); !followed) co_return followed;
  co_return co_await desk_.store.observe({.monitor = id(), .at = now, .value = worst, .sample_size = total},
                                         now + rule_.every);
}

asio::awaitable<Result<Rate>> ErrorRateMonitor::usual_of(const Rate& rate) {
  const Time now = desk_.clock.now();
  if (usual_.empty() || now - usual_at_ > rule_.recent) {
    Rates sum;
    for (int day = 1; day <= rule_.days_before; ++day) {
      const Time end = now - day * std::chrono::hours(24);
      auto before = co_await service_.error_rates({end - rule_.recent, end});
      if (!before) co_return std::unexpected(before.error());
      for (Rate& one : *before) {
        Rate* same = find(sum, one.subject, one.what);
        if (!same) same = &sum.emplace_back(Rate{.subject = one.subject, .what = one.what});
        same->failed += one.failed;
        same->total += one.total;
      }
    }
    usual_ = std::move(sum);
    usual_at_ = now;
  }
  const Rate* same = find(usual_, rate.subject, rate.what);
  co_return same ? *same : Rate{.subject = rate.subject, .what = rate.what};
}

asio::awaitable<std::optional<Rate>> ErrorRateMonitor::read(const Rate& like, Period period) {
  auto rates = co_await service_.error_rates(period);
  if (!rates) co_return std::nullopt;
  if (const Rate* same = find(*rates, like.subject, like.what)) co_return *same;
  co_return std::nullopt;
}

asio::awaitable<Status> ErrorRateMonitor::open(Rate rate) {
  const Time now = desk_.clock.now();
  // The whole of it: since when, and how many by now.
  if (auto whole = co_await read(rate, {now - rule_.begun_within, now})) {
    if (whole->since) whole = co_await read(rate, {*whole->since, now});
    if (whole && whole->failed > 0) rate = std::move(*whole);
  }
  auto usual = co_await usual_of(rate);
  if (!usual) co_return std::unexpected(usual.error());
  const std::string before = in_words(*usual, rule_.days_before);
  AlertRow alert{.id = make_id(now, desk_.random),
                 .monitor = id(),
                 .fingerprint = fingerprint(std::string(service_.service()), rate),
                 .service = std::string(service_.service()),
                 .account = std::string(service_.account()),
                 .resource = rate.subject,
                 .severity = percent(rate) >= 50 ? "critical" : "warning",
                 .document = document_of(service_.title(), rate, before, Json::array({percent(rate)})),
                 .first_at = rate.since.value_or(now),
                 .last_at = now,
                 .count = rate.failed};
  alert.document = desk_.gate.mask(alert.document);
  Together together = alert_everywhere(desk_, alert);
  together.audit.push_back(alert_record(alert, {}, "opened"));
  auto opened = co_await desk_.store.open_alert(std::move(alert), std::move(together));
  if (!opened) co_return std::unexpected(opened.error());
  co_return Status{};
}

// Counts on while it lasts; resolves it when enough went through since the last failure, or nothing failed for long.
asio::awaitable<Status> ErrorRateMonitor::follow(AlertRow alert) {
  const Time now = desk_.clock.now();
  const long long version = alert.version;
  Rate like{.subject = alert.resource, .what = get_string(alert.document, "kind")};
  auto since = co_await service_.error_rates({alert.last_at, now});
  if (!since) co_return std::unexpected(since.error());
  const Rate* fresh = find(*since, like.subject, like.what);
  std::string action;
  if (fresh && fresh->failed > 0) {
    auto whole = co_await read(like, {alert.first_at, now});
    if (!whole || whole->failed == 0) co_return Status{};
    Json series = get_array(alert.document, "series");
    series.push_back(percent(*fresh));
    if (series.size() > kMaxSeries) series.erase(series.begin());
    const std::string before = get_string(alert.document, "before");
    alert.document = desk_.gate.mask(document_of(service_.title(), *whole, before, std::move(series)));
    alert.count = whole->failed;
    alert.last_at = now;
  } else if (fresh && fresh->total >= rule_.proof) {
    alert.document["ended"] = fmt::format("{} {} since {} went through, none failed.", with_thousands(fresh->total),
                                          like.what, short_time(alert.last_at, now, "UTC"));
    action = "resolved";
  } else if (now - alert.last_at >= rule_.quiet) {
    alert.document["ended"] = fmt::format("No failure for {} (inferred: there was too little traffic to be sure).",
                                          human_duration(now - alert.last_at));
    alert.inferred = true;
    action = "resolved";
  } else {
    co_return Status{};
  }
  if (!action.empty()) alert.state = "resolved", alert.resolved_at = now;
  Together together = alert_everywhere(desk_, alert);
  if (!action.empty()) together.audit.push_back(alert_record(alert, {}, action));
  auto changed = co_await desk_.store.change_alert(std::move(alert), version, std::move(together));
  if (!changed) co_return std::unexpected(changed.error());
  co_return Status{};
}

}  // namespace apiops
