#include "connectors/services/twilio/traffic.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>

#include "connectors/net/http_server.h"
#include "engine/base/text.h"

namespace apiops::twilio {

namespace {

Time time_of(const Json& row, std::initializer_list<std::string_view> fields) {
  for (const auto field : fields)
    if (const auto at = parse_rfc2822(get_string(row, field))) return *at;
  return {};
}

std::string code_field(const Json& row) {
  const auto code = get_integer(row, "error_code");
  return code && *code != 0 ? std::to_string(*code) : std::string();
}

// alert_text is often a query string of its own.
std::string part_of(const net::Headers& parts, std::string_view name) {
  for (const auto& [key, value] : parts)
    if (key == name) return value;
  return {};
}

// The parser's words are the most useful, then Msg.
void read_alert_text(Alert& alert, const std::string& text) {
  alert.text = text;
  if (text.find('=') == std::string::npos) return;
  const net::Headers parts = net::decode_query(text);
  if (const auto status = get_integer(Json{{"n", part_of(parts, "httpResponse")}}, "n"))
    alert.http_status = *status >= 100 && *status < 600 ? static_cast<int>(*status) : 0;
  for (const std::string_view name : {"parserMessage", "Msg"})
    if (std::string words = part_of(parts, name); !words.empty()) {
      alert.text = std::move(words);
      return;
    }
}

// The records of a page, as they are kept.
struct KeptRecords {
  std::vector<Record> items;
  void add(const RecordView& view) { items.push_back(record_of(view)); }
  void join(KeptRecords&& page) { std::move(page.items.begin(), page.items.end(), std::back_inserter(items)); }
};

}  // namespace

std::string utc_day(Time t) { return to_iso8601(t).substr(0, 10); }

Record message_of(const Json& row) {
  Record r;
  r.sid = get_string(row, "sid");
  r.from = get_string(row, "from");
  r.to = get_string(row, "to");
  r.status = get_string(row, "status");
  r.direction = get_string(row, "direction");
  r.own = r.direction == "inbound" ? r.to : r.from;
  r.service = get_string(row, "messaging_service_sid");
  r.code = code_field(row);
  r.code_text = get_string(row, "error_message");
  r.at = time_of(row, {"date_sent", "date_created", "date_updated"});
  return r;
}

Record call_of(const Json& row) {
  Record r;
  r.sid = get_string(row, "sid");
  r.from = get_string(row, "from");
  r.to = get_string(row, "to");
  r.status = get_string(row, "status");
  r.direction = get_string(row, "direction");
  r.own = r.direction == "inbound" ? r.to : r.from;
  r.at = time_of(row, {"start_time", "date_created", "date_updated"});
  return r;
}

Record record_of(const RecordView& view) {
  Record r;
  r.sid = view.sid;
  r.from = view.from;
  r.to = view.to;
  r.own = view.own;
  r.status = view.status;
  r.direction = view.direction;
  r.service = view.service;
  if (view.code != 0) r.code = std::to_string(view.code);
  r.code_text = view.code_text;
  r.at = view.at;
  return r;
}

bool message_failed(std::string_view status) { return status == "failed" || status == "undelivered"; }
bool call_failed(const Record& call) { return call.status == "failed" || !call.code.empty(); }

Alert alert_of(const Json& row) {
  Alert a;
  a.sid = get_string(row, "sid");
  a.resource = get_string(row, "resource_sid");
  a.code = code_field(row);
  a.url = get_string(row, "request_url");
  read_alert_text(a, get_string(row, "alert_text"));
  const auto at = parse_iso8601(get_string(row, "date_generated", get_string(row, "date_created")));
  a.at = at.value_or(Time{});
  return a;
}

Failure failure_of(const Record& record, std::string kind) {
  Failure f;
  f.code = record.code;
  f.kind = std::move(kind);
  f.resource = record.sid;
  f.subject = record.own;
  f.from = record.from;
  f.to = record.to;
  f.status = record.status;
  f.at = record.at;
  return f;
}

Failure failure_of(const Alert& alert) {
  Failure f;
  f.code = alert.code;
  f.kind = alert.resource.starts_with("CA") ? "calls" : "webhooks";
  f.resource = alert.resource.empty() ? alert.sid : alert.resource;
  f.subject = alert.resource.starts_with("PN") ? alert.resource : "";
  f.status = "alert";
  f.at = alert.at;
  return f;
}

asio::awaitable<Result<Reading<Alerts>>> read_alerts(TwilioApi& api, Period period) {
  Reading<Alerts> reading;
  const Time oldest = period.to - kAlertsKept + std::chrono::hours(1);
  const Time from = std::max(period.from, oldest);
  std::set<std::string> seen;
  const auto keep = [&](const Json& row) {
    Alert alert = alert_of(row);
    if (!period.contains(alert.at) || !seen.insert(alert.sid).second) return;
    if (const auto owner = get_string(row, "account_sid"); !owner.empty() && owner != api.account_sid()) {
      ++reading.foreign;
      return;
    }
    const std::string key = alert.resource.empty() ? alert.sid : alert.resource;
    reading.items[key].push_back(std::move(alert));
  };
  const auto cut = co_await api.each(Host::kMonitor, "/v1/Alerts", "alerts",
                                     {{"LogLevel", "error"},
                                      {"StartDate", utc_day(from)},
                                      {"EndDate", utc_day(period.to + std::chrono::hours(24))},
                                      {"PageSize", std::to_string(kLargePage)}},
                                     kMaxAlertPages, keep);
  if (!cut) co_return std::unexpected(cut.error());
  reading.cut = *cut || from > period.from;
  co_return reading;
}

asio::awaitable<Result<Reading<std::vector<Record>>>> read_records(TwilioApi& api, RecordKind kind, Period period,
                                                                   net::Headers filter) {
  auto read = co_await scan<KeptRecords>(
      api, {.kind = kind, .period = period, .filter = std::move(filter), .max_records = kMaxRecordsKept});
  if (!read) co_return std::unexpected(read.error());
  Reading<std::vector<Record>> reading{std::move(read->digest.items), read->cut};
  std::sort(reading.items.begin(), reading.items.end(), [](const Record& a, const Record& b) { return a.at > b.at; });
  co_return reading;
}

asio::awaitable<std::string> code_from_notifications(TwilioApi& api, std::string call) {
  auto page =
      co_await api.page(Host::kApi, api.account_path("Calls/" + net::encode_component(call) + "/Notifications.json"),
                        "notifications", {{"Log", "0"}, {"PageSize", "20"}});
  if (!page) co_return std::string();
  for (const Json& row : page->rows())
    if (const std::string code = code_field(row); !code.empty()) co_return code;
  co_return std::string();
}

asio::awaitable<void> add_codes(TwilioApi& api, std::vector<Record>& calls, const Alerts& alerts, int& lookups) {
  std::sort(calls.begin(), calls.end(), [](const Record& a, const Record& b) { return a.at > b.at; });
  for (Record& call : calls) {
    if (const auto found = alerts.find(call.sid); found != alerts.end()) {
      call.code = found->second.front().code;
      call.code_text = found->second.front().text;
    } else if (call.status == "failed" && lookups > 0) {
      --lookups;
      call.code = co_await code_from_notifications(api, call.sid);
    }
  }
}

asio::awaitable<Result<Reading<std::vector<Record>>>> records_of_number(TwilioApi& api, RecordKind kind,
                                                                        std::string number, Period period) {
  auto in = co_await read_records(api, kind, period, {{"To", number}});
  if (!in) co_return std::unexpected(in.error());
  auto out = co_await read_records(api, kind, period, {{"From", number}});
  if (!out) co_return std::unexpected(out.error());
  in->cut = in->cut || out->cut;
  std::move(out->items.begin(), out->items.end(), std::back_inserter(in->items));
  co_return std::move(*in);
}

}  // namespace apiops::twilio
