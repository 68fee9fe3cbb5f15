#include "connectors/sandbox/twilio/monitor.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "connectors/sandbox/reply.h"
#include "connectors/sandbox/twilio/paging.h"
#include "connectors/sandbox/twilio/records.h"

namespace apiops::sandbox::twilio {

namespace {

constexpr const char* kHost = "monitor.twilio.com";
constexpr std::size_t kMostAlerts = 10'000;  // of one request: more is cut, as Twilio does
constexpr std::chrono::hours kKept{24 * 30};

Json whole_second(Time at) { return to_iso8601(from_seconds(to_millis(at) / 1000)); }

}  // namespace

Monitor::Monitor(const Account& account, const Messages& messages, const Calls& calls, const Numbers& numbers)
    : account_(account), messages_(messages), calls_(calls), numbers_(numbers) {}

// Calls whose webhook did not answer, and messages of numbers that are not registered: not every carrier error is in
// here, as in the real list.
std::vector<Monitor::Alert> Monitor::alerts_between(Time from, Time to, const std::string& level) const {
  std::vector<Alert> found;
  for (const Call& c : calls_.between(from, to))
    if (c.code != 0 && (level.empty() || level == category_level(c.code)))
      found.push_back({c.ref, c.code, call_sid(account_.world, c.ref), c.webhook});
  if (level.empty() || level == "error")
    messages_.walk(from, to, [&](const Message& m) {
      if (m.code == 30034)
        found.push_back(
            {{Stream::kMessage, m.n, m.at}, m.code, account_.world.id("SM", Stream::kMessage, m.n), std::string()});
      return found.size() < kMostAlerts;
    });
  std::sort(found.begin(), found.end(), [](const Alert& a, const Alert& b) { return a.ref.at > b.ref.at; });
  return found;
}

std::string Monitor::sid_of(const Alert& alert) const {
  return account_.world.id("NO", Stream::kAlert, alert.ref.n * 64 + static_cast<long long>(alert.ref.stream));
}

Json Monitor::alert_json(const Alert& alert) const {
  const std::string id = sid_of(alert);
  return {{"sid", id},
          {"account_sid", account_.sid()},
          {"alert_text", "Msg=" + net::encode_component(std::string(words_of(alert.code))) +
                             "&ErrorCode=" + std::to_string(alert.code)},
          {"api_version", "2010-04-01"},
          {"date_created", whole_second(alert.ref.at)},
          {"date_generated", whole_second(alert.ref.at)},
          {"date_updated", whole_second(alert.ref.at)},
          {"error_code", std::to_string(alert.code)},
          {"log_level", category_level(alert.code)},
          {"more_info", "https://www.twilio.com/docs/errors/" + std::to_string(alert.code)},
          {"request_method", "POST"},
          {"request_url", alert.url.empty() ? Json() : Json(alert.url)},
          {"request_variables", ""},
          {"resource_sid", alert.resource},
          {"response_body", ""},
          {"response_headers", ""},
          {"service_sid", Json()},
          {"url", "https://monitor.twilio.com/v1/Alerts/" + id}};
}

net::ServerReply Monitor::alerts(const net::ServerRequest& request, const std::string& sid) const {
  const World& world = account_.world;
  if (!sid.empty()) {
    for (const Alert& alert : alerts_between(world.now() - kKept, world.now(), ""))
      if (sid_of(alert) == sid) {
        Json row = alert_json(alert);
        row["request_headers"] = Json();
        return json_reply(200, row);
      }
    return twilio_not_found(request);
  }
  const Time from =
      std::max(world.now() - kKept, day_of(request.parameter("StartDate"), world.now() - std::chrono::hours(24)));
  const Time to = std::min(world.now(), day_of(request.parameter("EndDate"), world.now()));
  const auto found = alerts_between(from, to, request.parameter("LogLevel"));
  const Rows rows{found.size(), [&](std::size_t i) { return sid_of(found[i]); },
                  [&](std::size_t i) { return alert_json(found[i]); }};
  return json_reply(200, page_v1(request, kHost, "alerts", rows));
}

// Who pointed the line's webhook at the host that is gone, and every change of a number since.
net::ServerReply Monitor::events(const net::ServerRequest& request) const {
  const World& world = account_.world;
  struct Change {
    Time at;
    std::string number;
    const char* source;
  };
  std::vector<Change> changes;
  for (const Json& effect : account_.ledger.effects())
    if (get_string(effect, "service") == "twilio" && get_string(effect, "effect") == "number.changed")
      changes.push_back({from_millis(get_integer(effect, "at").value_or(0)), get_string(effect, "sid"), "api"});
  std::ranges::reverse(changes);
  changes.push_back({world.anchor() - kOutageAge, numbers_.all()[kLine].sid, "web"});
  const std::string resource = request.parameter("ResourceSid"), type = request.parameter("EventType");
  const Time from = day_of(request.parameter("StartDate"), world.now() - kKept),
             to = day_of(request.parameter("EndDate"), world.now() + Duration(1));
  std::erase_if(changes, [&](const Change& c) {
    return c.at < from || c.at >= to || (!resource.empty() && c.number != resource) ||
           (!type.empty() && type != "phone-number.updated");
  });
  const auto id = [&](std::size_t i) { return world.id("AE", Stream::kEvent, to_millis(changes[i].at)); };
  const Rows rows{changes.size(), id, [&](std::size_t i) {
                    const Change& c = changes[i];
                    return Json{{"sid", id(i)},
                                {"account_sid", account_.sid()},
                                {"actor_sid", world.id("US", Stream::kUser, 0)},
                                {"actor_type", "user"},
                                {"description", Json()},
                                {"event_data", Json::object()},
                                {"event_date", whole_second(c.at)},
                                {"event_type", "phone-number.updated"},
                                {"resource_sid", c.number},
                                {"resource_type", "phone-number"},
                                {"source", c.source},
                                {"source_ip_address", "192.0.2.10"},
                                {"url", "https://monitor.twilio.com/v1/Events/" + id(i)},
                                {"links", Json::object()}};
                  }};
  return json_reply(200, page_v1(request, kHost, "events", rows));
}

}  // namespace apiops::sandbox::twilio
