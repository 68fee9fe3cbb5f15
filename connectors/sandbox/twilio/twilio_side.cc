#include "connectors/sandbox/twilio/twilio_side.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "connectors/sandbox/reply.h"
#include "connectors/sandbox/twilio/paging.h"
#include "connectors/sandbox/twilio/records.h"
#include "engine/base/digest.h"

namespace apiops::sandbox::twilio {

namespace {

net::ServerReply not_found(const net::ServerRequest& request) {
  return twilio_error(404, 20404, "The requested resource " + request.path + " was not found");
}

}  // namespace

asio::awaitable<net::ServerReply> TwilioSide::handle(const net::ServerRequest& request) {
  net::ServerReply reply;
  if (request.header("authorization") != "Basic " + base64(account_sid() + ":" + auth_token()))
    reply = twilio_error(401, 20003, "Authenticate");
  else
    reply = route(request);
  reply.headers.emplace_back("Twilio-Request-Id", world_.id("RQ", Stream::kRequest, to_millis(world_.now())));
  reply.headers.emplace_back("Twilio-Concurrent-Requests", "1");
  co_return reply;
}

net::ServerReply TwilioSide::route(const net::ServerRequest& request) {
  const auto path = parts_of(request.path);
  if (path.size() >= 4 && path[0] == "2010-04-01" && path[1] == "Accounts")
    return path[2] == account_sid() ? account(request, path) : not_found(request);
  if (path.size() < 2 || path[0] != "v1") return not_found(request);
  if (path[1] == "Alerts") return alerts(request);
  if (path[1] == "Services") return services(request, path);
  if (path.size() == 4 && path[1] == "PhoneNumbers" && path[2] == "Countries") return prices(path[3]);
  return not_found(request);
}

net::ServerReply TwilioSide::account(const net::ServerRequest& request, const std::vector<std::string>& path) {
  const auto bare = [](std::string name) { return name.ends_with(".json") ? name.substr(0, name.size() - 5) : name; };
  const std::string& what = path[3];
  const std::string second = path.size() > 4 ? path[4] : "", third = path.size() > 5 ? path[5] : "";
  if (what == "Messages.json") return messages(request);
  if (what == "Messages") {
    const auto n = world_.place_of("SM", Stream::kMessage, bare(second));
    return n ? json_reply(200, message_json(message_at(world_, *n))) : not_found(request);
  }
  if (what == "Calls.json") return calls(request);
  if (what == "Calls" && third == "Notifications.json") return notifications(request, second);
  if (what == "Calls") {
    const auto ref = call_ref(world_, bare(second));
    return ref ? json_reply(200, call_json(*ref)) : not_found(request);
  }
  if (what == "IncomingPhoneNumbers.json") return request.method == "POST" ? buy(request) : incoming(request, "");
  if (what == "IncomingPhoneNumbers") return incoming(request, bare(second));
  if (what == "AvailablePhoneNumbers" && path.size() == 6) return offers(request, second, bare(third));
  if (what == "Balance.json")
    return json_reply(200, {{"account_sid", account_sid()}, {"balance", "83.10"}, {"currency", "USD"}});
  if (what == "Usage" && path.size() >= 5) return usage(request, path.back() == "Daily.json");
  if (what == "Keys.json") return keys(request);
  if (what == "Applications.json") return applications(request);
  return not_found(request);
}

Call TwilioSide::call(const Ref& ref) const {
  return call_of(world_, ref, [this](Time at) { return numbers_.line_webhook(at); });
}

net::ServerReply TwilioSide::messages(const net::ServerRequest& request) {
  if (request.method != "GET") return twilio_error(400, 21603, "The simulated account sends no messages yet.");
  const Period period = asked_days(request, "DateSent", {world_.anchor() - kHistory, world_.now()});
  auto refs = messages_between(world_, period.from, period.to);
  const std::string from = request.parameter("From"), to = request.parameter("To");
  if (!from.empty() || !to.empty())
    std::erase_if(refs, [&](const Ref& ref) {
      const Message m = message_at(world_, ref.n);
      const std::string own(kSeedNumbers[m.number].phone), &sender = m.inbound ? m.customer : own,
                                                           &receiver = m.inbound ? own : m.customer;
      return (!from.empty() && sender != from) || (!to.empty() && receiver != to);
    });
  const Rows rows{refs.size(), [&](std::size_t i) { return world_.id("SM", Stream::kMessage, refs[i].n); },
                  [&](std::size_t i) { return message_json(message_at(world_, refs[i].n)); },
                  [&](const std::string& sid) {
                    const auto n = world_.place_of("SM", Stream::kMessage, sid);
                    for (std::size_t i = 0; n && i < refs.size(); ++i)
                      if (refs[i].n == *n) return i;
                    return refs.size();
                  }};
  return json_reply(200, page_2010(request, "messages", rows));
}

Json TwilioSide::message_json(const Message& m) const {
  const std::string sid = world_.id("SM", Stream::kMessage, m.n), own(kSeedNumbers[m.number].phone);
  const bool served = !m.inbound && (m.number == kMarketing || m.number == kUnregistered);
  const std::string uri = account_uri(account_sid(), "Messages/" + sid);
  return {{"sid", sid},
          {"account_sid", account_sid()},
          {"api_version", "2010-04-01"},
          {"body", m.inbound         ? "Thanks, got it"
                   : m.code == 30007 ? "You win a prize! Reply YES"
                                     : "Your order is on its way."},
          {"date_created", to_rfc2822(m.at)},
          {"date_sent", to_rfc2822(m.at)},
          {"date_updated", to_rfc2822(m.at)},
          {"direction", m.inbound ? "inbound" : "outbound-api"},
          {"error_code", m.code == 0 ? Json() : Json(m.code)},
          {"error_message", m.code == 0 ? Json() : Json(words_of(m.code))},
          {"from", m.inbound ? m.customer : own},
          {"to", m.inbound ? own : m.customer},
          {"messaging_service_sid", served ? Json(world_.id("MG", Stream::kService, 0)) : Json()},
          {"num_media", "0"},
          {"num_segments", "1"},
          {"price", m.code == 0 ? Json("-0.00790") : Json()},
          {"price_unit", "USD"},
          {"status", m.status},
          {"uri", uri},
          {"subresource_uris",
           {{"media", account_uri(account_sid(), "Messages/" + sid + "/Media")},
            {"feedback", account_uri(account_sid(), "Messages/" + sid + "/Feedback")}}}};
}

net::ServerReply TwilioSide::calls(const net::ServerRequest& request) {
  if (request.method != "GET") return twilio_error(400, 21201, "The simulated account places no calls yet.");
  const Period period = asked_days(request, "StartTime", {world_.anchor() - kHistory, world_.now()});
  auto refs = calls_between(world_, period.from, period.to);
  const std::string from = request.parameter("From"), to = request.parameter("To"),
                    status = request.parameter("Status");
  if (!from.empty() || !to.empty() || !status.empty())
    std::erase_if(refs, [&](const Ref& ref) {
      const Call c = call(ref);
      const std::string own(kSeedNumbers[c.number].phone), &caller = c.inbound ? c.customer : own,
                                                           &called = c.inbound ? own : c.customer;
      return (!from.empty() && caller != from) || (!to.empty() && called != to) ||
             (!status.empty() && c.status != status);
    });
  const Rows rows{refs.size(), [&](std::size_t i) { return call_sid(world_, refs[i]); },
                  [&](std::size_t i) { return call_json(refs[i]); },
                  [&](const std::string& sid) {
                    const auto ref = call_ref(world_, sid);
                    for (std::size_t i = 0; ref && i < refs.size(); ++i)
                      if (refs[i] == *ref) return i;
                    return refs.size();
                  }};
  return json_reply(200, page_2010(request, "calls", rows));
}

Json TwilioSide::call_json(const Ref& ref) const {
  const Call c = call(ref);
  const std::string sid = call_sid(world_, ref), own(kSeedNumbers[c.number].phone),
                    &caller = c.inbound ? c.customer : own, &called = c.inbound ? own : c.customer;
  const bool over = c.status != "in-progress";
  const auto sub = [&](const char* name) { return account_uri(account_sid(), "Calls/" + sid + "/" + name); };
  return {{"sid", sid},
          {"account_sid", account_sid()},
          {"annotation", Json()},
          {"answered_by", Json()},
          {"api_version", "2010-04-01"},
          {"caller_name", Json()},
          {"date_created", to_rfc2822(ref.at)},
          {"date_updated", to_rfc2822(ref.at)},
          {"direction", c.inbound ? "inbound" : "outbound-api"},
          {"duration", over ? Json(std::to_string(c.seconds)) : Json()},
          {"end_time", over ? Json(to_rfc2822(ref.at + std::chrono::seconds(c.seconds))) : Json()},
          {"forwarded_from", Json()},
          {"from", caller},
          {"from_formatted", caller},
          {"group_sid", Json()},
          {"parent_call_sid", Json()},
          {"phone_number_sid", numbers_.all()[c.number].sid},
          {"price", over && c.seconds > 0
                        ? Json(fmt::format("-{:.5f}", 0.0085 * static_cast<double>((c.seconds + 59) / 60)))
                        : Json()},
          {"price_unit", "USD"},
          {"queue_time", "0"},
          {"start_time", to_rfc2822(ref.at)},
          {"status", c.status},
          {"to", called},
          {"to_formatted", called},
          {"trunk_sid", Json()},
          {"uri", account_uri(account_sid(), "Calls/" + sid)},
          {"subresource_uris",
           {{"notifications", sub("Notifications")},
            {"recordings", sub("Recordings")},
            {"streams", sub("Streams")},
            {"payments", sub("Payments")},
            {"siprec", sub("Siprec")},
            {"transcriptions", sub("Transcriptions")},
            {"events", sub("Events")},
            {"user_defined_messages", sub("UserDefinedMessages")},
            {"user_defined_message_subscriptions", sub("UserDefinedMessageSubscriptions")}}}};
}

net::ServerReply TwilioSide::notifications(const net::ServerRequest& request, const std::string& sid) {
  const auto ref = call_ref(world_, sid);
  if (!ref) return not_found(request);
  const Call c = call(*ref);
  const std::string id = world_.id("NO", Stream::kNotification, ref->n);
  const Rows rows{c.code == 0 ? 0u : 1u, [&](std::size_t) { return id; },
                  [&](std::size_t) {
                    return Json{{"sid", id},
                                {"account_sid", account_sid()},
                                {"api_version", "2010-04-01"},
                                {"call_sid", sid},
                                {"date_created", to_rfc2822(ref->at)},
                                {"date_updated", to_rfc2822(ref->at)},
                                {"error_code", std::to_string(c.code)},
                                {"log", category_level(c.code) == "error" ? "0" : "1"},
                                {"message_date", to_rfc2822(ref->at)},
                                {"message_text", std::string(words_of(c.code))},
                                {"more_info", "https://www.twilio.com/docs/errors/" + std::to_string(c.code)},
                                {"request_method", "POST"},
                                {"request_url", c.webhook.empty() ? Json() : Json(c.webhook)},
                                {"uri", account_uri(account_sid(), "Calls/" + sid + "/Notifications/" + id)}};
                  }};
  return json_reply(200, page_2010(request, "notifications", rows));
}

// Calls whose webhook did not answer, and messages of numbers that are not registered: not every carrier error is in
// here, as in the real list.
net::ServerReply TwilioSide::alerts(const net::ServerRequest& request) {
  const Time oldest = world_.now() - std::chrono::hours(24 * 30);
  const Time from = std::max(oldest, day_of(request.parameter("StartDate"), world_.now() - std::chrono::hours(24)));
  const Time to = std::min(world_.now(), day_of(request.parameter("EndDate"), world_.now()));
  const std::string level = request.parameter("LogLevel");
  struct Item {
    Ref ref;
    int code;
    std::string resource, url;
  };
  std::vector<Item> items;
  for (const Ref& ref : calls_between(world_, from, to))
    if (const Call c = call(ref); c.code != 0 && (level.empty() || level == category_level(c.code)))
      items.push_back({ref, c.code, call_sid(world_, ref), c.webhook});
  for (const Ref& ref : messages_between(world_, from, to))
    if (const Message m = message_at(world_, ref.n); m.code == 30034 && (level.empty() || level == "error"))
      items.push_back({ref, m.code, world_.id("SM", Stream::kMessage, ref.n), ""});
  std::sort(items.begin(), items.end(), [](const Item& a, const Item& b) { return a.ref.at > b.ref.at; });
  const auto id_of = [&](std::size_t i) {
    return world_.id("NO", Stream::kAlert, items[i].ref.n * 64 + static_cast<long long>(items[i].ref.stream));
  };
  const Rows rows{items.size(), id_of, [&](std::size_t i) {
                    const Item& item = items[i];
                    const std::string at = to_iso8601(from_seconds(to_millis(item.ref.at) / 1000));
                    return Json{{"sid", id_of(i)},
                                {"account_sid", account_sid()},
                                {"alert_text", "Msg=" + net::encode_component(std::string(words_of(item.code))) +
                                                   "&ErrorCode=" + std::to_string(item.code)},
                                {"api_version", "2010-04-01"},
                                {"date_created", at},
                                {"date_generated", at},
                                {"date_updated", at},
                                {"error_code", std::to_string(item.code)},
                                {"log_level", category_level(item.code)},
                                {"more_info", "https://www.twilio.com/docs/errors/" + std::to_string(item.code)},
                                {"request_method", "POST"},
                                {"request_url", item.url.empty() ? Json() : Json(item.url)},
                                {"request_variables", ""},
                                {"resource_sid", item.resource},
                                {"response_body", ""},
                                {"response_headers", ""},
                                {"service_sid", Json()},
                                {"url", "https://monitor.twilio.com/v1/Alerts/" + id_of(i)}};
                  }};
  return json_reply(200, page_v1(request, "monitor.twilio.com", "alerts", rows));
}

}  // namespace apiops::sandbox::twilio
